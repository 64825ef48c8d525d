//! Whether help is worth asking for: it is not while other programs hold the cores.
//!
//! A part that somebody began must be waited for, and a thread that loses its core in the middle of one comes back a
//! scheduler's slice later, which is milliseconds. So a caller that waited much longer than it worked does without help
//! for a while, each time for twice as long, and every job that goes well makes that while shorter again.

use std::time::{Duration, Instant};

/// The first time without help.
const LEAST: Duration = Duration::from_millis(10);

/// The longest time without help. One slice in this time is all that busy cores cost.
const MOST: Duration = Duration::from_millis(640);

/// Waiting that is no sign of anything. Parts of a job are alike, so a caller that worked on one waits for no more
/// than another, unless something came between.
const PATIENCE: Duration = Duration::from_micros(200);

/// What a caller has learned about its helpers.
#[derive(Debug)]
pub(super) struct Trust {
    /// How long to do without help when they fail the next time.
    pause: Duration,
    /// When to try again, if they failed.
    until: Option<Instant>,
}

impl Trust {
    pub(super) fn new() -> Self {
        Self { pause: LEAST, until: None }
    }

    /// Whether to let others help.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        self.until = self.until.filter(|&until| now < until);
        self.until.is_none()
    }

    /// Learns from a job that the caller worked on for so long, and then waited for the others until `now`.
    pub(super) fn learn(&mut self, worked: Duration, waited: Duration, now: Instant) {
        if waited > worked + PATIENCE {
            self.until = Some(now + self.pause);
            self.pause = MOST.min(2 * self.pause);
        } else {
            self.pause = LEAST.max(self.pause.saturating_sub(worked + waited));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST, MOST, Trust};
    use std::time::{Duration, Instant};

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn who_keeps_the_caller_waiting_is_left_alone_for_longer_each_time() {
        let (mut trust, mut now) = (Trust::new(), Instant::now());
        for pause in [LEAST, 2 * LEAST, 4 * LEAST] {
            assert!(trust.allows(now));
            trust.learn(MS, 3 * MS, now);
            assert!(!trust.allows(now + pause - MS));
            now += pause;
        }
        (0..20).for_each(|_| trust.learn(MS, 3 * MS, now));
        assert!(!trust.allows(now + MOST - MS) && trust.allows(now + MOST));
    }

    #[test]
    fn good_work_wins_trust_back() {
        let (mut trust, now) = (Trust::new(), Instant::now());
        (0..3).for_each(|_| trust.learn(MS, 3 * MS, now));
        (0..80).for_each(|_| trust.learn(MS, MS / 2, now));
        trust.learn(MS, 3 * MS, now);
        assert!(!trust.allows(now + LEAST - MS) && trust.allows(now + LEAST));
    }

    #[test]
    fn a_part_like_ones_own_is_waited_for() {
        let (mut trust, now) = (Trust::new(), Instant::now());
        trust.learn(5 * MS, 5 * MS, now);
        trust.learn(Duration::ZERO, MS / 10, now);
        assert!(trust.allows(now));
    }
}
