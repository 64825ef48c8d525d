//! Learning-rate schedules, one file each: what the rate is at which step or epoch.
//!
//! A schedule counts units from 0; [`Per`] says whether a unit is a step of the optimizer or an epoch. Its rate follows
//! from the optimizer's own rate η₀ and the count alone, so a training resumes by counting on. Only what hears how the
//! training goes ([`ReduceOnPlateau`]) needs a [`Memory`] besides.
//!
//! ```
//! use shapewise::prelude::*;
//! use shapewise::schedule::{Cosine, LinearWarmup, Per};
//!
//! fn train<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
//!     let schedule = LinearWarmup::new(5, Cosine::new(25));
//!     network.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(30).schedule(Per::Epoch, schedule).fit(data)?;
//!     Ok(())
//! }
//! ```

mod constant;
#[cfg(test)]
mod contract;
mod cosine;
mod cosine_warm_restarts;
mod cyclic;
mod exponential;
mod lambda;
mod linear_warmup;
mod multi_step;
mod one_cycle;
mod polynomial;
mod reduce_on_plateau;
mod step;

use core::fmt::Debug;

use crate::error::{Error, Result};

/// A learning rate that changes while training.
///
/// `Debug` is what a checkpoint remembers of its parameters: two schedules that print alike are taken to be the same.
///
/// ```
/// use shapewise::schedule::{Memory, Schedule, Step};
/// let rates = [0, 9, 10, 20].map(|at| Step::new(10).rate(1.0, at, &Memory::default()));
/// assert!((rates[3] - 0.01).abs() < 1e-15 && rates[..2] == [1.0, 1.0]);
/// ```
pub trait Schedule: Debug {
    /// Finds parameters out of their range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] with the name, the value and the bound.
    fn check(&self) -> Result<()>;

    /// η in unit `at`, from 0, where `base` is the optimizer's own rate.
    fn rate(&self, base: f64, at: u64, memory: &Memory) -> f64;

    /// How many units it lasts; `None` when it has no end.
    fn length(&self) -> Option<u64> {
        None
    }

    /// Hears, at the end of a unit, the loss that it ended with: of a step its own, of an epoch the validation loss,
    /// or the training loss when there is no validation.
    fn observe(&self, _base: f64, _loss: f64, _memory: &mut Memory) {}
}

/// What a schedule remembers besides the count; zeros in the beginning.
pub type Memory = [f64; 4];

/// What a schedule counts.
///
/// ```
/// assert_eq!(shapewise::schedule::Per::Epoch.unit(), "epochs");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Steps of the optimizer.
    Step,
    /// Passes over the data.
    Epoch,
}

impl Per {
    /// `steps` or `epochs`
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Step => "steps",
            Self::Epoch => "epochs",
        }
    }
}

/// Finds a schedule that is at fault or ends before a run of `units` units does.
///
/// # Errors
///
/// As [`Schedule::check`]; [`Error::ShortSchedule`] with both lengths.
///
/// ```
/// use shapewise::schedule::{Cosine, Per, check};
/// let message = check(&Cosine::new(10), Per::Epoch, 30).unwrap_err().to_string();
/// assert_eq!(message, "the schedule lasts 10 epochs, but the run has 30");
/// ```
pub fn check(schedule: &dyn Schedule, per: Per, units: u64) -> Result<()> {
    schedule.check()?;
    match schedule.length() {
        Some(lasts) if lasts < units => Err(Error::ShortSchedule { lasts, run: units, unit: per.unit() }),
        _ => Ok(()),
    }
}

/// Declares the list once.
macro_rules! schedules {
    ($($name:literal $type:ident $module:ident;)*) => {
        $(pub use $module::$type;)*

        /// The names of all schedules.
        ///
        /// ```
        /// assert!(shapewise::schedule::NAMES.contains(&"cosine"));
        /// ```
        pub const NAMES: &[&str] = &[$($name),*];

        /// Calls `visitor` with every schedule as it is by default.
        #[cfg(test)]
        fn visit_all(visitor: &mut dyn FnMut(&'static str, &dyn Schedule)) {
            $(visitor($name, &$type::default());)*
        }
    };
}

schedules! {
    "constant" Constant constant;
    "cosine" Cosine cosine;
    "cosine_warm_restarts" CosineWarmRestarts cosine_warm_restarts;
    "cyclic" Cyclic cyclic;
    "exponential" Exponential exponential;
    "lambda" Lambda lambda;
    "linear_warmup" LinearWarmup linear_warmup;
    "multi_step" MultiStep multi_step;
    "one_cycle" OneCycle one_cycle;
    "polynomial" Polynomial polynomial;
    "reduce_on_plateau" ReduceOnPlateau reduce_on_plateau;
    "step" Step step;
}

pub use cyclic::Wave;
pub use one_cycle::Anneal;
pub use reduce_on_plateau::{Mode, Threshold};

/// Half a cosine wave from `from` to `to`, where `share` goes from 0 to 1.
fn half_wave(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) / 2.0 * (1.0 + libm::cos(core::f64::consts::PI * share))
}
