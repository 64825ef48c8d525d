//! How long a thread that has lost its core stays away: other programs hold the cores.
//!
//! A part that somebody began must be waited for, and a thread that loses its core in the middle of one comes back a
//! scheduler's slice later, which is milliseconds. So such a thread does not help for a while, each time for twice as
//! long, and every job that goes well makes that while shorter again.

use std::time::Duration;

/// The first time away.
const LEAST: Duration = Duration::from_millis(10);

/// The longest time away. One slice in this time is all that busy cores cost.
const MOST: Duration = Duration::from_millis(640);

/// What a thread has learned about its core.
#[derive(Debug)]
pub(super) struct Pause(Duration);

impl Pause {
    pub(super) fn new() -> Self {
        Self(LEAST)
    }

    /// How long to stay away after the core was lost once more.
    pub(super) fn lengthen(&mut self) -> Duration {
        let pause = self.0;
        self.0 = MOST.min(2 * pause);
        pause
    }

    /// A job that lasted so long went well.
    pub(super) fn shorten(&mut self, job: Duration) {
        self.0 = LEAST.max(self.0.saturating_sub(job));
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST, MOST, Pause};
    use std::time::Duration;

    #[test]
    fn who_loses_its_core_stays_away_longer_each_time() {
        let mut pause = Pause::new();
        assert_eq!([(); 3].map(|()| pause.lengthen()), [LEAST, 2 * LEAST, 4 * LEAST]);
        (0..20).for_each(|_| _ = pause.lengthen());
        assert_eq!(pause.lengthen(), MOST);
    }

    #[test]
    fn good_work_makes_it_shorter() {
        let mut pause = Pause::new();
        (0..3).for_each(|_| _ = pause.lengthen());
        pause.shorten(3 * LEAST);
        assert_eq!(pause.lengthen(), 5 * LEAST);
        (0..80).for_each(|_| pause.shorten(Duration::from_millis(1)));
        assert_eq!(pause.lengthen(), 2 * LEAST);
    }
}
