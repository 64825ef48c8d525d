//! How contestants are timed: one core, alternating rounds, medians.
//!
//! A clock that changes its frequency, a neighbour on the machine or a cold cache hits whoever runs at that moment.
//! So all contestants of a case run in one process on one core and take turns, a millisecond or one step each. Times are
//! the medians of each one's rounds; two contestants are compared round by round, for the clock of a virtual machine may
//! wander by a third from one second to the next, but seldom within a round. Each second round goes backwards: who
//! follows the stream of memory finds the third-level cache full of it, which cost the optimizers up to a tenth.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// What a contestant did in one round.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Time of all timed steps.
    pub elapsed: Duration,
    /// The result of the last step, to compare contestants: a loss, or the first output.
    pub last: f32,
}

/// Starts anew from its first parameters, runs one step untimed and the given number timed.
pub type Contestant = Box<dyn FnMut(usize) -> Round>;

/// Times `times` steps after one that warms the caches.
#[inline]
pub fn round(times: usize, mut step: impl FnMut() -> f32) -> Round {
    let mut last = black_box(step());
    let start = Instant::now();
    for _ in 0..times {
        last = black_box(step());
    }
    Round { elapsed: start.elapsed(), last }
}

/// How long a round takes, unless one step takes longer.
const ROUND: Duration = Duration::from_millis(1);

/// What one contestant took, or how it compares with another, round by round.
#[derive(Clone, Debug)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    /// The `part`th quarter of all rounds lies below this.
    fn quartile(&self, part: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[(sorted.len() - 1) * part / 4]
    }

    /// Half of the rounds lie below this.
    pub fn median(&self) -> f64 {
        self.quartile(2)
    }

    /// The smallest of all, which says more than the median of times while others use the machine.
    pub fn fastest(&self) -> f64 {
        self.quartile(0)
    }

    /// The distance between the quartiles, as a part of the median.
    pub fn spread(&self) -> f64 {
        (self.quartile(3) - self.quartile(1)) / self.median()
    }

    /// How many times as long this took as another, in each round.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect())
    }

    /// The median of [`Rounds::over`].
    pub fn ratio(&self, other: &Self) -> f64 {
        self.over(other).median()
    }
}

/// Lets contestants take turns for `rounds` rounds, at least one: gives seconds a step.
pub fn alternate(contestants: &mut [Contestant], rounds: usize) -> Vec<Rounds> {
    let times: Vec<usize> = contestants.iter_mut().map(steps_in_a_round).collect();
    let mut seconds = vec![Rounds(Vec::with_capacity(rounds)); contestants.len()];
    for round in 0..rounds.max(1) {
        for turn in 0..contestants.len() {
            let who = if round % 2 == 0 { turn } else { contestants.len() - 1 - turn };
            let elapsed = contestants[who](times[who]).elapsed;
            seconds[who].0.push(elapsed.as_secs_f64() / times[who] as f64);
        }
    }
    seconds
}

/// Doubles the number of steps until they fill a good part of a round.
fn steps_in_a_round(run: &mut Contestant) -> usize {
    let mut times = 1;
    loop {
        let elapsed = run(times).elapsed;
        if elapsed >= ROUND / 2 {
            return (times as f64 * ROUND.as_secs_f64() / elapsed.as_secs_f64()).ceil().max(1.0) as usize;
        }
        times *= 2;
    }
}

/// Keeps this process on so many cores: starts it again under `taskset`, unless it may run on no more already.
///
/// Gives the cores, or `None` where there is no `taskset`.
#[cfg(target_os = "linux")]
pub fn pin(cores: usize) -> Option<String> {
    use std::os::unix::process::CommandExt;

    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?.trim();
    let mut list = Vec::new();
    for part in allowed.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        list.extend(first.parse::<usize>().ok()?..=last.parse().ok()?);
    }
    if list.len() <= cores {
        return Some(allowed.to_owned());
    }
    let last: Vec<_> = list[list.len() - cores..].iter().map(usize::to_string).collect();
    // Comes back only when it fails.
    let _no_taskset = std::process::Command::new("taskset")
        .args(["--cpu-list", &last.join(",")])
        .arg(std::env::current_exe().ok()?)
        .args(std::env::args_os().skip(1))
        .exec();
    None
}

/// Only Linux lets a process choose its cores by a command.
#[cfg(not(target_os = "linux"))]
pub fn pin(_cores: usize) -> Option<String> {
    None
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::Rounds;

    #[test]
    fn a_clock_that_wanders_between_rounds_does_not_show_in_the_comparison() {
        let (slow, fast) = (Rounds(vec![2.0, 4.0, 2.0, 4.0, 8.0]), Rounds(vec![1.0, 2.0, 1.0, 2.0, 2.0]));
        assert_eq!([slow.median(), slow.fastest(), slow.spread()], [4.0, 2.0, 0.5]);
        let ratio = slow.over(&fast);
        assert_eq!([ratio.median(), ratio.spread()], [2.0, 0.0]);
    }
}
