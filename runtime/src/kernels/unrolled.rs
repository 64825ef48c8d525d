//! `y = W·x + b` for one sample with every size known: unrolled into the pass of a small network.
#![allow(unsafe_code, reason = "vectors of outputs through pointers")]

use crate::isa::Isa;
use crate::real::Real;

/// Narrow layers have four sums an output, so that no addition waits for the one before.
#[inline(always)]
pub(super) fn reference<T: Real, I: Isa, const IN: usize, const OUT: usize>(
    w: &[[T; OUT]; IN],
    b: &[T],
    x: &[T; IN],
    y: &mut [T; OUT],
) {
    if const { OUT > 32 } { sums::<T, I, IN, OUT, 1>(w, b, x, y) } else { sums::<T, I, IN, OUT, 4>(w, b, x, y) }
}

/// [`reference`] with `SUMS` sums an output, 1 or 4.
#[inline(always)]
fn sums<T: Real, I: Isa, const IN: usize, const OUT: usize, const SUMS: usize>(
    w: &[[T; OUT]; IN],
    b: &[T],
    x: &[T; IN],
    y: &mut [T; OUT],
) {
    let mut sums = [[T::zero(); OUT]; SUMS];
    if b.len() == OUT {
        sums[0].copy_from_slice(b);
    }
    let whole = IN / SUMS * SUMS;
    let mut i = 0;
    while i < whole {
        for s in 0..SUMS {
            for o in 0..OUT {
                sums[s][o] = w[i + s][o].fma::<I>(x[i + s], sums[s][o]);
            }
        }
        i += SUMS;
    }
    while i < IN {
        for o in 0..OUT {
            sums[0][o] = w[i][o].fma::<I>(x[i], sums[0][o]);
        }
        i += 1;
    }
    for o in 0..OUT {
        y[o] = match SUMS {
            4 => (sums[0][o] + sums[1][o]) + (sums[2][o] + sums[3][o]),
            _ => sums[0][o],
        };
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(super) mod fast {
    pub(in super::super) use super::reference as unrolled;
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    use core::hint::black_box;

    use super::super::simd::{Vector, Vectors, one_register, read_again};
    use crate::isa::{Isa, Kind};
    use crate::lanes::LANES;
    use crate::real::Real;

    #[inline(always)]
    pub(in super::super) fn unrolled<T: Vectors, I: Isa, const IN: usize, const OUT: usize>(
        w: &[[T; OUT]; IN],
        b: &[T],
        x: &[T; IN],
        y: &mut [T; OUT],
    ) {
        match const { I::LEVEL.kind() } {
            // SAFETY: code for a level runs where the machine has it.
            Kind::Avx512 if const { is_narrow(IN, OUT, T::Avx512::WIDTH) } => unsafe {
                narrow::<T::Avx512, IN, OUT>(w, b, x, y);
            },
            // SAFETY: as above, and AVX-512 includes AVX2.
            Kind::Avx512 | Kind::Avx2 if const { is_narrow(IN, OUT, T::Avx2::WIDTH) } => unsafe {
                narrow::<T::Avx2, IN, OUT>(w, b, x, y);
            },
            // SAFETY: as above.
            Kind::Avx512 if const { OUT > T::Avx2::WIDTH } => unsafe { vectors::<T::Avx512, IN, OUT>(w, b, x, y) },
            // SAFETY: as above.
            Kind::Avx512 | Kind::Avx2 => unsafe { vectors::<T::Avx2, IN, OUT>(w, b, x, y) },
            Kind::Portable => super::reference::<T, I, IN, OUT>(w, b, x, y),
        }
    }

    /// Whether a vector of so many scalars has room for all weights of several inputs. So few outputs divide its width
    /// and the number of sums, and with fewer than two vectors of inputs nothing is gained.
    const fn is_narrow(inputs: usize, outputs: usize, width: usize) -> bool {
        matches!(outputs, 1 | 2 | 4) && outputs < width && inputs >= 2 * width
    }

    /// For few outputs: each lane has one output of one of the inputs of a vector, and they are added up at the end.
    ///
    /// # Safety
    /// The machine has `V`, and `is_narrow`.
    #[inline(always)]
    unsafe fn narrow<V: Vector, const IN: usize, const OUT: usize>(
        w: &[[V::Scalar; OUT]; IN],
        b: &[V::Scalar],
        x: &[V::Scalar; IN],
        y: &mut [V::Scalar; OUT],
    ) {
        const SUMS: usize = 4;
        // Each input once for each output, one vector of these after the other: an input's vector gives `OUT`.
        let spread = const {
            [
                lanes(0, OUT, V::WIDTH),
                lanes(V::WIDTH, OUT, V::WIDTH),
                lanes(2 * V::WIDTH, OUT, V::WIDTH),
                lanes(3 * V::WIDTH, OUT, V::WIDTH),
            ]
        };
        // As in `vectors`.
        let (w, x) = (w.as_flattened().as_ptr(), one_register(x.as_ptr()));
        // SAFETY: whole vectors of inputs and their weights come first, the last reads no more than there are.
        unsafe {
            let mut sums = [V::splat(V::Scalar::zero()); SUMS];
            if b.len() == OUT {
                sums[0] = V::load_first(b.as_ptr(), OUT);
            }
            // `OUT` vectors of weights for each whole vector of inputs.
            let whole = const { IN / V::WIDTH * OUT };
            // Those of them of which each sum has as many. A number that the compiler does not know keeps larger layers
            // a loop.
            let even = whole / SUMS * SUMS;
            let even = if const { IN * OUT <= STRAIGHT } { even } else { black_box(even) };
            let mut v = 0;
            while v < even {
                for s in 0..SUMS {
                    let x = V::load(x.add((v + s) / OUT * V::WIDTH)).permute(&spread[s % OUT]);
                    sums[s] = x.fma(V::load(w.add((v + s) * V::WIDTH)), sums[s]);
                }
                v += SUMS;
            }
            for s in 0..whole % SUMS {
                let x = V::load(x.add((v + s) / OUT * V::WIDTH)).permute(&spread[s % OUT]);
                sums[s] = x.fma(V::load(w.add((v + s) * V::WIDTH)), sums[s]);
            }
            let rest = IN % V::WIDTH;
            for s in 0..(rest * OUT).div_ceil(V::WIDTH) {
                let x = V::load_first(x.add(IN - rest), rest).permute(&spread[s]);
                let left = (rest * OUT - s * V::WIDTH).min(V::WIDTH);
                sums[s] = x.fma(V::load_first(w.add((IN - rest) * OUT + s * V::WIDTH), left), sums[s]);
            }
            let mut sum = sums[0].add(sums[1]).add(sums[2].add(sums[3]));
            let mut half = V::WIDTH / 2;
            while half >= OUT {
                sum = sum.add(sum.permute(&lanes(half, 1, V::WIDTH)));
                half /= 2;
            }
            sum.copy_to(y);
        }
    }

    /// Lanes of a vector of `width`, each so many `times`, from place `from` of them on, and round again.
    const fn lanes(from: usize, times: usize, width: usize) -> [u32; LANES] {
        let mut lanes = [0; LANES];
        let mut lane = 0;
        while lane < LANES {
            lanes[lane] = ((from + lane) / times % width) as u32;
            lane += 1;
        }
        lanes
    }

    /// # Safety
    /// The machine has `V`.
    #[inline(always)]
    unsafe fn vectors<V: Vector, const IN: usize, const OUT: usize>(
        w: &[[V::Scalar; OUT]; IN],
        b: &[V::Scalar],
        x: &[V::Scalar; IN],
        y: &mut [V::Scalar; OUT],
    ) {
        // What the layer before has written is read from memory, for all lanes at once. The compiler, which would know
        // it, would take it out of registers lane by lane.
        let x = one_register(x.as_ptr());
        let mut first = 0;
        // SAFETY: the parts cover all vectors of outputs. An addition takes four cycles, and two begin in each.
        unsafe {
            for _ in 0..const { parts(OUT, V::WIDTH)[0] } {
                group::<V, IN, OUT, 8, 1>(w, b, x, y, first);
                first += 8 * V::WIDTH;
            }
            if const { parts(OUT, V::WIDTH)[1] == 1 } {
                group::<V, IN, OUT, 4, 2>(w, b, x, y, first);
                first += 4 * V::WIDTH;
            }
            if const { parts(OUT, V::WIDTH)[2] == 1 } {
                group::<V, IN, OUT, 1, 4>(w, b, x, y, first);
            }
            if const { parts(OUT, V::WIDTH)[2] == 2 } {
                group::<V, IN, OUT, 2, 4>(w, b, x, y, first);
            }
            if const { parts(OUT, V::WIDTH)[2] == 3 } {
                group::<V, IN, OUT, 3, 2>(w, b, x, y, first);
            }
        }
    }

    /// How many times eight vectors of outputs there are, then four, and the vectors left. Constants, so that nothing
    /// else is compiled.
    const fn parts(outputs: usize, width: usize) -> [usize; 3] {
        let vecs = outputs.div_ceil(width);
        [vecs / 8, vecs % 8 / 4, vecs % 4]
    }

    /// Weights, at most, of a layer without any loop.
    const STRAIGHT: usize = 1024;

    /// `VECS` vectors of outputs from `first` on, with `SUMS` sums each.
    ///
    /// # Safety
    /// The machine has `V`, `IN` inputs are at `x`, and all vectors but the last are whole.
    #[inline(always)]
    unsafe fn group<V: Vector, const IN: usize, const OUT: usize, const VECS: usize, const SUMS: usize>(
        w: &[[V::Scalar; OUT]; IN],
        b: &[V::Scalar],
        x: *const V::Scalar,
        y: &mut [V::Scalar; OUT],
        first: usize,
    ) {
        let last = (OUT - first - (VECS - 1) * V::WIDTH).min(V::WIDTH);
        // SAFETY: the caller's.
        unsafe {
            let w = w.as_flattened().as_ptr().add(first);
            let mut sums = [[V::splat(V::Scalar::zero()); VECS]; SUMS];
            if b.len() == OUT {
                for v in 0..VECS {
                    sums[0][v] = V::load_part(b.as_ptr().add(first), v, VECS, last);
                }
            }
            // Without closures, which the compiler would leave outside the region that has the instructions.
            // A number that the compiler does not know keeps larger layers a loop: straight on they would take it long.
            let inputs = if const { IN * OUT <= STRAIGHT } { IN } else { black_box(IN) };
            let mut i = 0;
            while i + SUMS <= inputs {
                if !V::BROADCASTS {
                    // So few registers that inputs spread ahead of their use would push sums out.
                    read_again();
                }
                for s in 0..SUMS {
                    let x = V::splat(*x.add(i + s));
                    for v in 0..VECS {
                        let w = V::load_part(w.add((i + s) * OUT), v, VECS, last);
                        sums[s][v] = x.fma(w, sums[s][v]);
                    }
                }
                i += SUMS;
            }
            while i < inputs {
                let x = V::splat(*x.add(i));
                for v in 0..VECS {
                    sums[0][v] = x.fma(V::load_part(w.add(i * OUT), v, VECS, last), sums[0][v]);
                }
                i += 1;
            }
            for v in 0..VECS {
                let mut half = SUMS / 2;
                while half > 0 {
                    for s in 0..half {
                        sums[s][v] = sums[s][v].add(sums[s + half][v]);
                    }
                    half /= 2;
                }
                let y = &mut y[first + v * V::WIDTH..];
                if v + 1 < VECS || last == V::WIDTH {
                    sums[0][v].store(y.as_mut_ptr());
                } else {
                    sums[0][v].copy_to(&mut y[..last]);
                }
            }
        }
    }
}
