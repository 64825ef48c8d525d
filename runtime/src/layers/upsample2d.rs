//! Upsampling of feature maps: every pixel becomes a rectangle of its like.

use super::{Layer, Window2d};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::kernels::pool;
use crate::lanes::Lanes;
use crate::real::Real;

/// Enlarges each map by repeating its pixels.
///
/// ```text
/// y[c, i, j] = x[c, i / height factor, j / width factor]        dx = Σ dy over the pixel's rectangle
/// ```
///
/// PyTorch's `nearest`, for whole factors. Shapes: C maps of height × width, channel slowest; any C.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, Upsample2d, Upsample2dConfig};
/// let mut y = [0.0; 4];
/// Upsample2d.infer_one::<Portable>(&(), Upsample2dConfig::new([1, 2], [1, 2]), &[1.0, 2.0], &mut y);
/// assert_eq!(y, [1.0, 1.0, 2.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upsample2d;

/// The sizes of an [`Upsample2d`] or an [`UpsampleBilinear2d`](super::UpsampleBilinear2d).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upsample2dConfig {
    /// The pool that undoes it.
    pub(super) window: Window2d,
}

impl Upsample2dConfig {
    /// Height and width of the input maps, and the factors of both.
    ///
    /// # Panics
    ///
    /// When a size or a factor is 0: in a constant, that is a compile error.
    pub const fn new(input: [usize; 2], factor: [usize; 2]) -> Self {
        let large = [input[0] * factor[0], input[1] * factor[1]];
        Self { window: Window2d::new(large, input, factor, factor, [0, 0]) }
    }
}

impl<T: Real> Layer<T> for Upsample2d {
    type Config = Upsample2dConfig;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), config: Upsample2dConfig, x: &[T], y: &mut [T]) {
        pool::repeat(config.window, x, y);
    }

    fn infer(&self, (): &(), config: Upsample2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        pool::repeat(config.window, x, y);
    }

    fn forward(&self, config: Upsample2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), config, x, y, place);
    }

    fn backward(&self, config: Upsample2dConfig, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            T::sum_pool(config.window, at.dy, dx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Upsample2d, Upsample2dConfig};
    use crate::layers::harness::{assert_one_alike_as, assert_pass_exact};

    #[test]
    fn gradient_is_exact_and_one_sample_is_as_many() {
        for (config, factor) in [(Upsample2dConfig::new([3, 2], [2, 2]), 4), (Upsample2dConfig::new([3, 2], [3, 1]), 3)]
        {
            assert_pass_exact(&Upsample2d, &Upsample2d, config, [12, 12 * factor], 19);
            assert_one_alike_as(&Upsample2d, &(), config, [12, 12 * factor]);
        }
    }
}
