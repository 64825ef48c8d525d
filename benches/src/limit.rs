//! What the machine allows: multiply-adds at the peak rate, and the memory traffic that no version can avoid.
//!
//! A training step needs its multiply-adds and then, once the gradient is whole, Adam's pass over four arrays.
//! Inference of one sample reads every weight once, so it is bound by that or by the multiply-adds.

use std::hint::{black_box, spin_loop};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use shapewise::Real;
use shapewise::isa::{Isa, Level, Task, dispatch};

use crate::aligned::Aligned;
use crate::timing::{Contestant, Round, round};

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
    Box::new(multiply_adds_round)
}

fn multiply_adds_round(times: usize) -> Round {
    fn steps<const SUMS: usize>() -> f32 {
        dispatch(MultiplyAdds::<SUMS> { times: FLOPS / (2 * SUMS), factor: black_box(0.5) })
    }
    round(times, || match Level::current().name() {
        "avx512" => steps::<{ 16 * 16 }>(),
        "avx2" => steps::<{ 8 * 8 }>(),
        _ => steps::<{ 8 * 4 }>(),
    })
}

/// The same on several threads at once, timed by the slowest: what they lose to each other, on a machine whose cores
/// share something, nobody can win back.
pub fn multiply_adds_at_once(threads: usize) -> Contestant {
    Box::new(move |times| {
        let start = Barrier::new(threads);
        let work = || {
            start.wait();
            multiply_adds_round(times)
        };
        thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let own = work();
            // Arithmetic does not panic.
            let others = others.into_iter().filter_map(|other| other.join().ok());
            others.fold(own, |slowest, other| if other.elapsed > slowest.elapsed { other } else { slowest })
        })
    })
}

/// Values of one array that are changed before those of the next.
const PIECE: usize = 64;

/// Arrays that change, by what is read.
struct Change<'a, const N: usize> {
    arrays: [&'a mut [f32]; N],
    read: &'a [f32],
}

impl<const N: usize> Task for Change<'_, N> {
    type Output = f32;

    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "loops over constants become vectors in registers, iterators do not")]
    fn run<I: Isa>(self) -> f32 {
        // The rest, which does not fill a piece, would take longer than its share.
        for (piece, read) in self.read.as_chunks::<PIECE>().0.iter().enumerate() {
            for n in 0..N {
                let array: &mut [f32; PIECE] =
                    self.arrays[n][piece * PIECE..].first_chunk_mut().expect("arrays are of the same length");
                for i in 0..PIECE {
                    array[i] = array[i].fma::<I>(0.5, read[i]);
                }
            }
        }
        0.0
    }
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

/// An array that has been written once: until then, all its pages are one page of zeros, which never leaves the nearest cache. What
/// changes needs no such care, since the untimed first step of a round writes it.
fn written(values: usize) -> Aligned {
    let mut array = Aligned::zeros(values);
    array.fill(1.0);
    array
}

/// After a round of [`traffic`], even within the nearest cache, an Intel processor's clock runs 7 % slower for 2 to 3 ms: less than this.
const RECOVERY: Duration = Duration::from_millis(4);

/// Gives the clock time to recover, so that whose turn is next is not slower for it than the others.
fn recovering(mut contestant: Contestant) -> Contestant {
    Box::new(move |times| {
        let round = contestant(times);
        let end = Instant::now();
        while end.elapsed() < RECOVERY {
            spin_loop();
        }
        round
    })
}

/// Reads one array of so many values, and reads and writes `changed` others, at most 4.
pub fn traffic(values: usize, changed: usize) -> Contestant {
    fn changing<const N: usize>(values: usize) -> Contestant {
        let (read, mut arrays) = (written(values), [(); N].map(|()| Aligned::zeros(values)));
        Box::new(move |times| {
            round(times, || {
                let arrays = arrays.each_mut().map(|array| &mut **array);
                dispatch(Change { arrays, read: black_box(&read) })
            })
        })
    }
    recovering(match changed {
        0 => {
            let read = written(values);
            Box::new(move |times| round(times, || dispatch(Read(black_box(&read)))))
        }
        1 => changing::<1>(values),
        2 => changing::<2>(values),
        3 => changing::<3>(values),
        _ => changing::<4>(values),
    })
}
