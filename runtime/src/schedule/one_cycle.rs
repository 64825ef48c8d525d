//! One cycle: up, down, and far down.

use super::{Memory, Schedule, half_wave};
use crate::bounds::{checked, positive};
use crate::error::Result;

/// Up to a high rate, then down to almost nothing.
///
/// ```text
/// from η_max / d up to η_max        over the first r·T − 1 units
/// from η_max down to η_max / d / e  over the rest
/// with three phases: down to η_max / d over as many units as up, then down to η_max / d / e
/// ```
///
/// Along half cosine waves or lines. Defaults: r = 0.3, d = 25, e = 10⁴, cosine, two phases, as PyTorch's `OneCycleLR`;
/// `η_max` = 0.1, T = 100. The momentum is left alone, which PyTorch cycles the other way round. The optimizer's own rate
/// does not count. Source: Smith, Topin, "Super-convergence: very fast training of neural networks using large learning
/// rates", 2018.
///
/// ```
/// use shapewise::schedule::{Memory, OneCycle, Schedule};
/// let schedule = OneCycle::new(0.5, 100);
/// let rates = [0, 29, 99].map(|at| schedule.rate(0.1, at, &Memory::default()));
/// assert_eq!(rates[1], 0.5);
/// assert!((rates[0] - 0.5 / 25.0).abs() < 1e-15 && (rates[2] - 0.5 / 25.0 / 1e4).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// `η_max`
    pub max_rate: f64,
    /// T, how long it lasts
    pub total: u64,
    /// r, the share of the units that go up
    pub rise: f64,
    /// d, how far below the highest rate it begins
    pub div_factor: f64,
    /// e, how far below its beginning it ends
    pub final_div_factor: f64,
    /// The way between two rates
    pub anneal: Anneal,
    /// Whether it comes down to where it began before it goes further
    pub three_phase: bool,
}

/// The way from one rate to another.
///
/// ```
/// use shapewise::schedule::{Anneal, OneCycle};
/// let _lines = OneCycle { anneal: Anneal::Linear, ..OneCycle::new(0.1, 100) };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anneal {
    /// Half a cosine wave.
    Cosine,
    /// A line.
    Linear,
}

impl OneCycle {
    /// A cycle of `total` units with the usual shares.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::OneCycle::new(0.1, 100).rise, 0.3);
    /// ```
    pub const fn new(max_rate: f64, total: u64) -> Self {
        Self {
            max_rate,
            total,
            rise: 0.3,
            div_factor: 25.0,
            final_div_factor: 1e4,
            anneal: Anneal::Cosine,
            three_phase: false,
        }
    }

    /// The last unit of each phase, counted as PyTorch does, and the rate that it ends with.
    fn phases(&self) -> [(f64, f64); 3] {
        let first = self.max_rate / self.div_factor;
        let (up, end) = (self.rise * self.total as f64 - 1.0, self.total as f64 - 1.0);
        let down = if self.three_phase { (2.0 * up, first) } else { (up, self.max_rate) };
        [(up, self.max_rate), down, (end, first / self.final_div_factor)]
    }
}

impl Default for OneCycle {
    fn default() -> Self {
        Self::new(0.1, 100)
    }
}

impl Schedule for OneCycle {
    fn check(&self) -> Result<()> {
        positive("max_rate", self.max_rate)?;
        let [(up, _), (down, _), (end, _)] = self.phases();
        let bound = "a share of the units that leaves more than one for the rise and some for the rest";
        let short = self.rise > 0.0 && self.rise < 1.0 && up <= 0.0;
        checked("total", self.total as f64, "above 1 / rise", !short)?;
        checked("rise", self.rise, bound, up > 0.0 && down < end)?;
        positive("div_factor", self.div_factor)?;
        positive("final_div_factor", self.final_div_factor)
    }

    fn rate(&self, _: f64, at: u64, _: &Memory) -> f64 {
        let at = at.min(self.total.saturating_sub(1)) as f64;
        let (mut begin, mut from) = (0.0, self.max_rate / self.div_factor);
        for (end, to) in self.phases() {
            if at <= end {
                let share = if end > begin { (at - begin) / (end - begin) } else { 1.0 };
                return match self.anneal {
                    Anneal::Cosine => half_wave(from, to, share),
                    Anneal::Linear => (to - from) * share + from,
                };
            }
            (begin, from) = (end, to);
        }
        from
    }

    fn length(&self) -> Option<u64> {
        Some(self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::OneCycle;
    use crate::schedule::Schedule;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        let default = OneCycle::default();
        let rise_bound = "a share of the units that leaves more than one for the rise and some for the rest";
        for value in [0.0, -0.1, f64::NAN, f64::INFINITY] {
            assert_refuses(&OneCycle { max_rate: value, ..default }, "max_rate", value, "> 0 and finite");
            assert_refuses(&OneCycle { div_factor: value, ..default }, "div_factor", value, "> 0 and finite");
            assert_refuses(
                &OneCycle { final_div_factor: value, ..default },
                "final_div_factor",
                value,
                "> 0 and finite",
            );
            assert_refuses(&OneCycle { rise: value, ..default }, "rise", value, rise_bound);
        }
        assert_refuses(&OneCycle { rise: 1.0, ..default }, "rise", 1.0, rise_bound);
        assert_refuses(&OneCycle { rise: 0.6, three_phase: true, ..default }, "rise", 0.6, rise_bound);
        assert_refuses(&OneCycle::new(0.1, 3), "total", 3.0, "above 1 / rise");
        assert_refuses(&OneCycle { rise: 0.2, ..OneCycle::new(0.1, 5) }, "total", 5.0, "above 1 / rise");
        assert!(OneCycle::new(0.1, 4).check().is_ok());
    }
}
