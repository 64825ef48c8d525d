//! Optimizers, one file each: how gradients move parameters.

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod amsgrad;
mod average;
#[cfg(test)]
mod contract;
mod lamb;
mod lion;
mod nadam;
mod prepared;
mod radam;
mod rmsprop;
mod sgd;
mod tensor;

use core::fmt::Debug;

use average::{Average, fade};
pub use prepared::Prepared;
use prepared::{Factors, correction, corrections};
use tensor::Tensor;

use crate::bounds::{below_one, not_negative, positive};
use crate::error::Result;
use crate::kernels::pack::{Pack, Packs, Work, dispatch};
use crate::real::Real;

/// A rule that moves parameters along their gradient.
///
/// An optimizer sees flat slices, one tensor at a time, never layers. It keeps its own state outside, in
/// `SLOTS` slices as long as the parameters, which begin as zeros. `Debug` is what checkpoints know it by.
///
/// ```
/// use shapewise::optim::{Optimizer, Sgd};
/// let (mut parameters, mut state) = ([1.0, 2.0], [0.0; 2 * <Sgd as Optimizer<f64>>::SLOTS]);
/// Sgd::new(0.5).update(1, &mut parameters, &[1.0, -1.0], &mut state, false);
/// assert_eq!(parameters, [0.5, 2.5]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no optimizer of parameters of `{T}`",
    label = "does not implement `Optimizer<{T}>`",
    note = "optimizers are in `shapewise::optim`: `AdamW`, `Sgd` and others"
)]
pub trait Optimizer<T: Real>: Debug + Sync {
    /// State values per parameter.
    const SLOTS: usize;

    /// Whether each parameter moves by its own gradient and state alone: then a large tensor is updated in parts, each
    /// with its part of every slot, by several threads at the same time, to the same bits.
    const ELEMENTWISE: bool = false;

    /// Finds hyper-parameters out of their range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter) with the name, the value and the bound.
    fn check(&self) -> Result<()>;

    /// η
    fn learning_rate(&self) -> f64;

    /// Sets η, at any time: what schedules do.
    fn set_learning_rate(&mut self, rate: f64);

    /// Moves one tensor, or a part of it where the rule is [`Optimizer::ELEMENTWISE`]. `step` counts from 1; `state` holds
    /// `SLOTS` slices, one behind the other, each as long as `parameters`; `decay` says whether weight decay applies to this tensor.
    ///
    /// # Panics
    ///
    /// The optimizers here panic when gradients or state are not as long as that.
    fn update(&self, step: u64, parameters: &mut [T], gradients: &[T], state: &mut [T], decay: bool);

    /// What all tensors of the `step`th update have in common, so that the optimizers here compute it once. A training calls this in each
    /// update, then [`Optimizer::update_prepared`] for each tensor; an optimizer of one's own needs neither.
    #[must_use]
    fn prepare(&self, step: u64) -> Prepared {
        Prepared::new(step)
    }

    /// [`Optimizer::update`] in a step that this optimizer has prepared. Since then, the learning rate alone may have changed.
    ///
    /// # Panics
    ///
    /// As [`Optimizer::update`].
    fn update_prepared(&self, step: &Prepared, parameters: &mut [T], gradients: &[T], state: &mut [T], decay: bool) {
        self.update(step.step(), parameters, gradients, state, decay);
    }
}

/// What the file of an optimizer says; the list below makes it an [`Optimizer`] of both scalars.
trait Rule: Copy + Sync {
    /// State values per parameter.
    const SLOTS: usize;

    /// As [`Optimizer::ELEMENTWISE`].
    const ELEMENTWISE: bool = true;

    /// Whether vectors of 512 bits gain anything. A rule that only waits for the cache loses by them, since they lower
    /// Intel's clock.
    const WIDE: bool = true;

    /// Whether the state in use is made of averages, which end at 0.
    fn fades(&self) -> bool {
        true
    }

    /// Checks every hyper-parameter but the learning rate.
    fn bounds(&self) -> Result<()>;

    /// What the number of a step makes of the hyper-parameters other than the learning rate.
    fn factors(&self, _step: u64) -> Factors {
        [0.0; 3]
    }

    /// Moves a tensor, inlined into a region that has the packs' registers.
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>);
}

/// A rule and what to apply it to.
struct Update<'a, R, T>(R, Tensor<'a, T>);

impl<R: Rule, T: Packs> Work for Update<'_, R, T> {
    type Scalar = T;
    const WIDE: bool = R::WIDE;

    #[inline(always)]
    fn run<P: Pack<Scalar = T>>(self) {
        let Self(rule, tensor) = self;
        let len = tensor.parameters.len();
        assert!(tensor.gradients.len() == len, "{} gradients for {len} parameters", tensor.gradients.len());
        assert!(tensor.state.len() == R::SLOTS * len, "a state of {} for {len} parameters", tensor.state.len());
        rule.apply::<P>(tensor);
    }
}

/// Declares the list once. No method here is generic, so every loop is compiled with this crate.
macro_rules! optimizers {
    ($($name:literal $type:ident $module:ident;)*) => {
        $(
            pub use $module::$type;
            optimizers!(@scalar $type f32);
            #[cfg(feature = "f64")]
            optimizers!(@scalar $type f64);
        )*

        /// The names of all optimizers.
        ///
        /// ```
        /// assert!(shapewise::optim::NAMES.contains(&"adam"));
        /// ```
        pub const NAMES: &[&str] = &[$($name),*];

        /// Calls `visitor` with every optimizer as it is by default.
        #[cfg(test)]
        fn visit_all(visitor: &mut impl contract::Visitor) {
            $(visitor.visit($name, $type::default());)*
        }

        /// Calls `visitor` with every optimizer as it is by default, but with weight decay.
        #[cfg(test)]
        fn visit_decaying(visitor: &mut impl contract::Visitor) {
            $(visitor.visit($name, $type { weight_decay: 0.1, ..$type::default() });)*
        }
    };
    (@scalar $type:ident $t:ident) => {
        impl Optimizer<$t> for $type {
            const SLOTS: usize = <Self as Rule>::SLOTS;
            const ELEMENTWISE: bool = <Self as Rule>::ELEMENTWISE;

            fn check(&self) -> Result<()> {
                positive("learning_rate", self.learning_rate)?;
                self.bounds()
            }

            fn learning_rate(&self) -> f64 {
                self.learning_rate
            }

            fn set_learning_rate(&mut self, rate: f64) {
                self.learning_rate = rate;
            }

            fn prepare(&self, step: u64) -> Prepared {
                Prepared::with(step, self.factors(step))
            }

            fn update(&self, step: u64, parameters: &mut [$t], gradients: &[$t], state: &mut [$t], decay: bool) {
                self.update_prepared(&Prepared::new(step), parameters, gradients, state, decay);
            }

            fn update_prepared(&self, prepared: &Prepared, parameters: &mut [$t], gradients: &[$t], state: &mut [$t], decay: bool) {
                let step = prepared.step();
                if self.fades() {
                    fade(step, state);
                }
                let factors = prepared.factors().unwrap_or_else(|| self.factors(step));
                dispatch(Update(*self, Tensor { step, factors, parameters, gradients, state, decay }));
            }
        }
    };
}

optimizers! {
    "adadelta" Adadelta adadelta;
    "adagrad" Adagrad adagrad;
    "adam" Adam adam;
    "adamax" AdaMax adamax;
    "adamw" AdamW adamw;
    "amsgrad" AmsGrad amsgrad;
    "lamb" Lamb lamb;
    "lion" Lion lion;
    "nadam" NAdam nadam;
    "radam" RAdam radam;
    "rmsprop" RmsProp rmsprop;
    "sgd" Sgd sgd;
}

/// The bounds of what Adam and its kin have in common.
fn moments(beta1: f64, beta2: f64, epsilon: f64, weight_decay: f64) -> Result<()> {
    below_one("beta1", beta1)?;
    below_one("beta2", beta2)?;
    not_negative("epsilon", epsilon)?;
    not_negative("weight_decay", weight_decay)
}
