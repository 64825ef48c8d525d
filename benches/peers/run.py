#!/usr/bin/env python3
"""Times shapewise and its peers on the same cases and writes one table: see README.md beside this file."""

import argparse
import datetime
import math
import os
import pathlib
import platform
import re
import select
import signal
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE / "target"
VENV = TARGET / "python"
RTNEURAL = TARGET / "rtneural"
# Classes of the training cases; inference has none.
CASES = {
    "dense8_infer_b1": None, "dense16_infer_b1": None, "dense32_infer_b1": None, "dense64_infer_b1": None,
    "tiny_infer_b1": None, "tiny_train_b32": 2, "mlp_infer_b1": None, "mlp_infer_b128": None,
    "mlp_train_b32": 10, "mlp_train_b128": 10, "wide_train_b128": 10, "bn_train_b128": 10, "lenet_infer_b1": None, "lenet_train_b128": 10,
}
# How long a first answer may take (a compiler may be at work), and every other.
PATIENCE = 120, 20


class Missing(Exception):
    """Why a peer cannot take part."""


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines[-1:] or ["no message"])[0]


def call(command, folder=HERE):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=1800, cwd=folder)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error
    if done.returncode:
        raise Missing(last_line(done.stderr))
    return done.stdout.strip()


def cargo(package):
    """Builds a program as its users would, and gives its path."""
    call(["cargo", "build", "--release", "--package", f"peers-{package}", "--target-dir", str(TARGET)])
    return [str(TARGET / "release" / f"peers-{package}")]


def version(package):
    """The version of a crate that cargo chose."""
    tree = call(["cargo", "tree", "--package", f"peers-{package}", "--depth", "1", "--prefix", "none"])
    found = re.search(rf"^{package}(?:-core)? v(\S+)", tree, re.M)
    return found[1] if found else "?"


def python(module):
    """A Python that has the module: that of `--install`, the one on the path, or the system's."""
    for candidate in (VENV / "bin" / "python3", "python3", "/usr/bin/python3"):
        try:
            return str(candidate), call([str(candidate), "-c", f"import {module}; print({module}.__version__)"])
        except Missing as why:
            reason = why
    raise Missing(str(reason))


def install(packages, interpreter):
    """Puts Python packages into an environment of their own, in an ignored folder."""
    if not VENV.exists():
        call([interpreter, "-m", "venv", str(VENV)])
    for package in packages:
        try:
            call([str(VENV / "bin" / "pip"), "install", "--quiet", *package.split("+")])
        except Missing as why:
            print(f"{package}: cannot be installed: {why}", file=sys.stderr)


def shapewise():
    return "shapewise " + version("shapewise"), cargo("shapewise"), []


def install_blas():
    """Unpacks Debian's OpenBLAS beside the programs, for a PyTorch that comes without a fast BLAS; changes nothing else."""
    folder = TARGET / "blas"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        call(["apt-get", "download", "libopenblas0-openmp"], folder=folder)
        for package in folder.glob("*.deb"):
            call(["dpkg", "-x", str(package), str(folder)])
    except Missing as why:
        print(f"OpenBLAS: cannot be had: {why}", file=sys.stderr)


def pytorch():
    interpreter, found = python("torch")
    command = [interpreter, str(HERE / "python" / "on_torch.py")]
    # Debian's PyTorch multiplies by whatever `libblas.so.3` it finds.
    generic = "BLAS_INFO=generic" in call([interpreter, "-c", "import torch; print(torch.__config__.show())"])
    blas = list(TARGET.glob("blas/usr/lib/*/openblas-openmp")) if generic else []
    if blas:
        return f"PyTorch {found}, OpenBLAS", ["env", f"LD_LIBRARY_PATH={blas[0]}", *command], []
    return f"PyTorch {found}{', generic BLAS' if generic else ''}", command, []


def pytorch_compiled():
    name, command, arguments = pytorch()
    call(["c++", "--version"])  # it compiles with that
    return f"{name} compiled", command, [*arguments, "compile"]


def onnx_runtime():
    interpreter, found = python("onnxruntime")
    call([interpreter, "-c", "import onnx"])
    return f"ONNX Runtime {found}", [interpreter, str(HERE / "python" / "on_onnx.py")], []


def jax():
    interpreter, found = python("jax")
    call([interpreter, "-c", "import optax"])
    return f"JAX {found}", [interpreter, str(HERE / "python" / "on_jax.py")], []


def dfdx():
    return "dfdx " + version("dfdx"), cargo("dfdx"), []


def burn_flex():
    return f"burn {version('burn')} flex", cargo("burn"), ["flex"]


def burn_ndarray():
    return f"burn {version('burn')} ndarray", cargo("burn"), ["ndarray"]


def candle():
    return "candle " + version("candle"), cargo("candle"), []


def install_rtneural():
    """Fetches RTNeural, which has no package: its headers are all that it is with Eigen, and that lies beside them."""
    try:
        if not RTNEURAL.exists():
            call(["git", "clone", "--quiet", "--depth", "1", "https://github.com/jatinchowdhury18/RTNeural", str(RTNEURAL)])
    except Missing as why:
        print(f"RTNeural: cannot be had: {why}", file=sys.stderr)


def rtneural():
    if not RTNEURAL.exists():
        raise Missing("`--install` fetches it, or put its source into target/rtneural")
    found = re.search(r"project\(RTNeural VERSION (\S+)\)", (RTNEURAL / "CMakeLists.txt").read_text())
    program = TARGET / "rtneural-peer"
    # As its own build has it for AVX; by itself Eigen refuses weights as many as those of `mlp`.
    call(["c++", "-std=c++17", "-O3", "-march=native", "-DNDEBUG", "-DRTNEURAL_NAMESPACE=RTNeural", "-DRTNEURAL_USE_EIGEN=1",
          "-DRTNEURAL_DEFAULT_ALIGNMENT=32", "-DEIGEN_STACK_ALLOCATION_LIMIT=0", f"-I{RTNEURAL}",
          f"-I{RTNEURAL / 'modules' / 'Eigen'}", str(HERE / "rtneural" / "main.cpp"), "-o", str(program)])
    return f"RTNeural {found[1] if found else '?'} native", [str(program)], []


# shapewise first: ratios are against it.
PROGRAMS = [shapewise, pytorch, pytorch_compiled, jax, onnx_runtime, rtneural, dfdx, burn_flex, burn_ndarray, candle]


class Program:
    """A running peer. It is stopped while others are timed, so that no idle thread of its own spins."""

    def __init__(self, command, threads, arguments):
        environment = dict(os.environ, RAYON_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads),
                           OPENBLAS_NUM_THREADS=str(threads))
        self.process = subprocess.Popen([*command, str(threads), *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        self.asked = set()
        self.process.send_signal(signal.SIGSTOP)

    def time(self, case, seconds):
        """Microseconds a step, first and last loss; None where the peer does not have the case."""
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.stdin.write(f"{case} {seconds}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise Missing("it ended") from error
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE[case in self.asked])
        self.asked.add(case)
        answer = self.process.stdout.readline().decode().split() if ready else []
        if not answer:
            raise Missing("it ended" if ready else "no answer in time")
        self.process.send_signal(signal.SIGSTOP)
        return None if answer == ["none"] else [float(number) for number in answer]

    def end(self):
        self.process.kill()
        self.process.wait()


def doubt(case, first, last):
    """Whether losses do not look like training: at first near that of guessing, less afterwards.

    He's initial weights, which shapewise and candle have, start higher than PyTorch's: LeNet-5 at 3 times.
    """
    classes = CASES[case]
    if classes is None:
        return None if math.isfinite(last) else "its output is not finite"
    guess = math.log(classes)
    if not 0.5 * guess < first < 4 * guess:
        return f"its first loss is {first:.2f}, where guessing has {guess:.2f}"
    return None if last < first else f"its loss goes from {first:.3f} to {last:.3f}"


def measure(programs, threads, cores, rounds, seconds):
    """Medians over the rounds, by case and program; the programs take turns."""
    os.sched_setaffinity(0, cores)
    running = {name: Program(command, threads, arguments) for name, command, arguments in programs}
    table = {}
    for case, classes in CASES.items():
        if threads > 1 and classes is None:
            continue  # shapewise infers on one thread.
        times = {name: [] for name in running}
        for _ in range(rounds + 1):
            for name, program in list(running.items()):
                try:
                    answer = program.time(case, seconds)
                except Missing as why:
                    print(f"{name}, {case}: {why}; left out from here on", file=sys.stderr)
                    running.pop(name).end()
                    continue
                if answer is None:
                    continue
                if why := doubt(case, *answer[1:]):
                    print(f"{name}, {case}: {why}", file=sys.stderr)
                times[name].append(answer[0])
        # The first round compiles and warms.
        table[case] = {name: statistics.median(values[1:]) for name, values in times.items() if values[1:]}
        print(case, f"{threads} thread(s):", *(f"{name} {us:.3g}" for name, us in table[case].items()), sep="  ")
    for program in running.values():
        program.end()
    return table


def number(us):
    """Three digits."""
    return f"{us:,.0f}" if us >= 100 else f"{us:.{max(0, 2 - int(math.floor(math.log10(us))))}f}"


def markdown(tables, names, missing, command):
    """One table: a line for each case and number of threads, ratios in brackets."""
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    rust = call(["rustc", "--version"]).split()[1]
    lines = [
        f"{datetime.date.today()}, {cpu}, {os.cpu_count()} cores, {platform.system()}, rustc {rust}; "
        f"`{command}`.",
        "Microseconds, and in brackets how many times as long as shapewise: below 1, the peer is faster.",
        "",
        "| case | threads | " + " | ".join(names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    for threads, table in tables.items():
        for case, times in table.items():
            own = times.get(names[0])
            cells = []
            for name in names:
                us = times.get(name)
                ratio = f" ({number(us / own)})" if us and own and name != names[0] else ""
                cells.append(f"{number(us)}{ratio}" if us else "")
            lines.append(f"| {case} | {threads} | " + " | ".join(cells) + " |")
    lines += [""] + [f"* {name} is left out: {why}" for name, why in missing.items()]
    return "\n".join(lines).rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short rounds instead of seven")
    parser.add_argument("--threads", default="1,2", help="numbers of threads, with commas between (default: 1,2)")
    parser.add_argument("--only", help="peers, with commas between: " + ", ".join(p.__name__ for p in PROGRAMS[1:]))
    parser.add_argument("--install", action="store_true", help="first fetch JAX, ONNX Runtime, OpenBLAS and RTNeural into target/")
    parser.add_argument("--install-torch", action="store_true", help="the same for PyTorch: gigabytes, with CUDA")
    parser.add_argument("--python", default="python3", help="the Python that --install makes its environment from")
    parser.add_argument("--note", default="", help="a sentence on the circumstances, for the table")
    parser.add_argument("--out", default=str(HERE / "results.md"), help="where the table goes (default: results.md)")
    wishes = parser.parse_args()
    packages = ["jax+optax", "onnx+onnxruntime"] * wishes.install + ["torch"] * wishes.install_torch
    if packages:
        install(packages, wishes.python)
    if wishes.install:
        install_blas()
        install_rtneural()
    programs, missing = [], {}
    for program in PROGRAMS:
        if program is not shapewise and wishes.only and program.__name__ not in wishes.only.split(","):
            continue
        try:
            programs.append(program())
            print("found", programs[-1][0])
        except Missing as why:
            missing[program.__name__] = str(why)
            print(f"{program.__name__} is left out: {why}", file=sys.stderr)
    if not programs or "shapewise" in missing:
        return 2
    rounds, seconds = (2, 0.05) if wishes.quick else (7, 0.15)
    allowed = sorted(os.sched_getaffinity(0))
    tables = {}
    for threads in (int(word) for word in wishes.threads.split(",")):
        if threads > len(allowed):
            print(f"{threads} threads: this process may use {len(allowed)} core(s) only", file=sys.stderr)
            continue
        tables[threads] = measure(programs, threads, allowed[-threads:], rounds, seconds)
        os.sched_setaffinity(0, allowed)
    command = f"run.py --threads {wishes.threads}{' --quick' if wishes.quick else ''}"
    text = markdown(tables, [name for name, _, _ in programs], missing, command)
    pathlib.Path(wishes.out).write_text("# Results\n\n" + (wishes.note + "\n\n" if wishes.note else "") + text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
