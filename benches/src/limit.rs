//! What the machine allows: multiply-adds at the peak rate, and the memory traffic that no version can avoid.
//!
//! A training step needs its multiply-adds and then, once the gradient is whole, Adam's pass over four arrays.
//! Inference of one sample reads every weight once, so it is bound by that or by the multiply-adds.

use std::hint::black_box;

use shapewise::Real;
use shapewise::isa::{Isa, Level, Task, dispatch};

use crate::aligned::Aligned;
use crate::timing::{Contestant, round};

/// Independent multiply-adds, none of which waits for another.
struct MultiplyAdds<const SUMS: usize> {
    times: usize,
    factor: f32,
}

impl<const SUMS: usize> Task for MultiplyAdds<SUMS> {
    type Output = f32;

    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "loops over constants become vectors in registers, iterators do not")]
    fn run<I: Isa>(self) -> f32 {
        let mut sums: [f32; SUMS] = black_box([0.0; SUMS]);
        for _ in 0..self.times {
            for s in 0..SUMS {
                sums[s] = sums[s].fma::<I>(self.factor, self.factor);
            }
        }
        black_box(sums)[0]
    }
}

/// Floating-point operations in one step of [`multiply_adds`]; a multiply-add counts as 2.
pub const FLOPS: usize = 2 << 20;

/// A loop of nothing but multiply-adds, on as many sums as fit the registers.
pub fn multiply_adds() -> Contestant {
    fn steps<const SUMS: usize>() -> f32 {
        dispatch(MultiplyAdds::<SUMS> { times: FLOPS / (2 * SUMS), factor: black_box(0.5) })
    }
    Box::new(|times| {
        round(times, || match Level::current().name() {
            "avx512" => steps::<{ 16 * 16 }>(),
            "avx2" => steps::<{ 8 * 8 }>(),
            _ => steps::<{ 8 * 4 }>(),
        })
    })
}

/// Adam's arrays.
struct Stream<'a> {
    parameters: &'a mut [f32],
    gradients: &'a [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
}

impl Task for Stream<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<I: Isa>(self) -> f32 {
        for (((p, g), m), v) in self.parameters.iter_mut().zip(self.gradients).zip(self.m).zip(self.v) {
            *m = m.fma::<I>(0.5, *g);
            *v = v.fma::<I>(0.5, *g);
            *p = m.fma::<I>(*v, *p);
        }
        0.0
    }
}

/// Adam's traffic without its arithmetic: reads four arrays and writes three.
pub fn optimizer_traffic(parameters: usize) -> Contestant {
    let [mut p, g, mut m, mut v] = std::array::from_fn(|_| Aligned::zeros(parameters));
    Box::new(move |times| {
        round(times, || dispatch(Stream { parameters: &mut p, gradients: black_box(&g), m: &mut m, v: &mut v }))
    })
}

struct Read<'a>(&'a [f32]);

impl Task for Read<'_> {
    type Output = f32;

    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "loops over constants become vectors in registers, iterators do not")]
    fn run<I: Isa>(self) -> f32 {
        const SUMS: usize = 128;
        let mut sums = [0.0; SUMS];
        // The rest, which does not fill a row, would take longer to add up than to read.
        for row in self.0.as_chunks::<SUMS>().0 {
            for s in 0..SUMS {
                sums[s] += row[s];
            }
        }
        black_box(sums)[0]
    }
}

/// Reads every weight once.
pub fn weight_traffic(parameters: usize) -> Contestant {
    let weights = Aligned::zeros(parameters);
    Box::new(move |times| round(times, || dispatch(Read(black_box(&weights)))))
}
