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
mod radam;
mod rmsprop;
mod sgd;

use core::fmt::Debug;

use average::{Average, fade};

use crate::error::{Error, Result};
use crate::isa::{Isa, Task, dispatch};
use crate::kernels::own;
use crate::parallel::several;
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
    /// [`Error::Parameter`] with the name, the value and the bound.
    fn check(&self) -> Result<()>;

    /// η
    fn learning_rate(&self) -> f64;

    /// Sets η, at any time: what schedules do.
    fn set_learning_rate(&mut self, rate: f64);

    /// Moves one tensor, or a part of it where the rule is [`Optimizer::ELEMENTWISE`]. `step` counts from 1; `state` holds
    /// `SLOTS` slices, one behind the other, each as long as `parameters`; `decay` says whether weight decay applies to this tensor.
    fn update(&self, step: u64, parameters: &mut [T], gradients: &[T], state: &mut [T], decay: bool);
}

/// What the file of an optimizer says; the list below makes it an [`Optimizer`] of both scalars.
trait Rule: Copy + Sync {
    /// State values per parameter.
    const SLOTS: usize;

    /// As [`Optimizer::ELEMENTWISE`].
    const ELEMENTWISE: bool = true;

    /// Whether the state is made of averages that end at 0.
    const FADES: bool = true;

    /// Checks every hyper-parameter but the learning rate.
    fn bounds(&self) -> Result<()>;

    /// λ of weight decay that adds `λ·θ` to the gradient.
    fn coupled_decay(&self) -> f64 {
        0.0
    }

    /// Moves a tensor in one pass, inlined into a region compiled for `I`, with the coupled decay or without it.
    fn apply<T: Real, I: Isa, const COUPLED: bool>(&self, tensor: Tensor<'_, T>);
}

/// Parameters that are moved between two looks ahead, and whose roots are found together: few enough for the divisions of one piece
/// to overlap with the squares of the next.
const PIECE: usize = 128;
/// Pieces between the one in work and the one that is asked for.
const AHEAD: usize = 4;

/// Values that begin at a cache line.
#[repr(align(64))]
struct OnLines<T>([T; PIECE]);

/// A tensor on its way through an optimizer, as [`Optimizer::update`] got it.
struct Tensor<'a, T> {
    step: u64,
    parameters: &'a mut [T],
    gradients: &'a [T],
    state: &'a mut [T],
    decay: bool,
}

impl<T: Real> Tensor<'_, T> {
    /// λ where decay applies to this tensor, else 0.
    fn lambda(&self, weight_decay: f64) -> T {
        T::from_f64(if self.decay { weight_decay } else { 0.0 })
    }

    /// Moves every parameter by its gradient and its `N` values of state.
    #[inline(always)]
    fn each<const N: usize>(self, step: impl Fn(&mut T, T, [&mut T; N])) {
        self.pieces(
            |p, g, mut slots| {
                for j in 0..PIECE {
                    step(&mut p[j], g[j], at(&mut slots, j));
                }
            },
            |p, g, mut slots| {
                for j in 0..p.len() {
                    step(&mut p[j], g[j], at(&mut slots, j));
                }
            },
        );
    }

    /// [`Tensor::each`] with the root of what `square` gives for the parameter.
    #[inline(always)]
    fn each_with_root<I: Isa, const N: usize>(
        self,
        square: impl Fn(T, T, [&mut T; N]) -> T,
        step: impl Fn(&mut T, T, [&mut T; N], T),
    ) {
        self.pieces(
            |p, g, mut slots| {
                if !T::quick_roots::<I>() {
                    for j in 0..PIECE {
                        let root = square(p[j], g[j], at(&mut slots, j)).sqrt();
                        step(&mut p[j], g[j], at(&mut slots, j), root);
                    }
                    return;
                }
                let mut roots = OnLines([T::zero(); PIECE]);
                let roots = &mut roots.0;
                for j in 0..PIECE {
                    roots[j] = square(p[j], g[j], at(&mut slots, j));
                }
                T::roots(roots);
                for j in 0..PIECE {
                    step(&mut p[j], g[j], at(&mut slots, j), roots[j]);
                }
            },
            |p, g, mut slots| {
                for j in 0..p.len() {
                    let root = square(p[j], g[j], at(&mut slots, j)).sqrt();
                    step(&mut p[j], g[j], at(&mut slots, j), root);
                }
            },
        );
    }

    /// Does `whole` on all pieces and `last` on what is left.
    #[inline(always)]
    fn pieces<const N: usize>(
        self,
        whole: impl Fn(&mut [T; PIECE], &[T; PIECE], [&mut [T; PIECE]; N]),
        last: impl Fn(&mut [T], &[T], [&mut [T]; N]),
    ) {
        let Self { parameters, gradients, state, .. } = self;
        let slots: [_; N] = slots(state, parameters.len());
        let several = several();
        if several {
            parameters.chunks(PIECE).take(AHEAD).for_each(own);
        }
        let (mut parameters, last_parameters) = parameters.as_chunks_mut::<PIECE>();
        let (gradients, last_gradients) = gradients.as_chunks::<PIECE>();
        let mut slots = in_pieces(slots);
        for (i, g) in gradients.iter().enumerate() {
            parameters.get(AHEAD).filter(|_| several).into_iter().for_each(|piece| own(piece));
            let Some(p) = parameters.split_off_first_mut() else { break };
            whole(p, g, piece(&mut slots, i));
        }
        let n = last_parameters.len();
        last(last_parameters, &last_gradients[..n], rest(&mut slots, n));
    }

    /// What adds `λ·θ` to the gradient, if the rule is compiled for that.
    fn coupled<const COUPLED: bool>(&self, weight_decay: f64) -> Coupled<T, COUPLED> {
        Coupled(self.lambda(weight_decay))
    }

    /// The share of a parameter that decoupled weight decay leaves in a step, `1 − η·λ`: 1 where decay does not apply.
    fn kept(&self, learning_rate: f64, weight_decay: f64) -> T {
        T::from_f64(if self.decay { 1.0 - learning_rate * weight_decay } else { 1.0 })
    }
}

/// Coupled weight decay. Where λ is 0 it is left out: it would be a tenth of Adam's operations.
#[derive(Clone, Copy)]
struct Coupled<T, const COUPLED: bool>(T);

impl<T: Real, const COUPLED: bool> Coupled<T, COUPLED> {
    /// `g + λ·p`
    #[inline(always)]
    fn gradient<I: Isa>(self, p: T, g: T) -> T {
        if COUPLED { self.0.fma::<I>(p, g) } else { g }
    }
}

// Closures inside `Tensor::each` would be compiled once more for every rule; those of these functions are not.

/// Takes a tensor's state apart into its slots, each `len` long.
#[inline(always)]
fn slots<T, const N: usize>(mut state: &mut [T], len: usize) -> [&mut [T]; N] {
    core::array::from_fn(|_| {
        let (slot, rest) = core::mem::take(&mut state).split_at_mut(len);
        state = rest;
        slot
    })
}

/// A slot's pieces, and what is left of it.
type Pieces<'a, T> = (&'a mut [[T; PIECE]], &'a mut [T]);

#[inline(always)]
fn in_pieces<T, const N: usize>(slots: [&mut [T]; N]) -> [Pieces<'_, T>; N] {
    slots.map(|slot| slot.as_chunks_mut())
}

/// Each slot's piece number `i`.
#[inline(always)]
fn piece<'a, T, const N: usize>(slots: &'a mut [Pieces<'_, T>; N], i: usize) -> [&'a mut [T; PIECE]; N] {
    slots.each_mut().map(|(pieces, _)| &mut pieces[i])
}

/// The `n` values of each slot that are no whole piece.
#[inline(always)]
fn rest<'a, T, const N: usize>(slots: &'a mut [Pieces<'_, T>; N], n: usize) -> [&'a mut [T]; N] {
    slots.each_mut().map(|(_, rest)| &mut rest[..n])
}

/// Each slot's value number `j`.
#[inline(always)]
fn at<'a, T, S: AsMut<[T]> + ?Sized, const N: usize>(slots: &'a mut [&mut S; N], j: usize) -> [&'a mut T; N] {
    slots.each_mut().map(|slot| &mut slot.as_mut()[j])
}

/// 1 − βᵗ, the part of an average over t steps that is no longer the zero which it began as.
fn correction(beta: f64, step: u64) -> f64 {
    1.0 - power(beta, step)
}

/// βᵗ by squaring: `libm::pow` for each tensor is 4 % of a small network's step. The relative error grows like t·1e-16,
/// but βᵗ becomes small faster.
fn power(beta: f64, mut step: u64) -> f64 {
    let (mut power, mut square) = (1.0, beta);
    while step > 0 {
        if step % 2 == 1 {
            power *= square;
        }
        square *= square;
        step /= 2;
    }
    power
}

/// A rule and what to apply it to.
struct Update<'a, R, T>(R, Tensor<'a, T>);

impl<R: Rule, T: Real> Task for Update<'_, R, T> {
    type Output = ();
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    fn run_on<I: Isa>(self) {
        self.run::<I>();
    }
    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self(rule, tensor) = self;
        if R::FADES {
            fade(tensor.step, tensor.state);
        }
        if tensor.decay && rule.coupled_decay() > 0.0 {
            rule.apply::<T, I, true>(tensor);
        } else {
            rule.apply::<T, I, false>(tensor);
        }
    }
}

/// Declares the list once. No method here is generic, so every loop is compiled with this crate.
macro_rules! optimizers {
    ($($name:literal $type:ident $module:ident;)*) => {
        $(
            pub use $module::$type;
            optimizers!(@scalar $type f32);
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
    };
    (@scalar $type:ident $t:ident) => {
        impl Optimizer<$t> for $type {
            const SLOTS: usize = <Self as Rule>::SLOTS;
            const ELEMENTWISE: bool = <Self as Rule>::ELEMENTWISE;

            fn check(&self) -> Result<()> {
                checked("learning_rate", self.learning_rate, "> 0 and finite", self.learning_rate > 0.0)?;
                self.bounds()
            }

            fn learning_rate(&self) -> f64 {
                self.learning_rate
            }

            fn set_learning_rate(&mut self, rate: f64) {
                self.learning_rate = rate;
            }

            fn update(&self, step: u64, parameters: &mut [$t], gradients: &[$t], state: &mut [$t], decay: bool) {
                dispatch(Update(*self, Tensor { step, parameters, gradients, state, decay }));
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

/// `value` if it is finite and `holds`, else an error with the bound.
pub(crate) fn checked(name: &'static str, value: f64, bound: &'static str, holds: bool) -> Result<()> {
    if value.is_finite() && holds { Ok(()) } else { Err(Error::Parameter { name, value, bound }) }
}

/// `value` must be 0 or more.
fn not_negative(name: &'static str, value: f64) -> Result<()> {
    checked(name, value, ">= 0 and finite", value >= 0.0)
}

/// `value` is the share that an average keeps of itself.
fn share(name: &'static str, value: f64) -> Result<()> {
    checked(name, value, "in [0, 1)", (0.0..1.0).contains(&value))
}

/// The bounds of what Adam and its kin have in common.
fn moments(beta1: f64, beta2: f64, epsilon: f64, weight_decay: f64) -> Result<()> {
    share("beta1", beta1)?;
    share("beta2", beta2)?;
    not_negative("epsilon", epsilon)?;
    not_negative("weight_decay", weight_decay)
}

#[cfg(test)]
mod tests {
    use super::power;

    #[test]
    fn powers_are_those_of_libm() {
        for beta in [0.0, 0.5, 0.9, 0.999, 0.999_999] {
            for step in (1..100).chain([1000, 12_345, 1 << 20, 123_456_789]) {
                let (found, expected) = (power(beta, step), libm::pow(beta, step as f64));
                let tolerance = step as f64 * 2e-16;
                assert!((found - expected).abs() <= tolerance * expected, "{beta}^{step}: {found}, not {expected}");
            }
        }
    }
}
