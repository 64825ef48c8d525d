//! What the programs written in Rust share: they answer requests to time a case for a while.
//!
//! A request is a line `CASE SECONDS` on standard input, its answer a line `MICROSECONDS FIRST LAST` on standard output:
//! the median time of a step, and the losses before and after all steps (for inference, outputs); or `none` for a case
//! that the program does not have. It ends with its input.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// What was measured in one stretch of time.
pub struct Slice {
    seconds: f64,
    first: f32,
    last: f32,
}

/// Times a case for so long, each time from its first parameters.
pub type Case = Box<dyn FnMut(Duration) -> Slice>;

/// The threads that the command line asks for.
pub fn threads() -> usize {
    std::env::args().nth(1).and_then(|threads| threads.parse().ok()).unwrap_or(1)
}

/// How long a block of steps takes, of which the median counts.
const BLOCK: Duration = Duration::from_millis(2);

/// Repeats a step for so long: an inference that gives an output, or a whole step of training that gives its loss.
pub fn measure(time: Duration, mut step: impl FnMut() -> f32) -> Slice {
    let first = step();
    let begin = Instant::now();
    // A fifth of the time warms caches, clock and threads, and tells how many steps make a block.
    let mut warm = 0_u32;
    while warm < 2 || begin.elapsed() < time / 5 {
        black_box(step());
        warm += 1;
    }
    let steps = (BLOCK.as_nanos() / (begin.elapsed() / warm).as_nanos().max(1)).max(1) as u32;
    let mut blocks = Vec::new();
    let mut last = first;
    while blocks.is_empty() || begin.elapsed() < time {
        let block = Instant::now();
        for _ in 0..steps {
            last = black_box(step());
        }
        blocks.push(block.elapsed().as_secs_f64() / f64::from(steps));
    }
    blocks.sort_by(f64::total_cmp);
    Slice { seconds: blocks[blocks.len() / 2], first, last }
}

/// Answers requests; `find` builds a case when it is first asked for.
pub fn serve(find: impl Fn(&str) -> Option<Case>) {
    let mut cases = HashMap::new();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let (name, seconds) = line.split_once(' ').expect("CASE SECONDS");
        let time = Duration::from_secs_f64(seconds.parse().expect("seconds"));
        match cases.entry(name.to_owned()).or_insert_with(|| find(name)) {
            Some(case) => {
                let Slice { seconds, first, last } = case(time);
                println!("{:.4} {first} {last}", seconds * 1e6);
            }
            None => println!("none"),
        }
    }
}

/// Numbers of mean 0 and variance 1 (uniform ones), the same in every run.
pub fn inputs(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) * 3_f64.sqrt()
    };
    (0..count).map(|_| next() as f32).collect()
}

/// A class for each sample, so that classes are equally frequent.
pub fn labels(batch: usize, classes: usize) -> Vec<usize> {
    (0..batch).map(|sample| sample % classes).collect()
}
