//! Dropout (inverted).

use super::Layer;
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::real::Real;

/// Zeroes values at random in training, and does nothing in inference.
///
/// ```text
/// training     y = x · m / (1 − p)      m = 0 with probability p, else 1
/// inference    y = x
/// backward     dx = dy · m / (1 − p)
/// ```
///
/// The mask is fresh for every value of every sample and step. It is not kept: the step's seed, the layer's stream
/// and the block's index give it again in the backward pass, on any number of threads.
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014; scaled in
/// training as PyTorch and Keras do, not in inference as in the paper.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Dropout, DropoutConfig, Layer};
/// let mut y = [0.0; 2];
/// Dropout.infer_one::<Portable>(&(), DropoutConfig::new(0.5, 0), &[1.0, 2.0], &mut y);
/// assert_eq!(y, [1.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropout;

/// How much a [`Dropout`] drops, and which of the network's dropouts it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DropoutConfig {
    p: f64,
    stream: u64,
}

impl DropoutConfig {
    /// Drops with probability `p`; layers with different `stream`s drop independently of each other.
    ///
    /// # Panics
    ///
    /// When `p` is not in [0, 1): in a constant, that is a compile error.
    ///
    /// ```
    /// use shapewise::layers::DropoutConfig;
    /// const QUARTER: DropoutConfig = DropoutConfig::new(0.25, 0);
    /// assert_eq!(QUARTER.p(), 0.25);
    /// ```
    pub const fn new(p: f64, stream: u64) -> Self {
        assert!(p >= 0.0 && p < 1.0, "a dropout probability must be in [0, 1)");
        Self { p, stream }
    }

    /// The probability of dropping a value.
    pub const fn p(self) -> f64 {
        self.p
    }

    /// Which of the network's dropouts it is.
    pub(super) const fn stream(self) -> u64 {
        self.stream
    }

    /// A random 32-bit number stays below it with probability p.
    pub(super) const fn threshold(self) -> u32 {
        (self.p * 4_294_967_296.0) as u32
    }

    /// 1 / (1 − p)
    pub(super) const fn scale(self) -> f64 {
        1.0 / (1.0 - self.p)
    }
}

/// `y = x · m / (1 − p)`, the same mask for the same place.
fn masked<T: Real>(config: DropoutConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
    if config.p == 0.0 {
        y.copy_from_slice(x);
        return;
    }
    let (threshold, scale) = (config.threshold(), T::from_f64(config.scale()));
    let features = x.len() / place.blocks;
    for (block, (x, y)) in (0_u64..).zip(x.chunks_exact(features).zip(y.chunks_exact_mut(features))) {
        T::dropout(x, y, threshold, scale, [place.seed, config.stream, place.first_block as u64 + block]);
    }
}

impl<T: Real> Layer<T> for Dropout {
    type Config = DropoutConfig;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), _: DropoutConfig, x: &[T], y: &mut [T]) {
        y.copy_from_slice(x);
    }

    fn infer(&self, (): &(), _: DropoutConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        y.copy_from_slice(x);
    }

    fn forward(&self, config: DropoutConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        masked(config, x, y, place);
    }

    fn backward(&self, config: DropoutConfig, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            masked(config, at.dy, dx, at.place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dropout, DropoutConfig};
    use crate::layers::harness::{Rig, normals};

    /// The output for ones: the mask, scaled.
    fn mask(p: f64, stream: u64, seed: u64, samples: usize) -> Vec<f64> {
        let mut rig = Rig::new(7, 7, samples);
        rig.seed = seed;
        rig.set(rig.x, &vec![1.0; 7 * samples]);
        rig.forward(&Dropout, DropoutConfig::new(p, stream))
    }

    #[test]
    fn drops_its_share_and_keeps_the_mean() {
        for p in [0.1, 0.5, 0.9] {
            let mask = mask(p, 0, 1, 4000);
            let dropped = mask.iter().filter(|m| **m == 0.0).count() as f64 / mask.len() as f64;
            // Five standard deviations.
            assert!((dropped - p).abs() < 5.0 * (p * (1.0 - p) / mask.len() as f64).sqrt(), "{p}: {dropped}");
            assert!(mask.iter().all(|m| *m == 0.0 || (m - 1.0 / (1.0 - p)).abs() < 1e-15));
        }
    }

    #[test]
    fn masks_differ_between_steps_layers_and_blocks_and_come_again() {
        let first = mask(0.5, 0, 1, 48);
        assert_eq!(first, mask(0.5, 0, 1, 48));
        assert_ne!(first, mask(0.5, 0, 2, 48));
        assert_ne!(first, mask(0.5, 1, 1, 48));
        let blocks: Vec<_> = first.chunks_exact(16 * 7).collect();
        assert!(blocks[0] != blocks[1] && blocks[0] != blocks[2] && blocks[1] != blocks[2]);
        // A sample's mask does not depend on how many follow it.
        assert_eq!(first[..19 * 7], mask(0.5, 0, 1, 19));
    }

    #[test]
    fn the_gradient_passes_where_the_value_did() {
        let config = DropoutConfig::new(0.3, 5);
        let mut rig = Rig::new(7, 7, 35);
        let x = normals(7 * 35, 1);
        rig.set(rig.x, &x);
        rig.set(rig.dy, &x);
        assert_eq!(rig.forward(&Dropout, config), rig.backward(&Dropout, config));
        assert!(rig.padding(rig.dx).iter().all(|dx| *dx == 0.0));
    }

    #[test]
    fn without_dropping_and_in_inference_nothing_changes() {
        let mut rig = Rig::new(7, 7, 35);
        let x = normals(7 * 35, 1);
        rig.set(rig.x, &x);
        assert_eq!(rig.forward(&Dropout, DropoutConfig::new(0.0, 0)), x);
        assert_eq!(rig.infer(&Dropout, &(), DropoutConfig::new(0.9, 0)), x);
    }

    #[test]
    #[should_panic(expected = "a dropout probability must be in [0, 1)")]
    fn dropping_everything_is_refused() {
        DropoutConfig::new(1.0, 0);
    }
}
