//! What the losses share that compare every output with a target of its own.
//!
//! ```text
//! L = 1/outputs · Σⱼ l(yⱼ, tⱼ)        ∂L/∂yⱼ = 1/outputs · l′(yⱼ, tⱼ)
//! ```
//!
//! With the mean over the batch this is the mean over samples and outputs, PyTorch's `reduction="mean"`.

use super::{Loss, Targets};
use crate::error::{Error, Result};
use crate::isa::{Isa, Task, dispatch, is_single};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// A loss that compares output and target value by value; it is a [`Loss`] with as many targets as outputs.
///
/// ```
/// use shapewise::loss::{Elementwise, Mse};
/// use shapewise::isa::Portable;
/// assert_eq!(Mse.value::<f64, Portable>(3.0, 1.0), 4.0);
/// ```
///
/// The loss of a batch is the mean over samples and outputs. A loss of one's own:
///
/// ```
/// use shapewise::isa::Isa;
/// use shapewise::loss::Elementwise;
/// use shapewise::prelude::*;
///
/// /// Leads to a quantile of the targets instead of their mean: nine in ten lie below the output.
/// #[derive(Clone, Copy)]
/// struct NineInTen;
///
/// impl Elementwise for NineInTen {
///     fn value<T: Real, I: Isa>(self, y: T, t: T) -> T {
///         self.slope::<T, I>(y, t) * (y - t)
///     }
///     fn slope<T: Real, I: Isa>(self, y: T, t: T) -> T {
///         T::from_f64(if y < t { -0.9 } else { 0.1 })
///     }
/// }
///
/// network! { struct Net: [1] -> [1] { dense(1, init = zeros) } }
///
/// let targets: Vec<f32> = (1..=100).map(|t| t as f32).collect();
/// let data = Dataset::new(1, vec![0.0; 100], 1, targets)?;
/// let mut net = Net::boxed(1);
/// net.trainer(NineInTen, Sgd::new(5.0)).epochs(200).progress(Progress::off()).fit(&data)?;
/// assert!((85.0..95.0).contains(&net.forward(&[0.0].into())[0]));
/// # Ok::<(), shapewise::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no loss of single values",
    label = "does not implement `Elementwise`",
    note = "a loss of a value and its target implements `Elementwise`, any other `Loss`"
)]
pub trait Elementwise: Copy {
    /// l(y, t)
    fn value<T: Real, I: Isa>(self, y: T, t: T) -> T;
    /// ∂l/∂y
    fn slope<T: Real, I: Isa>(self, y: T, t: T) -> T;
    /// The range of targets as an error states it, and whether a finite `target` is in it.
    fn bound(self, _target: f64) -> (&'static str, bool) {
        ("finite", true)
    }
    /// Finds options outside their range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] with the name, the value and the bound.
    fn check_options(self) -> Result<()> {
        Ok(())
    }
}

impl<T: Real, E: Elementwise> Loss<T> for E {
    type Target = T;

    fn targets_per_sample(&self, outputs: usize) -> usize {
        outputs
    }

    fn check(&self, outputs: usize, targets: &[T]) -> Result<()> {
        self.check_options()?;
        check_values(outputs, targets, |target| self.bound(target))
    }

    fn block(&self, output: &[Lanes<T>], targets: Targets<'_, T>, scale: T, gradient: &mut [Lanes<T>]) -> T {
        load_targets(targets, gradient);
        let mean = T::one() / T::from_f64(output.len() as f64);
        let samples = targets.samples();
        dispatch(Block { loss: *self, output, samples, scale: scale * mean, gradient }) * mean
    }
}

struct Block<'a, E, T> {
    loss: E,
    output: &'a [Lanes<T>],
    samples: usize,
    scale: T,
    /// The targets on entry.
    gradient: &'a mut [Lanes<T>],
}

impl<E: Elementwise, T: Real> Task for Block<'_, E, T> {
    type Output = T;
    #[inline(always)]
    fn run<I: Isa>(self) -> T {
        let mut sums = Lanes::splat(T::zero());
        for (g, &y) in self.gradient.iter_mut().zip(self.output) {
            let (t, mut row) = (*g, y);
            for lane in 0..LANES {
                sums[lane] += self.loss.value::<T, I>(y[lane], t[lane]);
                let slope = self.scale * self.loss.slope::<T, I>(y[lane], t[lane]);
                row[lane] = if lane < self.samples { perceptible(slope) } else { T::zero() };
            }
            *g = row;
        }
        sum(&sums, self.samples)
    }
}

/// Writes targets into the rows of a block.
fn load_targets<T: Real>(targets: Targets<'_, T>, rows: &mut [Lanes<T>]) {
    let mut samples = [&[][..]; LANES];
    for (sample, target) in samples.iter_mut().zip(targets.iter()) {
        *sample = target;
    }
    T::gather(&samples[..targets.samples()], rows);
}

/// What a slope comes to in single precision: 0 below 2⁻¹⁰⁰. A network that has learnt its samples by heart would give
/// slopes whose products are subnormal, and with these a step takes ten times as long.
#[inline(always)]
pub(super) fn perceptible<T: Real>(slope: T) -> T {
    let negligible = T::from_f64(7.9e-31);
    // A NaN is not below anything, so it stays.
    if const { is_single::<T>() } && slope.abs() < negligible { T::zero() } else { slope }
}

/// The sum of the first `samples` lanes, as four sums of every fourth, so that few additions wait for one another.
#[inline(always)]
pub(super) fn sum<T: Real>(lanes: &Lanes<T>, samples: usize) -> T {
    let mut sums = [T::zero(); 4];
    for (first, four) in (0..).step_by(4).zip(lanes.0.as_chunks::<4>().0) {
        for i in 0..4 {
            sums[i] += if first + i < samples { four[i] } else { T::zero() };
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// Finds the first target that is not finite, or outside what `bound` says.
pub(super) fn check_values<T: Real>(
    outputs: usize,
    targets: &[T],
    bound: impl Fn(f64) -> (&'static str, bool),
) -> Result<()> {
    for (i, target) in targets.iter().enumerate() {
        let sample = i / outputs;
        if !target.is_finite() {
            return Err(Error::NotFinite { what: "target", index: sample, epoch: None });
        }
        let value = target.to_f64();
        let (bound, holds) = bound(value);
        if !holds {
            return Err(Error::Target { sample, value, bound });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "a slope stays as it is or becomes 0")]
mod tests {
    use super::{Elementwise, perceptible};
    use crate::lanes::Lanes;
    use crate::loss::{BinaryCrossEntropy, CrossEntropy, Loss, Targets};
    use crate::real::Real;

    #[test]
    fn slopes_that_nobody_perceives_are_0_in_single_precision_alone() {
        for slope in [0.0, 1e-45, 7.8e-31] {
            assert_eq!([perceptible(slope), perceptible(-slope)], [0.0_f32; 2]);
        }
        for slope in [8e-31, 1.0, f32::INFINITY] {
            assert_eq!([perceptible(slope), perceptible(-slope)], [slope, -slope]);
        }
        assert!(perceptible(f32::NAN).is_nan());
        assert_eq!(perceptible(1e-300), 1e-300);
    }

    /// The gradients of a quarter of a sample whose logits are 0 and −69, the first right, and of a class that has no chance
    /// for yes.
    fn slopes<T: Real>() -> [T; 2] {
        let output = [T::zero(), T::from_f64(-69.0)].map(Lanes::splat);
        let mut gradient = [Lanes::splat(T::zero()); 2];
        CrossEntropy::new().block(&output, Targets::new(&[0], 1), T::from_f64(0.25), &mut gradient);
        let class = gradient[1][0];
        BinaryCrossEntropy.block(&output[1..], Targets::new(&[T::zero()], 1), T::from_f64(0.25), &mut gradient[..1]);
        [class, gradient[0][0]]
    }

    #[test]
    fn classes_without_a_chance_pull_at_nothing_in_single_precision() {
        assert_eq!(slopes::<f32>(), [0.0; 2]);
        for slope in slopes::<f64>() {
            assert!((slope / 2.701_598_194_268_196e-31 - 1.0).abs() < 1e-12, "{slope}");
        }
        assert!(BinaryCrossEntropy.slope::<f32, crate::isa::Portable>(-69.0, 0.0) > 0.0);
    }
}
