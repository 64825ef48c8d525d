//! Upsampling of feature maps, with values between the pixels.

use super::{Layer, Upsample2dConfig};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::kernels::bilinear;
use crate::lanes::Lanes;
use crate::real::Real;

/// Enlarges each map, with pixels in between.
///
/// ```text
/// y[c, i, j] = (1 − a)·((1 − b)·x[c, k, l] + b·x[c, k, l + 1]) + a·((1 − b)·x[c, k + 1, l] + b·x[c, k + 1, l + 1])
///
/// k + a = (i + 1/2) / height factor − 1/2, in 0 ..= height − 1       l + b likewise, from j and the width
/// dx: each dy[c, i, j] to the four pixels that it came from, by the same weights
/// ```
///
/// PyTorch's `bilinear` with `align_corners = False`, for whole factors; over maps of height 1 it is PyTorch's `linear`.
/// Shapes: C maps of height × width, channel slowest; any C.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, Upsample2dConfig, UpsampleBilinear2d};
/// let mut y = [0.0; 4];
/// UpsampleBilinear2d.infer_one::<Portable>(&(), Upsample2dConfig::new([1, 2], [1, 2]), &[1.0, 3.0], &mut y);
/// assert_eq!(y, [1.0, 1.5, 2.5, 3.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpsampleBilinear2d;

impl<T: Real> Layer<T> for UpsampleBilinear2d {
    type Config = Upsample2dConfig;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), config: Upsample2dConfig, x: &[T], y: &mut [T]) {
        bilinear::enlarge::<T, 1>(config.window, x.as_chunks().0, y.as_chunks_mut().0);
    }

    fn infer(&self, (): &(), config: Upsample2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        T::bilinear(config.window, x, y);
    }

    fn forward(&self, config: Upsample2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], _: Place) {
        T::bilinear(config.window, x, y);
    }

    fn backward(&self, config: Upsample2dConfig, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            T::bilinear_backward(config.window, at.dy, dx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Upsample2dConfig, UpsampleBilinear2d};
    use crate::layers::harness::{assert_one_alike_as, assert_pass_exact};

    #[test]
    fn gradient_is_exact_and_one_sample_is_as_many() {
        for factor in [[2, 2], [3, 1], [1, 4], [5, 3]] {
            let config = Upsample2dConfig::new([3, 2], factor);
            let sizes = [12, 12 * factor[0] * factor[1]];
            assert_pass_exact(&UpsampleBilinear2d, &UpsampleBilinear2d, config, sizes, 19);
            assert_one_alike_as(&UpsampleBilinear2d, &(), config, sizes);
        }
    }
}
