//! Whether help is worth asking for: it is not while other programs hold the cores.
//!
//! A part that somebody began must be waited for, and a thread that loses its core in the middle of one comes back a
//! scheduler's slice later, which is milliseconds. So a caller whose helpers lose their cores does without help for a
//! while, each time for twice as long, and every job that goes well makes that while shorter again.

use std::time::{Duration, Instant};

/// The first time without help.
const LEAST: Duration = Duration::from_millis(10);

/// The longest time without help. One slice in this time is all that busy cores cost.
const MOST: Duration = Duration::from_millis(640);

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

    /// Learns from a job with help, which lasted from `begun` to `now`, whether or not the helpers failed.
    pub(super) fn learn(&mut self, failed: bool, begun: Instant, now: Instant) {
        if failed {
            self.until = Some(now + self.pause);
            self.pause = MOST.min(2 * self.pause);
        } else {
            self.pause = LEAST.max(self.pause.saturating_sub(now - begun));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST, MOST, Trust};
    use std::time::{Duration, Instant};

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn who_fails_is_left_alone_for_longer_each_time() {
        let (mut trust, mut now) = (Trust::new(), Instant::now());
        for pause in [LEAST, 2 * LEAST, 4 * LEAST] {
            assert!(trust.allows(now));
            trust.learn(true, now, now);
            assert!(!trust.allows(now + pause * 9 / 10));
            now += pause;
        }
        (0..20).for_each(|_| trust.learn(true, now, now));
        assert!(!trust.allows(now + MOST * 9 / 10) && trust.allows(now + MOST));
    }

    #[test]
    fn good_work_wins_trust_back() {
        let (mut trust, now) = (Trust::new(), Instant::now());
        (0..3).for_each(|_| trust.learn(true, now, now));
        (0..80).for_each(|_| trust.learn(false, now, now + MS));
        trust.learn(true, now, now);
        assert!(!trust.allows(now + LEAST * 9 / 10) && trust.allows(now + LEAST));
    }
}
