//! What the machine allows: multiply-adds at the peak rate, and the memory traffic that no version can avoid.
//!
//! A training step needs its multiply-adds and then, once the gradient is whole, Adam's pass over four arrays.
//! Inference of one sample reads every weight once, so it is bound by that or by the multiply-adds.

use std::hint::black_box;

use shapewise::Real;
use shapewise::isa::{Isa, Level, Task, dispatch};

use crate::timing::{Contestant, round};

const LANES: usize = 16;

/// Independent multiply-adds, none of which waits for another.
struct MultiplyAdds<const SUMS: usize> {
    times: usize,
    factor: f32,
}

impl<const SUMS: usize> Task for MultiplyAdds<SUMS> {
    type Output = f32;

    #[inline(always)]
    fn run<I: Isa>(self) -> f32 {
        let mut sums = [[0.0_f32; LANES]; SUMS];
        for _ in 0..self.times {
            for sum in &mut sums {
                for lane in sum {
                    *lane = lane.fma::<I>(self.factor, self.factor);
                }
            }
        }
        sums.iter().flatten().sum()
    }
}

/// Floating-point operations in one step of [`multiply_adds`]; a multiply-add counts as 2.
pub const FLOPS: usize = 2 * 1_000_000;

/// A loop of nothing but multiply-adds, as many vectors of them as the registers hold.
pub fn multiply_adds() -> Contestant {
    fn steps<const SUMS: usize>() -> f32 {
        let times = FLOPS / (2 * SUMS * LANES);
        dispatch(MultiplyAdds::<SUMS> { times, factor: black_box(0.5) })
    }
    Box::new(|times| {
        round(times, || match Level::current().name() {
            "avx512" => steps::<20>(),
            "avx2" => steps::<6>(),
            _ => steps::<3>(),
        })
    })
}

/// Runs a loop over memory compiled for the machine's vectors.
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
    let [mut p, g, mut m, mut v] = std::array::from_fn(|_| vec![0.0_f32; parameters]);
    Box::new(move |times| {
        round(times, || dispatch(Stream { parameters: &mut p, gradients: black_box(&g), m: &mut m, v: &mut v }))
    })
}

struct Read<'a>(&'a [f32]);

impl Task for Read<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<I: Isa>(self) -> f32 {
        let (rows, rest) = self.0.as_chunks::<{ 8 * LANES }>();
        let mut sums = [0.0; 8 * LANES];
        for row in rows {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        sums.iter().chain(rest).sum()
    }
}

/// Reads every weight once.
pub fn weight_traffic(parameters: usize) -> Contestant {
    let weights = vec![0.0_f32; parameters];
    Box::new(move |times| round(times, || dispatch(Read(black_box(&weights)))))
}
