//! Average pooling over feature maps.

use super::{Layer, Window2d};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::kernels::pool;
use crate::lanes::Lanes;
use crate::real::Real;

/// Replaces each window of each map by its mean.
///
/// ```text
/// y[c, i, j] = Σ x[c, row, column] / n       over the window (i, j), see `Window2d`
/// dx         = Σ dy[c, i, j] / n             over the windows that cover the pixel
/// ```
///
/// n counts the pixels of the window, those of the padding with them unless `count_include_pad` is false; what hangs
/// over the padding's edge never counts. Both as in PyTorch, where the padding behind the map is as wide as that in
/// front of it. Shapes: C maps of height × width, channel slowest; any C.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{AvgPool2d, AvgPool2dConfig, Layer, Window2d};
/// const GLOBAL: AvgPool2dConfig = AvgPool2dConfig::new(Window2d::global([2, 2]));
/// let mut y = [0.0; 1];
/// AvgPool2d.infer_one::<Portable>(&(), GLOBAL, &[1.0, 2.0, 3.0, 6.0], &mut y);
/// assert_eq!(y, [3.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AvgPool2d;

/// The sizes of an [`AvgPool2d`], and what it divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvgPool2dConfig {
    /// Where the windows lie.
    pub window: Window2d,
    /// Whether zeros of the padding count as pixels.
    pub count_include_pad: bool,
}

impl AvgPool2dConfig {
    /// Counts the padding.
    pub const fn new(window: Window2d) -> Self {
        Self { window, count_include_pad: true }
    }
}

impl<T: Real> Layer<T> for AvgPool2d {
    type Config = AvgPool2dConfig;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), config: AvgPool2dConfig, x: &[T], y: &mut [T]) {
        pool::average_of::<T, 1>(config.window, config.count_include_pad, x.as_chunks().0, y.as_chunks_mut().0);
    }

    fn infer(&self, (): &(), config: AvgPool2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        T::avg_pool(config.window, config.count_include_pad, x, y);
    }

    fn forward(&self, config: AvgPool2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], _: Place) {
        T::avg_pool(config.window, config.count_include_pad, x, y);
    }

    fn backward(&self, config: AvgPool2dConfig, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            T::avg_pool_backward(config.window, config.count_include_pad, at.dy, dx);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::{AvgPool2d, AvgPool2dConfig};
    use crate::layers::Window2d;
    use crate::layers::harness::{Rig, assert_one_alike_as, assert_pass_exact};

    /// Side by side, hanging over all edges, hanging over the padding's edge, in one dimension, global.
    const WINDOWS: [Window2d; 5] = [
        Window2d::new([4, 6], [2, 3], [2, 2], [2, 2], [0, 0]),
        Window2d::new([5, 6], [3, 3], [3, 3], [2, 2], [1, 1]),
        Window2d::new([6, 6], [4, 4], [3, 3], [2, 2], [1, 1]),
        Window2d::new([1, 9], [1, 3], [1, 4], [1, 3], [0, 0]),
        Window2d::global([3, 4]),
    ];

    fn configs() -> impl Iterator<Item = AvgPool2dConfig> {
        WINDOWS
            .into_iter()
            .flat_map(|window| [true, false].map(|pad| AvgPool2dConfig { window, count_include_pad: pad }))
    }

    #[test]
    fn gradient_is_exact() {
        for config in configs() {
            let sizes = [3 * config.window.inputs(), 3 * config.window.outputs()];
            assert_pass_exact(&AvgPool2d, &AvgPool2d, config, sizes, 19);
        }
    }

    #[test]
    fn one_sample_is_as_many() {
        for config in configs() {
            assert_one_alike_as(&AvgPool2d, &(), config, [3 * config.window.inputs(), 3 * config.window.outputs()]);
        }
    }

    #[test]
    fn padding_counts_unless_told_otherwise() {
        let window = Window2d::new([2, 2], [2, 2], [2, 2], [2, 2], [1, 1]);
        let mut rig = Rig::new(4, 4, 1);
        rig.set(rig.x, &[4.0, 8.0, 12.0, 16.0]);
        assert_eq!(rig.forward(&AvgPool2d, AvgPool2dConfig::new(window)), [1.0, 2.0, 3.0, 4.0]);
        let config = AvgPool2dConfig { window, count_include_pad: false };
        assert_eq!(rig.forward(&AvgPool2d, config), [4.0, 8.0, 12.0, 16.0]);
    }
}
