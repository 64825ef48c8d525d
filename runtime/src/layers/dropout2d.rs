//! Dropout of whole feature maps.

use super::{DropoutConfig, Layer};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::real::Real;

/// Zeroes feature maps at random in training, and does nothing in inference.
///
/// ```text
/// training     y[c] = x[c] · m[c] / (1 − p)      m = 0 with probability p, else 1
/// inference    y = x
/// backward     dx[c] = dy[c] · m[c] / (1 − p)
/// ```
///
/// Neighbouring pixels tell much the same, so dropping them one by one hides little; here a map goes as a whole. The
/// choice is fresh for every map of every sample and step, and is drawn as that of [`Dropout`](super::Dropout).
/// Source: Tompson et al., "Efficient object localization using convolutional networks", 2015.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Dropout2d, Dropout2dConfig, Layer};
/// let mut y = [0.0; 2];
/// Dropout2d.infer_one::<Portable>(&(), Dropout2dConfig::new(0.5, 0, 2), &[1.0, 2.0], &mut y);
/// assert_eq!(y, [1.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropout2d;

/// How much a [`Dropout2d`] drops, which of the network's dropouts it is, and how large the maps are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout2dConfig {
    dropout: DropoutConfig,
    pixels: usize,
}

impl Dropout2dConfig {
    /// Drops maps of `pixels` values with probability `p`; layers with different `stream`s drop independently.
    ///
    /// # Panics
    ///
    /// When `p` is not in [0, 1) or the maps are empty: in a constant, that is a compile error.
    pub const fn new(p: f64, stream: u64, pixels: usize) -> Self {
        assert!(pixels > 0, "a dropout of maps needs maps that are not empty");
        Self { dropout: DropoutConfig::new(p, stream), pixels }
    }
}

/// `y = x · m / (1 − p)`, the same mask for the same place.
fn masked<T: Real>(config: Dropout2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
    let (threshold, scale) = (config.dropout.threshold(), T::from_f64(config.dropout.scale()));
    let features = x.len() / place.blocks;
    for (block, (x, y)) in (0_u64..).zip(x.chunks_exact(features).zip(y.chunks_exact_mut(features))) {
        let key = [place.seed, config.dropout.stream(), place.first_block as u64 + block];
        T::dropout_maps(x, y, config.pixels, threshold, scale, key);
    }
}

impl<T: Real> Layer<T> for Dropout2d {
    type Config = Dropout2dConfig;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), _: Dropout2dConfig, x: &[T], y: &mut [T]) {
        y.copy_from_slice(x);
    }

    fn infer(&self, (): &(), _: Dropout2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        y.copy_from_slice(x);
    }

    fn forward(&self, config: Dropout2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        masked(config, x, y, place);
    }

    fn backward(&self, config: Dropout2dConfig, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            masked(config, at.dy, dx, at.place);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::{Dropout2d, Dropout2dConfig};
    use crate::layers::harness::{Rig, normals};

    #[test]
    fn drops_its_share_of_whole_maps() {
        let (samples, channels, pixels, p) = (1000, 4, 6, 0.3);
        let mut rig = Rig::new(channels * pixels, channels * pixels, samples);
        rig.set(rig.x, &vec![1.0_f64; channels * pixels * samples]);
        let y = rig.forward(&Dropout2d, Dropout2dConfig::new(p, 0, pixels));
        let maps: Vec<_> = y.chunks_exact(pixels).collect();
        assert!(maps.iter().all(|map| map.iter().all(|y| *y == map[0])));
        assert!(y.iter().all(|y| *y == 0.0 || (y - 1.0 / 0.7).abs() < 1e-15));
        let dropped = maps.iter().filter(|map| map[0] == 0.0).count() as f64 / maps.len() as f64;
        // Five standard deviations.
        assert!((dropped - p).abs() < 5.0 * (p * (1.0 - p) / maps.len() as f64).sqrt(), "{dropped}");
    }

    #[test]
    fn the_gradient_passes_where_the_value_did() {
        let config = Dropout2dConfig::new(0.5, 5, 3);
        let mut rig = Rig::new(12, 12, 35);
        let x = normals(12 * 35, 1);
        rig.set(rig.x, &x);
        rig.set(rig.dy, &x);
        assert_eq!(rig.forward(&Dropout2d, config), rig.backward(&Dropout2d, config));
        assert_eq!(rig.infer(&Dropout2d, &(), config), x);
    }

    #[test]
    #[should_panic(expected = "a dropout of maps needs maps that are not empty")]
    fn maps_without_pixels_are_refused() {
        Dropout2dConfig::new(0.5, 0, 0);
    }
}
