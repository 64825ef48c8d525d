//! A part of feature maps.

use super::{Frame2d, Layer};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::real::Real;

/// Keeps a rectangle of each map.
///
/// ```text
/// y[c, i, j] = x[c, i + top, j + left]        dx[c, i + top, j + left] = dy[c, i, j], 0 elsewhere
/// ```
///
/// Shapes: C maps of height × width, channel slowest; any C.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Crop2d, Frame2d, Layer};
/// let mut y = [0.0; 2];
/// Crop2d.infer_one::<Portable>(&(), Frame2d::new([1, 2], [1, 4], [0, 1]), &[1.0, 2.0, 3.0, 4.0], &mut y);
/// assert_eq!(y, [2.0, 3.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crop2d;

impl<T: Real> Layer<T> for Crop2d {
    type Config = Frame2d;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), frame: Frame2d, x: &[T], y: &mut [T]) {
        frame.cut(x, y);
    }

    fn infer(&self, (): &(), frame: Frame2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        frame.cut(x, y);
    }

    fn forward(&self, frame: Frame2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), frame, x, y, place);
    }

    fn backward(&self, frame: Frame2d, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            frame.surround(Lanes::splat(T::zero()), at.dy, dx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Crop2d;
    use crate::layers::Frame2d;
    use crate::layers::harness::{Rig, assert_one_alike_as, assert_pass_exact};

    const FRAME: Frame2d = Frame2d::new([2, 3], [5, 4], [2, 1]);

    #[test]
    fn gradient_is_exact_and_one_sample_is_as_many() {
        assert_pass_exact(&Crop2d, &Crop2d, FRAME, [2 * 20, 2 * 6], 19);
        assert_one_alike_as(&Crop2d, &(), FRAME, [2 * 20, 2 * 6]);
    }

    #[test]
    fn maps_lose_their_border() {
        let mut rig = Rig::new(8, 2, 1);
        rig.set(rig.x, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(rig.forward(&Crop2d, Frame2d::new([1, 1], [2, 2], [1, 0])), [3.0, 7.0]);
    }
}
