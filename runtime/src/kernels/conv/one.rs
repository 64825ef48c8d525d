//! Convolution of one sample.

use super::Geometry;
use crate::real::Real;

/// `y = conv(x) + b`, with plain loops.
pub(in super::super) fn reference<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    geometry.check_one(weight, bias, x, y);
    start(bias, y, geometry.outputs);
    geometry.products(|w, from, to| y[to] += weight[w] * x[from]);
}

/// `x = convᵀ(y) + b`, with plain loops.
pub(in super::super) fn transposed<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], y: &[T], x: &mut [T]) {
    geometry.check_one(weight, &[], x, y);
    start(bias, x, geometry.channels);
    geometry.products(|w, to, from| x[to] += weight[w] * y[from]);
}

/// Every map of `y` becomes its bias.
fn start<T: Real>(bias: &[T], y: &mut [T], maps: usize) {
    let map = y.len() / maps;
    for (i, y) in y.chunks_exact_mut(map).enumerate() {
        y.fill(bias.get(i).copied().unwrap_or(T::zero()));
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(in super::super) mod fast {
    use super::{Geometry, Real};
    use crate::isa::Level;

    pub(in super::super::super) fn one<T: Real>(
        _: Level,
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[T],
        y: &mut [T],
    ) {
        super::reference(geometry, weight, bias, x, y);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(in super::super) mod fast {
    use super::super::super::simd::Vectors;
    use super::Geometry;
    use crate::isa::Level;

    pub(in super::super::super) fn one<T: Vectors>(
        _: Level,
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[T],
        y: &mut [T],
    ) {
        super::reference(geometry, weight, bias, x, y);
    }
}
