//! Several losses at once, one for each head of a network.

use super::{Loss, Targets};
use crate::bounds::{at_least_one, not_negative};
use crate::error::{Error, Result};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// The weighted sum of the losses of a network's heads, in the order of the declaration; up to six.
///
/// ```text
/// L = Σₕ λₕ·Lₕ(yₕ, tₕ)
/// ```
///
/// Outputs lie head by head, and so do the targets of a sample: as many as the head's loss wants. All are the network's
/// scalar; where a loss wants the index of a class, the target is that whole number.
///
/// Source: R. Caruana, Multitask Learning, 1997.
///
/// Deviation: weights of classes (`CrossEntropy::weights`) scale a head's loss without being divided out.
///
/// ```
/// use shapewise::loss::{CrossEntropy, Loss, Mse, MultiTask};
/// // Ten classes, and two values that count half.
/// let loss = MultiTask::new([10, 2], (CrossEntropy::new(), Mse)).weights([1.0, 0.5]);
/// assert_eq!(Loss::<f32>::targets_per_sample(&loss, 12), 3);
/// assert!(Loss::<f32>::check(&loss, 12, &[7.0, 0.1, -3.0]).is_ok());
/// assert!(Loss::<f32>::check(&loss, 12, &[7.5, 0.1, -3.0]).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MultiTask<L, const HEADS: usize> {
    sizes: [usize; HEADS],
    losses: L,
    weights: [f64; HEADS],
}

impl<L, const HEADS: usize> MultiTask<L, HEADS> {
    /// A loss for each head, and how many values each head gives: the constant `HEADS` of the network. All weights
    /// are 1.
    pub fn new(sizes: [usize; HEADS], losses: L) -> Self {
        Self { sizes, losses, weights: [1.0; HEADS] }
    }

    /// λ of each head, at least 0.
    #[must_use]
    pub fn weights(self, weights: [f64; HEADS]) -> Self {
        Self { weights, ..self }
    }

    fn check_self(&self, outputs: usize) -> Result<()> {
        let expected = self.sizes.iter().sum();
        if outputs != expected {
            return Err(Error::Length { what: "outputs of all heads", expected, found: outputs });
        }
        self.sizes.iter().try_for_each(|&size| at_least_one("the size of a head", size as u64))?;
        self.weights.iter().try_for_each(|&weight| not_negative("the weight of a head", weight))
    }
}

/// What a loss takes as a target, made from the network's scalar: a class index or the value itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no target of a head",
    label = "is neither a class nor a value of `{T}`",
    note = "targets are `u32` for the index of a class, or the network's scalar for values"
)]
pub trait HeadTarget<T: Real>: Copy + Send + Sync + 'static {
    /// The target; `None` when the value cannot be one.
    fn of_scalar(value: T) -> Option<Self>;

    /// [`Loss::block`] on targets that are scalars, and that the loss can take.
    fn block<L: Loss<T, Target = Self>>(
        loss: &L,
        output: &[Lanes<T>],
        targets: Targets<'_, T>,
        scale: T,
        gradient: &mut [Lanes<T>],
    ) -> T;

    /// [`Loss::check`] on the targets of one sample.
    ///
    /// # Errors
    ///
    /// As the loss's own, with 0 for the sample's index.
    fn check<L: Loss<T, Target = Self>>(loss: &L, outputs: usize, targets: &[T]) -> Result<()>;
}

impl<T: Real> HeadTarget<T> for u32 {
    fn of_scalar(value: T) -> Option<Self> {
        let value = value.to_f64();
        (value >= 0.0 && value <= f64::from(u32::MAX) && libm::floor(value) >= value).then_some(value as Self)
    }

    fn block<L: Loss<T, Target = Self>>(
        loss: &L,
        output: &[Lanes<T>],
        targets: Targets<'_, T>,
        scale: T,
        gradient: &mut [Lanes<T>],
    ) -> T {
        let mut labels = [0; LANES];
        for (label, target) in labels.iter_mut().zip(targets.iter()) {
            *label = Self::of_scalar(target[0]).unwrap_or(0);
        }
        loss.block(output, Targets::new(&labels[..targets.samples()], 1), scale, gradient)
    }

    fn check<L: Loss<T, Target = Self>>(loss: &L, outputs: usize, targets: &[T]) -> Result<()> {
        match Self::of_scalar(targets[0]) {
            Some(label) => loss.check(outputs, &[label]),
            None => Err(Error::Target { sample: 0, value: targets[0].to_f64(), bound: "the index of a class" }),
        }
    }
}

impl<T: Real> HeadTarget<T> for T {
    fn of_scalar(value: T) -> Option<Self> {
        Some(value)
    }

    fn block<L: Loss<T, Target = Self>>(
        loss: &L,
        output: &[Lanes<T>],
        targets: Targets<'_, T>,
        scale: T,
        gradient: &mut [Lanes<T>],
    ) -> T {
        loss.block(output, targets, scale, gradient)
    }

    fn check<L: Loss<T, Target = Self>>(loss: &L, outputs: usize, targets: &[T]) -> Result<()> {
        loss.check(outputs, targets)
    }
}

/// The fault of one sample's targets, with the sample's own index.
fn of_sample(error: Error, sample: usize) -> Error {
    match error {
        Error::Label { label, classes, .. } => Error::Label { sample, label, classes },
        Error::Target { value, bound, .. } => Error::Target { sample, value, bound },
        Error::NotFinite { what, epoch, .. } => Error::NotFinite { what, index: sample, epoch },
        other => other,
    }
}

/// A loss for a tuple of losses.
macro_rules! tuples {
    ($($count:literal ($($head:ident $index:tt)*);)*) => {$(
        impl<T: Real, $($head: Loss<T>),*> Loss<T> for MultiTask<($($head,)*), $count>
        where
            $($head::Target: HeadTarget<T>),*
        {
            type Target = T;

            fn targets_per_sample(&self, _: usize) -> usize {
                0 $(+ self.losses.$index.targets_per_sample(self.sizes[$index]))*
            }

            fn check(&self, outputs: usize, targets: &[T]) -> Result<()> {
                self.check_self(outputs)?;
                for (sample, mut targets) in targets.chunks_exact(self.targets_per_sample(outputs)).enumerate() {
                    $({
                        let (loss, size) = (&self.losses.$index, self.sizes[$index]);
                        let (own, rest) = targets.split_at(loss.targets_per_sample(size));
                        $head::Target::check(loss, size, own).map_err(|error| of_sample(error, sample))?;
                        targets = rest;
                    })*
                    debug_assert!(targets.is_empty());
                }
                Ok(())
            }

            fn block(&self, output: &[Lanes<T>], targets: Targets<'_, T>, scale: T, gradient: &mut [Lanes<T>]) -> T {
                let (mut total, mut values, mut firsts) = (T::zero(), 0, 0);
                $({
                    let (loss, size) = (&self.losses.$index, self.sizes[$index]);
                    let (weight, width) = (T::from_f64(self.weights[$index]), loss.targets_per_sample(size));
                    let (place, own) = (values..values + size, targets.part(firsts, width));
                    let part = $head::Target::block(
                        loss, &output[place.clone()], own, scale * weight, &mut gradient[place],
                    );
                    total += weight * part;
                    (values, firsts) = (values + size, firsts + width);
                })*
                debug_assert_eq!(values, output.len());
                debug_assert!(firsts > 0);
                total
            }
        }
    )*};
}

tuples! {
    1 (A 0);
    2 (A 0 B 1);
    3 (A 0 B 1 C 2);
    4 (A 0 B 1 C 2 D 3);
    5 (A 0 B 1 C 2 D 3 E 4);
    6 (A 0 B 1 C 2 D 3 E 4 F 5);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{CrossEntropy, Mse};

    fn message(loss: &impl Loss<f64, Target = f64>, outputs: usize, targets: &[f64]) -> alloc::string::String {
        alloc::string::ToString::to_string(&loss.check(outputs, targets).unwrap_err())
    }

    #[test]
    fn it_is_the_weighted_sum_of_its_parts() {
        let (classes, values) = (CrossEntropy::new(), Mse);
        let loss = MultiTask::new([3, 2], (classes, values)).weights([2.0, 0.5]);
        let row = |i: usize| Lanes(core::array::from_fn(|lane| ((i * 7 + lane * 3) % 11) as f64 / 5.0));
        let output: [Lanes<f64>; 5] = core::array::from_fn(row);
        let targets = [2.0, 0.5, -1.0, 0.0, 2.0, 3.0];
        let mut gradient = [Lanes::splat(f64::NAN); 5];
        let found = loss.block(&output, Targets::new(&targets, 3), 0.5, &mut gradient);

        let (mut first, mut second) = ([Lanes::splat(0.0); 3], [Lanes::splat(0.0); 2]);
        let a = classes.block(&output[..3], Targets::new(&[2, 0], 1), 1.0, &mut first);
        let b = values.block(&output[3..], Targets::new(&[0.5, -1.0, 2.0, 3.0], 2), 0.25, &mut second);
        assert!((found - (2.0 * a + 0.5 * b)).abs() < 1e-14);
        assert_eq!(gradient[..3], first);
        assert_eq!(gradient[3..], second);
    }

    #[test]
    fn faults_name_the_sample_and_the_bound() {
        let loss = MultiTask::new([3, 1], (CrossEntropy::new(), Mse));
        assert_eq!(message(&loss, 5, &[]), "outputs of all heads: expected 4 values, found 5");
        assert_eq!(
            message(&loss, 4, &[1.0, 0.0, 3.0, 0.0]),
            "sample 1 has label 3, but the network has 3 classes (0 to 2)"
        );
        assert_eq!(
            message(&loss, 4, &[1.0, 0.0, 0.5, 0.0]),
            "sample 1 has target 0.5, but must be the index of a class"
        );
        assert_eq!(message(&loss, 4, &[1.0, f64::NAN]), "target 0 holds a value that is infinite or not a number");
        for sizes in [[4, 0], [0, 4]] {
            let loss = MultiTask::new(sizes, (CrossEntropy::new(), Mse));
            assert_eq!(message(&loss, 4, &[1.0, 0.0]), "the size of a head is 0, but must be >= 1");
        }
        let loss = loss.weights([1.0, -1.0]);
        assert_eq!(message(&loss, 4, &[]), "the weight of a head is -1, but must be >= 0 and finite");
    }
}
