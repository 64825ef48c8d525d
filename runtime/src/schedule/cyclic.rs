//! Cycles between two rates.

use super::{Memory, Schedule};
use crate::bounds::{at_least_one, checked, positive};
use crate::error::Result;

/// Goes up and down between two rates.
///
/// ```text
/// η(t) = η_low + (η_high − η_low)·w(t)·s    w rises from 0 to 1 over u units and falls back over d units
/// s = 1            triangular
/// s = 2^−n         triangular2, n = cycles before this one
/// s = γ^t          exponential range
/// ```
///
/// Defaults: u = d = 2000, triangular, as PyTorch's `CyclicLR`; `η_low` = 0.001, `η_high` = 0.01. The momentum is left alone,
/// which PyTorch cycles the other way round. The optimizer's own rate does not count. Source: Smith, "Cyclical learning
/// rates for training neural networks", 2017.
///
/// ```
/// use shapewise::schedule::{Cyclic, Memory, Schedule};
/// let schedule = Cyclic { up: 4, down: 4, ..Cyclic::new(0.25, 0.75) };
/// assert_eq!([0, 2, 4, 6].map(|at| schedule.rate(0.1, at, &Memory::default())), [0.25, 0.5, 0.75, 0.5]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cyclic {
    /// `η_low`
    pub base_rate: f64,
    /// `η_high`
    pub max_rate: f64,
    /// u, the units up
    pub up: u64,
    /// d, the units down
    pub down: u64,
    /// How cycles shrink
    pub wave: Wave,
}

/// How the cycles shrink.
///
/// ```
/// use shapewise::schedule::{Cyclic, Wave};
/// let _halving = Cyclic { wave: Wave::Triangular2, ..Cyclic::new(0.001, 0.01) };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wave {
    /// Not at all.
    Triangular,
    /// Each is half as high as the one before it.
    Triangular2,
    /// By γ in each unit.
    ExpRange(f64),
}

impl Cyclic {
    /// Triangles of 2000 units up and 2000 down.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::Cyclic::new(0.001, 0.01).up, 2000);
    /// ```
    pub const fn new(base_rate: f64, max_rate: f64) -> Self {
        Self { base_rate, max_rate, up: 2000, down: 2000, wave: Wave::Triangular }
    }
}

impl Default for Cyclic {
    fn default() -> Self {
        Self::new(0.001, 0.01)
    }
}

impl Schedule for Cyclic {
    fn check(&self) -> Result<()> {
        positive("base_rate", self.base_rate)?;
        checked("max_rate", self.max_rate, "above base_rate and finite", self.max_rate > self.base_rate)?;
        at_least_one("up", self.up)?;
        at_least_one("down", self.down)?;
        match self.wave {
            Wave::ExpRange(gamma) => checked("gamma", gamma, "in (0, 1]", gamma > 0.0 && gamma <= 1.0),
            Wave::Triangular | Wave::Triangular2 => Ok(()),
        }
    }

    fn rate(&self, _: f64, at: u64, _: &Memory) -> f64 {
        let cycle = self.up.saturating_add(self.down).max(1);
        let (before, since) = (at / cycle, at % cycle);
        let height = if since <= self.up {
            since as f64 / self.up.max(1) as f64
        } else {
            (cycle - since) as f64 / self.down.max(1) as f64
        };
        let scale = match self.wave {
            Wave::Triangular => 1.0,
            Wave::Triangular2 => libm::exp2(-(before as f64)),
            Wave::ExpRange(gamma) => libm::pow(gamma, at as f64),
        };
        self.base_rate + (self.max_rate - self.base_rate) * height * scale
    }
}

#[cfg(test)]
mod tests {
    use super::{Cyclic, Wave};
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        let default = Cyclic::default();
        for value in [0.0, -0.1, f64::NAN] {
            assert_refuses(&Cyclic { base_rate: value, ..default }, "base_rate", value, "> 0 and finite");
            assert_refuses(&Cyclic { max_rate: value, ..default }, "max_rate", value, "above base_rate and finite");
            assert_refuses(&Cyclic { wave: Wave::ExpRange(value), ..default }, "gamma", value, "in (0, 1]");
        }
        assert_refuses(&Cyclic { up: 0, ..default }, "up", 0.0, ">= 1");
        assert_refuses(&Cyclic { down: 0, ..default }, "down", 0.0, ">= 1");
    }
}
