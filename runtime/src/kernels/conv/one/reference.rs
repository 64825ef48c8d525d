//! Convolution of one sample with plain loops, over any scalar.

use core::convert::identity;

use super::super::{Geometry, start};
use crate::isa::Portable;
use crate::real::Real;

/// `y = conv(x) + b`, with plain loops.
pub(in super::super::super) fn forward<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    geometry.check_one(weight, bias, x, y);
    start(bias, y, geometry.outputs, 1, identity);
    geometry.products(|w, from, to| y[to] = weight[w].fma::<Portable>(x[from], y[to]));
}

/// `x = convᵀ(y) + b`, with plain loops.
pub(in super::super::super) fn transposed<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], y: &[T], x: &mut [T]) {
    geometry.check_one(weight, &[], x, y);
    start(bias, x, geometry.channels, 1, identity);
    let add = |w: T, x: &mut T, y: &T| *x = w.fma::<Portable>(*y, *x);
    geometry.rows(|w, to, from, count| {
        let (w, y) = (weight[w], &y[from..][..count]);
        // What lies side by side becomes vectors, for kernels that are too large for tiles.
        match geometry.stride[1] {
            1 => x[to..][..count].iter_mut().zip(y).for_each(|(x, y)| add(w, x, y)),
            stride => x[to..].iter_mut().step_by(stride).zip(y).for_each(|(x, y)| add(w, x, y)),
        }
    });
}
