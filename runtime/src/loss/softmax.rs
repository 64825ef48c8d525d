//! What the losses share that compare classes.

use super::elementwise::{perceptible, sum};
use crate::error::{Error, Result};
use crate::isa::Isa;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Where [`cross_entropy`] finds its targets. A trait, since closures are compiled without the wider instructions.
pub(super) trait Rows<T> {
    /// tⱼ of every sample; of no account where there is none.
    fn row(&self, class: usize) -> Lanes<T>;
}

/// Softmax cross-entropy of one block against `targets`.
///
/// ```text
/// L = Σⱼ tⱼ·(ln Σₖ e^(zₖ) − zⱼ)        ∂L/∂zⱼ = (Σₖ tₖ)·softmax(z)ⱼ − tⱼ
/// ```
///
/// The sums are carried from row to row, which makes the compiler put lanes, not rows, into its vectors.
#[inline(always)]
pub(super) fn cross_entropy<T: Real, I: Isa>(
    logits: &[Lanes<T>],
    samples: usize,
    targets: &impl Rows<T>,
    scale: T,
    gradient: &mut [Lanes<T>],
) -> T {
    let mut largest = logits[0];
    for &z in &logits[1..] {
        for lane in 0..LANES {
            largest[lane] = largest[lane].max(z[lane]);
        }
    }
    let (mut sums, mut totals) = (Lanes::splat(T::zero()), Lanes::splat(T::zero()));
    for (class, (g, &z)) in gradient.iter_mut().zip(logits).enumerate() {
        let (t, mut e) = (targets.row(class), z);
        for lane in 0..LANES {
            e[lane] = (z[lane] - largest[lane]).exp::<I>();
            sums[lane] += e[lane];
            totals[lane] += t[lane];
        }
        *g = e;
    }
    let (mut log, mut factor) = (sums, totals);
    for lane in 0..LANES {
        log[lane] = sums[lane].ln::<I>();
        factor[lane] = scale * totals[lane] / sums[lane];
    }
    let mut losses = Lanes::splat(T::zero());
    for (class, (g, &z)) in gradient.iter_mut().zip(logits).enumerate() {
        let (t, mut row) = (targets.row(class), *g);
        for lane in 0..LANES {
            // A class without probability costs nothing, even where the difference overflows.
            let cost = t[lane] * (log[lane] + (largest[lane] - z[lane]));
            losses[lane] += if t[lane] == T::zero() { T::zero() } else { cost };
            let slope = factor[lane] * row[lane] - scale * t[lane];
            row[lane] = if lane < samples { perceptible(slope) } else { T::zero() };
        }
        *g = row;
    }
    sum(&losses, samples)
}

/// Labels as scalars, exact up to 2²⁴, so that comparing them makes vectors as wide as all others.
#[inline(always)]
pub(super) fn scalars<T: Real>(labels: &[u32; LANES]) -> Lanes<T> {
    Lanes::each(|lane| T::from_f64(f64::from(labels[lane])))
}

/// Finds the first label that is no class.
pub(super) fn check_labels(classes: usize, labels: &[u32]) -> Result<()> {
    let is_class = |label: u32| (label as usize) < classes;
    // The largest is found with vectors, and there is hardly ever anything to look for.
    if labels.iter().copied().max().is_none_or(is_class) {
        return Ok(());
    }
    match labels.iter().position(|&label| !is_class(label)) {
        Some(sample) => Err(Error::Label { sample, label: labels[sample] as usize, classes }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check_labels;

    #[test]
    fn the_first_label_that_is_no_class_is_named() {
        check_labels(3, &[]).expect("nothing is wrong with nothing");
        check_labels(3, &[0, 2, 1]).expect("all are classes");
        let message = check_labels(3, &[0, 3, 7]).expect_err("two are none").to_string();
        assert!(message.contains("label 3") && message.contains("sample 1"), "{message}");
    }
}
