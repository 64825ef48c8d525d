"""What the programs written in Python share: they answer requests to time a case for a while (see harness/src/lib.rs)."""

import statistics
import sys
import time

BLOCK = 2e-3


def measure(seconds, step):
    """Repeats a step for so long: the median time of a block of steps, and the first and last results."""
    first = float(step())
    begin = time.perf_counter()
    # A fifth of the time warms caches, clock and threads, and tells how many steps make a block.
    warm = 0
    while warm < 2 or time.perf_counter() - begin < seconds / 5:
        step()
        warm += 1
    steps = max(1, int(BLOCK / ((time.perf_counter() - begin) / warm)))
    blocks = []
    while not blocks or time.perf_counter() - begin < seconds:
        block = time.perf_counter()
        for _ in range(steps):
            last = step()
        blocks.append((time.perf_counter() - block) / steps)
    return statistics.median(blocks), first, float(last)


def serve(find):
    """Answers requests; `find` builds a case, a function of seconds, when it is first asked for."""
    cases = {}
    for line in sys.stdin:
        name, seconds = line.split()
        if name not in cases:
            cases[name] = find(name)
        if cases[name] is None:
            print("none", flush=True)
            continue
        median, first, last = cases[name](float(seconds))
        print(f"{median * 1e6:.4f} {first} {last}", flush=True)


def inputs(count):
    """Numbers of mean 0 and variance 1, the same in every run and in every program."""
    state, numbers = 1, []
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        numbers.append((state / (2**32 - 1) * 2 - 1) * 3**0.5)
    return numbers


def labels(batch, classes):
    """A class for each sample, so that classes are equally frequent."""
    return [sample % classes for sample in range(batch)]
