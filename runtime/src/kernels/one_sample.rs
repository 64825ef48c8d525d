//! `y = W·x + b` for one sample whose weights are too many to unroll: vectors over the outputs.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use crate::real::Real;

/// What every pointer below relies on; `y` becomes the bias.
fn start<T: Real>(weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    assert!(weight.len() == x.len() * y.len());
    if bias.is_empty() {
        y.fill(T::zero());
    } else {
        y.copy_from_slice(bias);
    }
}

pub(super) fn reference<T: Real>(weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    start(weight, bias, x, y);
    add(weight, x, y);
}

/// `y ← y + W·x`
fn add<T: Real>(weight: &[T], x: &[T], y: &mut [T]) {
    for (x, weight) in x.iter().zip(weight.chunks_exact(y.len())) {
        for (y, w) in y.iter_mut().zip(weight) {
            *y += *w * *x;
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(super) mod fast {
    use super::Real;
    use crate::isa::Level;

    pub(in super::super) fn one_sample<T: Real>(_: Level, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
        super::reference(weight, bias, x, y);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    use super::super::simd::{Vector, Vectors};
    use super::start;
    use crate::isa::{Kind, Level};

    pub(in super::super) fn one_sample<T: Vectors>(level: Level, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
        start(weight, bias, x, y);
        match level.kind() {
            // SAFETY: the level proves the instructions, `start` the lengths.
            Kind::Avx512 => unsafe { add_avx512(weight, x, y) },
            // SAFETY: as above.
            Kind::Avx2 => unsafe { add_avx2(weight, x, y) },
            Kind::Portable => super::add(weight, x, y),
        }
    }

    /// # Safety
    /// The machine has AVX-512, and there is a weight for each pair of `x` and `y`.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    unsafe fn add_avx512<T: Vectors>(weight: &[T], x: &[T], y: &mut [T]) {
        // SAFETY: passed on.
        unsafe { all::<T::Avx512>(weight, x, y) }
    }

    /// # Safety
    /// The machine has AVX2 and FMA, and there is a weight for each pair of `x` and `y`.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn add_avx2<T: Vectors>(weight: &[T], x: &[T], y: &mut [T]) {
        // SAFETY: passed on.
        unsafe { all::<T::Avx2>(weight, x, y) }
    }

    /// # Safety
    /// There is a weight for each pair of `x` and `y`, and the machine has `V`.
    #[inline(always)]
    unsafe fn all<V: Vector>(weight: &[V::Scalar], x: &[V::Scalar], y: &mut [V::Scalar]) {
        let outputs = y.len();
        let mut first = 0;
        while first < outputs {
            // SAFETY: first < outputs.
            unsafe {
                let columns = Columns::<V> {
                    weight: weight.as_ptr().add(first),
                    y: y.as_mut_ptr().add(first),
                    outputs,
                    width: (outputs - first).min(8 * V::WIDTH),
                };
                first += columns.width;
                // Few columns leave room to keep several sums of each, so that no addition waits for the one before.
                match columns.width.div_ceil(V::WIDTH) {
                    1 => columns.add::<1, 8>(x),
                    2 => columns.add::<2, 4>(x),
                    3 => columns.add::<3, 2>(x),
                    4 => columns.add::<4, 2>(x),
                    5 => columns.add::<5, 1>(x),
                    6 => columns.add::<6, 1>(x),
                    7 => columns.add::<7, 1>(x),
                    _ => columns.add::<8, 1>(x),
                }
            }
        }
    }

    /// Outputs whose sums stay in registers together.
    struct Columns<V: Vector> {
        /// The first output's weight of the first input.
        weight: *const V::Scalar,
        y: *mut V::Scalar,
        /// All outputs: from the weights of one input to those of the next.
        outputs: usize,
        width: usize,
    }

    impl<V: Vector> Columns<V> {
        /// # Safety
        /// `width` outputs exist, and `VECS` vectors just cover them.
        #[inline(always)]
        unsafe fn add<const VECS: usize, const SETS: usize>(self, x: &[V::Scalar]) {
            let last = self.width - (VECS - 1) * V::WIDTH;
            // SAFETY: whole vectors come first, the last reads and writes its `last` columns only.
            unsafe {
                let load = |p: *const V::Scalar, v: usize| V::load_part(p, v, VECS, last);
                let mut sums = [[V::splat(core::mem::zeroed()); VECS]; SETS];
                for v in 0..VECS {
                    sums[0][v] = load(self.y, v);
                }
                let mut weight = self.weight;
                let mut sets = x.chunks_exact(SETS);
                for x in &mut sets {
                    for set in 0..SETS {
                        let x = V::splat(x[set]);
                        for v in 0..VECS {
                            sums[set][v] = load(weight, v).fma(x, sums[set][v]);
                        }
                        weight = weight.wrapping_add(self.outputs);
                    }
                }
                for &x in sets.remainder() {
                    let x = V::splat(x);
                    for v in 0..VECS {
                        sums[0][v] = load(weight, v).fma(x, sums[0][v]);
                    }
                    weight = weight.wrapping_add(self.outputs);
                }
                for v in 0..VECS {
                    let mut sum = sums[0][v];
                    for set in 1..SETS {
                        sum = sum.add(sums[set][v]);
                    }
                    sum.store_part(self.y, v, VECS, last);
                }
            }
        }
    }
}
