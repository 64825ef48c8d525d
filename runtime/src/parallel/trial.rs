//! Whether threads are any help, found out by trying.
//!
//! Two cores without a cache in common, or two threads of one core, can take longer together than one of them alone,
//! and a virtual machine's cores change places unasked. So now and then a few steps are done the other way, alone or
//! together, and what took less time goes on. No result depends on it.

use std::time::Duration;

/// Steps of a try that count, after one that finds the caches as the other way has left them.
const COUNTED: u32 = 3;

/// Steps between two tries, at first, and at most: each try that changes nothing doubles them.
const LEAST: u32 = 32;
const MOST: u32 = 1024;

/// The other way must take less than so many hundredths of the time.
const PERCENT: u32 = 97;

/// What is known of the two ways.
#[derive(Debug)]
pub(super) struct Trial {
    /// The way that goes on.
    alone: bool,
    /// A try of the other is on.
    trying: bool,
    /// Steps until that changes.
    left: u32,
    /// Steps between two tries.
    between: u32,
    /// The shortest of the last steps before a try, and of the try.
    usual: Duration,
    tried: Duration,
}

impl Trial {
    /// Together, until something else is known.
    pub(super) fn new() -> Self {
        Self { alone: false, trying: false, left: LEAST, between: LEAST, usual: Duration::MAX, tried: Duration::MAX }
    }

    /// Whether the next step is one for the caller alone.
    pub(super) fn alone(&self) -> bool {
        self.alone != self.trying
    }

    /// The step took so long.
    pub(super) fn learn(&mut self, step: Duration) {
        self.left -= 1;
        if self.left < COUNTED {
            let shortest = if self.trying { &mut self.tried } else { &mut self.usual };
            *shortest = step.min(*shortest);
        }
        match (self.left, self.trying) {
            (0, false) => (self.trying, self.left) = (true, COUNTED + 1),
            (0, true) => self.decide(),
            _ => {}
        }
    }

    fn decide(&mut self) {
        let better = self.tried < self.usual * PERCENT / 100;
        let between = if better { LEAST } else { MOST.min(2 * self.between) };
        *self = Self { alone: self.alone != better, between, left: between, ..Self::new() };
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTED, LEAST, Trial};
    use std::time::Duration;

    /// So many steps, which take 100 us alone and `together` in company; how many were alone.
    fn steps(trial: &mut Trial, count: u32, together: u64) -> u32 {
        let mut alone = 0;
        for number in 0..count {
            alone += u32::from(trial.alone());
            // Now and then somebody else has the core.
            let held_up = if number % 5 == 0 { 1000 } else { 0 };
            trial.learn(Duration::from_micros(held_up + if trial.alone() { 100 } else { together }));
        }
        alone
    }

    #[test]
    fn threads_that_help_are_tried_less_and_less() {
        let mut trial = Trial::new();
        assert_eq!(steps(&mut trial, LEAST, 60), 0, "together at first");
        let tries = [1000, 4000].map(|count| steps(&mut trial, count, 60));
        assert!(tries[0] <= 5 * (COUNTED + 1) && tries[1] <= 4 * (COUNTED + 1), "{tries:?}");
    }

    #[test]
    fn threads_that_do_not_help_wait() {
        let mut trial = Trial::new();
        steps(&mut trial, LEAST + COUNTED + 1, 110);
        let alone = steps(&mut trial, 1000, 110);
        assert!(alone > 950, "{alone} of 1000 steps alone");
    }

    #[test]
    fn threads_that_help_again_are_found_out() {
        let mut trial = Trial::new();
        steps(&mut trial, 500, 110);
        steps(&mut trial, 1000, 60);
        let alone = steps(&mut trial, 1000, 60);
        assert!(alone < 100, "{alone} of 1000 steps alone");
    }

    #[test]
    fn as_long_alone_is_no_reason() {
        let mut trial = Trial::new();
        let alone = steps(&mut trial, 1000, 99);
        assert!(alone < 50, "{alone} of 1000 steps alone");
    }
}
