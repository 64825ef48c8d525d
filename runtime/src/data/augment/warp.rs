//! An image seen through a map of places.

use crate::real::Real;

/// Replaces each pixel by the value at the place `source(row, column)` of every channel, bilinear between pixels and
/// 0 outside.
pub(super) fn warp<T: Real>(
    [_, height, width]: [usize; 3],
    image: &mut [T],
    scratch: &mut [T],
    source: impl Fn(f64, f64) -> (f64, f64),
) {
    scratch.copy_from_slice(image);
    for row in 0..height {
        for column in 0..width {
            let (y, x) = source(row as f64, column as f64);
            let (top, left) = (libm::floor(y), libm::floor(x));
            let (down, right) = (y - top, x - left);
            let corners = [
                (top, left, (1.0 - down) * (1.0 - right)),
                (top, left + 1.0, (1.0 - down) * right),
                (top + 1.0, left, down * (1.0 - right)),
                (top + 1.0, left + 1.0, down * right),
            ];
            let channels = image.chunks_exact_mut(height * width).zip(scratch.chunks_exact(height * width));
            for (image, scratch) in channels {
                let mut sum = T::zero();
                for (y, x, weight) in corners {
                    let inside = y >= 0.0 && x >= 0.0 && y < height as f64 && x < width as f64;
                    if inside && weight > 0.0 {
                        sum += T::from_f64(weight) * scratch[y as usize * width + x as usize];
                    }
                }
                image[row * width + column] = sum;
            }
        }
    }
}
