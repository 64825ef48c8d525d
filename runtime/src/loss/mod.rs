//! Losses, one file each: the mean over the batch, and its gradient.
//!
//! In `f32`, an output's gradient below 2⁻¹⁰⁰ counts as 0, where PyTorch keeps it: what it leads to would be subnormal
//! numbers, with which a step takes up to ten times as long, once a network has learnt its samples by heart.

mod binary_cross_entropy;
mod binary_hinge;
mod cross_entropy;
mod elementwise;
mod hinge;
mod huber;
mod mae;
mod mse;
mod multi_task;
mod soft_cross_entropy;
mod softmax;
mod targets;

pub use elementwise::Elementwise;
pub use multi_task::{HeadTarget, MultiTask};
pub use targets::Targets;

use crate::error::Result;
use crate::lanes::Lanes;
use crate::real::Real;

/// How far outputs are from targets.
///
/// A target set lies sample by sample. The value and gradient of a batch are means over its samples, weighted where
/// the loss has weights.
///
/// A loss of one's own that compares value by value implements [`Elementwise`]. Any other can have any target, here of a single output, as in Q-learning:
///
/// ```
/// use shapewise::loss::{Loss, Targets};
/// use shapewise::{Error, Lanes, Result};
///
/// /// What one action should be worth; the others are left alone.
/// #[derive(Clone, Copy)]
/// struct Chosen {
///     action: usize,
///     value: f32,
/// }
///
/// /// L = ½·(y_action − value)²
/// struct ChosenSquare;
///
/// impl Loss<f32> for ChosenSquare {
///     type Target = Chosen;
///
///     fn targets_per_sample(&self, _outputs: usize) -> usize {
///         1
///     }
///
///     fn check(&self, outputs: usize, targets: &[Chosen]) -> Result<()> {
///         match targets.iter().position(|target| target.action >= outputs) {
///             Some(sample) => Err(Error::Label { sample, label: targets[sample].action, classes: outputs }),
///             None => Ok(()),
///         }
///     }
///
///     fn block(
///         &self,
///         output: &[Lanes<f32>],
///         targets: Targets<'_, Chosen>,
///         scale: f32,
///         gradient: &mut [Lanes<f32>],
///     ) -> f32 {
///         gradient.fill(Lanes::splat(0.0));
///         let mut sum = 0.0;
///         for (sample, target) in targets.iter().enumerate() {
///             let Chosen { action, value } = target[0];
///             let distance = output[action][sample] - value;
///             gradient[action][sample] = scale * distance;
///             sum += 0.5 * distance * distance;
///         }
///         sum
///     }
/// }
///
/// let (output, mut gradient) = ([Lanes::splat(1.0), Lanes::splat(2.0)], [Lanes::splat(9.0); 2]);
/// let targets = [Chosen { action: 1, value: 0.5 }];
/// assert_eq!(ChosenSquare.block(&output, Targets::new(&targets, 1), 1.0, &mut gradient), 1.125);
/// assert_eq!((gradient[0][0], gradient[1][0], gradient[1][1]), (0.0, 1.5, 0.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no loss of a network of `{T}`",
    label = "does not implement `Loss<{T}>`",
    note = "losses are in `shapewise::loss`: `CrossEntropy` for classes, `Mse` for values, and others"
)]
pub trait Loss<T: Real> {
    /// `u32` for class indices, the network's scalar for values.
    type Target: Copy + Send + Sync + 'static;

    /// Whether all outputs of a network are the classes of one choice, so that several heads are not for this loss.
    const ONE_CHOICE: bool = false;

    /// Targets of one sample for a network with `outputs` outputs.
    fn targets_per_sample(&self, outputs: usize) -> usize;

    /// Finds targets that this loss cannot take, labels out of range or values that are not finite, and options
    /// outside their range.
    ///
    /// # Errors
    ///
    /// The first bad target, by its sample, or the bad option, by its name.
    fn check(&self, outputs: usize, targets: &[Self::Target]) -> Result<()>;

    /// What the sum over a batch is divided by: the number of its samples, unless classes have weights. Where it is 0, as of
    /// a batch whose classes all weigh nothing, the mean and its gradient count as 0.
    fn weight(&self, outputs: usize, targets: &[Self::Target]) -> T {
        T::from_f64((targets.len() / self.targets_per_sample(outputs)) as f64)
    }

    /// The loss summed over the samples of one block, and `scale` times its gradient.
    ///
    /// `gradient` arrives with any content; its lanes without a sample become 0, whatever `output` holds there.
    /// `targets` are those of the block's samples, tell how many there are, and have passed [`Loss::check`].
    fn block(&self, output: &[Lanes<T>], targets: Targets<'_, Self::Target>, scale: T, gradient: &mut [Lanes<T>]) -> T;
}

/// What the compiler says of a loss of one choice for a network with several heads.
#[cfg(feature = "alloc")]
pub(crate) const SEVERAL_HEADS: &str = "the network has several heads, and this loss is for the classes of one\n  \
    = help: `MultiTask::new(Net::HEADS, (CrossEntropy::new(), Mse))` has a loss for each head";

/// Declares the list once.
macro_rules! losses {
    ($($name:literal $type:ident $module:ident;)*) => {
        $(pub use $module::$type;)*

        /// The names of all losses.
        ///
        /// ```
        /// assert!(shapewise::loss::NAMES.contains(&"cross_entropy"));
        /// ```
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

losses! {
    "mse" Mse mse;
    "mae" Mae mae;
    "huber" Huber huber;
    "binary_cross_entropy" BinaryCrossEntropy binary_cross_entropy;
    "binary_hinge" BinaryHinge binary_hinge;
    "cross_entropy" CrossEntropy cross_entropy;
    "soft_cross_entropy" SoftCrossEntropy soft_cross_entropy;
    "hinge" Hinge hinge;
}
