//! Zeros around feature maps.

use super::{Frame2d, Layer};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::real::Real;

/// Surrounds each map with zeros.
///
/// ```text
/// y[c, i + top, j + left] = x[c, i, j], 0 elsewhere        dx[c, i, j] = dy[c, i + top, j + left]
/// ```
///
/// Shapes: C maps of height × width, channel slowest; any C.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Pad2d, Frame2d, Layer};
/// let mut y = [9.0; 4];
/// Pad2d.infer_one::<Portable>(&(), Frame2d::new([1, 2], [1, 4], [0, 1]), &[1.0, 2.0], &mut y);
/// assert_eq!(y, [0.0, 1.0, 2.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pad2d;

impl<T: Real> Layer<T> for Pad2d {
    type Config = Frame2d;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), frame: Frame2d, x: &[T], y: &mut [T]) {
        frame.surround(T::zero(), x, y);
    }

    fn infer(&self, (): &(), frame: Frame2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        frame.surround(Lanes::splat(T::zero()), x, y);
    }

    fn forward(&self, frame: Frame2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), frame, x, y, place);
    }

    fn backward(&self, frame: Frame2d, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            frame.cut(at.dy, dx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pad2d;
    use crate::layers::Frame2d;
    use crate::layers::harness::{Rig, assert_one_alike_as, assert_pass_exact};

    const FRAME: Frame2d = Frame2d::new([2, 3], [5, 4], [2, 1]);

    #[test]
    fn gradient_is_exact_and_one_sample_is_as_many() {
        assert_pass_exact(&Pad2d, &Pad2d, FRAME, [2 * 6, 2 * 20], 19);
        assert_one_alike_as(&Pad2d, &(), FRAME, [2 * 6, 2 * 20]);
    }

    #[test]
    fn maps_come_to_their_place() {
        let mut rig = Rig::new(2, 8, 1);
        rig.set(rig.x, &[1.0, 2.0]);
        let y = rig.forward(&Pad2d, Frame2d::new([1, 1], [2, 2], [1, 0]));
        assert_eq!(y, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 0.0]);
    }
}
