//! `y = W·x + b` for one sample whose weights are too many to unroll: vectors over the outputs.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::is_product;
use crate::isa::Portable;
use crate::real::Real;

/// Inputs whose rows of weights are read before the next, with AVX2 and where a block has one sample.
pub(super) const INPUTS: usize = 32;

/// What every pointer below relies on; `y` becomes the bias.
pub(super) fn start<T: Real>(weight: &[T], bias: &[T], inputs: usize, y: &mut [T]) {
    assert!(is_product(weight.len(), [inputs, y.len()]), "a dense layer has a weight for each input and output");
    if bias.is_empty() {
        y.fill(T::zero());
    } else {
        y.copy_from_slice(bias);
    }
}

pub(super) fn reference<T: Real>(weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    start(weight, bias, x.len(), y);
    add(weight, x, y);
}

/// `y ← y + W·x`, in the order of the inputs.
pub(super) fn add<T: Real>(weight: &[T], x: &[T], y: &mut [T]) {
    for (x, weight) in x.iter().zip(weight.chunks_exact(y.len())) {
        for (y, w) in y.iter_mut().zip(weight) {
            *y = w.fma::<Portable>(*x, *y);
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
    #[allow(clippy::wildcard_imports, reason = "an intrinsic's prefix says where it comes from")]
    use core::arch::x86_64::*;

    use super::super::simd::{Vector, Vectors, prefetch};
    use super::{INPUTS, Real, is_product, start};
    use crate::isa::{Kind, Level};

    pub(in super::super) fn one_sample<T: Vectors<Avx512: Joins>>(
        level: Level,
        weight: &[T],
        bias: &[T],
        x: &[T],
        y: &mut [T],
    ) {
        start(weight, bias, x.len(), y);
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
    unsafe fn add_avx512<T: Vectors<Avx512: Joins>>(weight: &[T], x: &[T], y: &mut [T]) {
        let (weight, outputs, line) = (weight.as_ptr(), y.len(), T::Avx512::WIDTH);
        let aligned = outputs.is_multiple_of(line) && lanes_before::<T::Avx512>(weight) == 0;
        // SAFETY: passed on; a row of two lines or more lies before and behind those whose lines are joined.
        unsafe {
            match x {
                [first, between @ .., last] if !aligned && outputs >= 2 * line => {
                    add_straight(weight, &[*first], y);
                    all::<T::Avx512, _>(Joined, weight.add(outputs), between, y);
                    add_straight(weight.add((x.len() - 1) * outputs), &[*last], y);
                }
                _ => add_straight(weight, x, y),
            }
        }
    }

    /// # Safety
    /// The machine has AVX-512, and a weight for each pair of `x` and `y` begins at `weight`.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    #[inline(never)]
    unsafe fn add_straight<T: Vectors>(weight: *const T, x: &[T], y: &mut [T]) {
        // SAFETY: passed on.
        unsafe { all::<T::Avx512, _>(Straight, weight, x, y) }
    }

    /// # Safety
    /// The machine has AVX2 and FMA, and there is a weight for each pair of `x` and `y`.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn add_avx2<T: Vectors>(weight: &[T], x: &[T], y: &mut [T]) {
        let (weight, outputs) = (weight.as_ptr(), y.len());
        if outputs <= 8 * T::Avx2::WIDTH {
            // SAFETY: passed on.
            return unsafe { all::<T::Avx2, _>(Straight, weight, x, y) };
        }
        // Eight vectors do not hold the sums of all outputs: of a few inputs at a time, all rows are read before the next.
        for (group, x) in x.chunks(INPUTS).enumerate() {
            // SAFETY: passed on; the rows of this group's inputs lie behind those of the groups before.
            unsafe { all::<T::Avx2, _>(Ahead(AHEAD * outputs), weight.add(group * INPUTS * outputs), x, y) };
        }
    }

    /// `y ← y + W·x` of so few inputs that their rows are read before the next, in their order, with AVX2.
    pub(in super::super) fn add_in_order<T: Vectors>(level: Level, weight: &[T], x: &[T], y: &mut [T]) {
        assert!(is_product(weight.len(), [x.len(), y.len()]) && level.kind() != Kind::Portable);
        // SAFETY: the level proves the instructions, the assertion the lengths.
        unsafe { in_order(weight.as_ptr(), x, y) }
    }

    /// # Safety
    /// As [`add_avx2`].
    #[target_feature(enable = "avx2,fma")]
    unsafe fn in_order<T: Vectors>(weight: *const T, x: &[T], y: &mut [T]) {
        // SAFETY: passed on.
        unsafe { all::<T::Avx2, _>(InOrder(Ahead(AHEAD * y.len())), weight, x, y) }
    }

    /// Rows between those in use and those asked for.
    const AHEAD: usize = 4;

    /// How the weights of an input are read.
    trait Rows<V: Vector>: Copy {
        /// Whether there is one sum an output, whatever it waits for.
        const IN_ORDER: bool = false;
        /// # Safety
        /// The machine has `V`, and `VECS` vectors exist at `weight`, the last with `last` values.
        unsafe fn row<const VECS: usize>(self, weight: *const V::Scalar, last: usize) -> [V; VECS];
    }

    /// From where they begin.
    #[derive(Clone, Copy)]
    struct Straight;
    impl<V: Vector> Rows<V> for Straight {
        #[inline(always)]
        unsafe fn row<const VECS: usize>(self, weight: *const V::Scalar, last: usize) -> [V; VECS] {
            // SAFETY: the caller's.
            unsafe { core::array::from_fn(|v| V::load_part(weight, v, VECS, last)) }
        }
    }

    /// From where they begin, and asks for what lies so many values further on.
    #[derive(Clone, Copy)]
    struct Ahead(usize);
    impl<V: Vector> Rows<V> for Ahead {
        #[inline(always)]
        unsafe fn row<const VECS: usize>(self, weight: *const V::Scalar, last: usize) -> [V; VECS] {
            let line = 64 / size_of::<V::Scalar>();
            for first in (0..VECS * V::WIDTH).step_by(line) {
                prefetch(weight.wrapping_add(self.0 + first));
            }
            // SAFETY: the caller's.
            unsafe { Straight.row(weight, last) }
        }
    }

    /// One after the other.
    #[derive(Clone, Copy)]
    struct InOrder<R>(R);
    impl<V: Vector, R: Rows<V>> Rows<V> for InOrder<R> {
        const IN_ORDER: bool = true;
        #[inline(always)]
        unsafe fn row<const VECS: usize>(self, weight: *const V::Scalar, last: usize) -> [V; VECS] {
            // SAFETY: the caller's.
            unsafe { self.0.row(weight, last) }
        }
    }

    /// Cache line by cache line, each vector from two: reading vectors across the border of two lines that come from
    /// the second-level cache takes nearly twice as long.
    ///
    /// Needs two lines before and behind the weights that are asked for.
    #[derive(Clone, Copy)]
    struct Joined;
    impl<V: Joins> Rows<V> for Joined {
        #[inline(always)]
        unsafe fn row<const VECS: usize>(self, weight: *const V::Scalar, _: usize) -> [V; VECS] {
            let by = lanes_before::<V>(weight);
            // SAFETY: the caller's; of the lines that are read, the first holds `weight`, the last ends less than two
            // lines behind the last weight.
            unsafe {
                let line = weight.sub(by);
                let mut low = V::load(line);
                core::array::from_fn(|v| {
                    let high = V::load(line.add((v + 1) * V::WIDTH));
                    let joined = low.join(high, by);
                    low = high;
                    joined
                })
            }
        }
    }

    /// Values in front of one that share its cache line, which is one vector.
    #[inline(always)]
    fn lanes_before<V: Vector>(p: *const V::Scalar) -> usize {
        p.addr() / size_of::<V::Scalar>() % V::WIDTH
    }

    /// Registers of a cache line's size.
    pub(in super::super) trait Joins: Vector {
        /// A vector's values from the one at `by` on, of `self` and then of `next`.
        ///
        /// # Safety
        /// The machine has AVX-512, and `by` is less than `WIDTH`.
        unsafe fn join(self, next: Self, by: usize) -> Self;
    }

    impl Joins for __m512 {
        #[inline(always)]
        #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "less than 16")]
        unsafe fn join(self, next: Self, by: usize) -> Self {
            // SAFETY: the caller's.
            unsafe {
                let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
                _mm512_permutex2var_ps(self, _mm512_add_epi32(lanes, _mm512_set1_epi32(by as i32)), next)
            }
        }
    }

    #[cfg(feature = "f64")]
    impl Joins for __m512d {
        #[inline(always)]
        #[expect(clippy::cast_possible_wrap, reason = "less than 8")]
        unsafe fn join(self, next: Self, by: usize) -> Self {
            // SAFETY: the caller's.
            unsafe {
                let lanes = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
                _mm512_permutex2var_pd(self, _mm512_add_epi64(lanes, _mm512_set1_epi64(by as i64)), next)
            }
        }
    }

    /// # Safety
    /// A weight for each pair of `x` and `y` begins at `weight`, the machine has `V`, and `R` may read around the
    /// weights what it needs.
    #[inline(always)]
    unsafe fn all<V: Vector, R: Rows<V>>(rows: R, weight: *const V::Scalar, x: &[V::Scalar], y: &mut [V::Scalar]) {
        let outputs = y.len();
        let mut first = 0;
        while first < outputs {
            // SAFETY: first < outputs.
            unsafe {
                let columns = Columns::<V> {
                    weight: weight.add(first),
                    y: y.as_mut_ptr().add(first),
                    outputs,
                    width: (outputs - first).min(8 * V::WIDTH),
                };
                first += columns.width;
                // Few columns leave room to keep several sums of each, so that no addition waits for the one before.
                match columns.width.div_ceil(V::WIDTH) {
                    1 => columns.add::<R, 1, 8>(rows, x),
                    2 => columns.add::<R, 2, 4>(rows, x),
                    3 => columns.add::<R, 3, 2>(rows, x),
                    4 => columns.add::<R, 4, 2>(rows, x),
                    5 => columns.add::<R, 5, 1>(rows, x),
                    6 => columns.add::<R, 6, 1>(rows, x),
                    7 => columns.add::<R, 7, 1>(rows, x),
                    _ => columns.add::<R, 8, 1>(rows, x),
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
        /// `width` outputs exist, and `VECS` vectors just cover them; else as [`all`].
        #[inline(always)]
        unsafe fn add<R: Rows<V>, const VECS: usize, const SETS: usize>(self, rows: R, x: &[V::Scalar]) {
            let last = self.width - (VECS - 1) * V::WIDTH;
            // SAFETY: whole vectors come first, the last reads and writes its `last` columns only.
            unsafe {
                let mut sums = [[V::splat(V::Scalar::zero()); VECS]; SETS];
                for v in 0..VECS {
                    sums[0][v] = V::load_part(self.y, v, VECS, last);
                }
                let mut weight = self.weight;
                let mut sets = x.chunks_exact(SETS);
                for x in &mut sets {
                    for set in 0..SETS {
                        let (x, sums) = (V::splat(x[set]), &mut sums[if R::IN_ORDER { 0 } else { set }]);
                        let row = rows.row::<VECS>(weight, last);
                        for v in 0..VECS {
                            sums[v] = row[v].fma(x, sums[v]);
                        }
                        weight = weight.wrapping_add(self.outputs);
                    }
                }
                for &x in sets.remainder() {
                    let x = V::splat(x);
                    let row = rows.row::<VECS>(weight, last);
                    for v in 0..VECS {
                        sums[0][v] = row[v].fma(x, sums[0][v]);
                    }
                    weight = weight.wrapping_add(self.outputs);
                }
                for v in 0..VECS {
                    let mut sum = sums[0][v];
                    for set in 1..if R::IN_ORDER { 1 } else { SETS } {
                        sum = sum.add(sums[set][v]);
                    }
                    sum.store_part(self.y, v, VECS, last);
                }
            }
        }
    }
}
