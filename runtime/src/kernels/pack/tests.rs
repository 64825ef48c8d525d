use core::arch::x86_64::__m512;
use core::fmt::Debug;
use core::mem::transmute;

use super::{Pack, Packs, Work, dispatch_on, each};
use crate::isa::{Fused, Isa, Kind, Level, Portable, is_single};
use crate::kernels::root;
use crate::random::Random;
use crate::real::Real;

fn same<T: Real>(a: T, b: T) -> bool {
    a.to_f64().to_bits() == b.to_f64().to_bits() || a.to_f64().is_nan() && b.to_f64().is_nan()
}

/// What a number can do, of two.
const OPERATIONS: usize = 11;

#[inline(always)]
fn on_packs<P: Pack>(operation: usize, a: P, b: P) -> P {
    match operation {
        0 => a + b,
        1 => a - b,
        2 => a * b,
        3 => a / b,
        4 => a.times_plus(b, a),
        5 => a.sqrt(),
        6 => a.abs(),
        7 => a.max(b),
        8 => P::from_f64(0.1),
        // Of as many as a pack has, each one of a kind.
        9 => P::from_f64(P::from_f64(3.0).sum() - 3.0 * P::WIDTH as f64),
        _ => P::from_f64(0.5).times_sign(a),
    }
}

fn on_scalars<I: Isa, T: Real>(operation: usize, a: T, b: T) -> T {
    match operation {
        0 => a + b,
        1 => a - b,
        2 => a * b,
        3 => a / b,
        4 => a.fma::<I>(b, a),
        5 => a.sqrt(),
        6 => a.abs(),
        7 => Real::max(a, b),
        8 => T::from_f64(0.1),
        9 => T::zero(),
        _ if a > T::zero() => T::from_f64(0.5),
        _ if a < T::zero() => T::from_f64(-0.5),
        _ => a,
    }
}

/// Puts the result of an operation on parameters and gradients into the second slot, what was there into the first, and
/// swaps the parameter for the gradient.
struct Apply<'a, T> {
    operation: usize,
    several: bool,
    parameters: &'a mut [T],
    gradients: &'a [T],
    slots: [&'a mut [T]; 2],
}

impl<T: Packs> Work for Apply<'_, T> {
    type Scalar = T;
    #[inline(always)]
    fn run<P: Pack<Scalar = T>>(self) {
        let Self { operation, several, parameters, gradients, slots } = self;
        each(
            parameters,
            gradients,
            slots,
            several,
            #[inline(always)]
            |p: P, g, &[before, result]| {
                before.set(result.get());
                result.set(on_packs(operation, p, g));
                g
            },
        );
    }
}

fn packs_do_as_scalars<T: Packs + Debug>() {
    const MARGIN: usize = 16;
    let special = [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-40, -1e-40, 1e30];
    let mut random = Random::new(5);
    let mut draw = |len: usize| {
        let draw = |_| if random.below(4) == 0 { special[random.below(special.len())] } else { random.normal() };
        (0..len).map(draw).map(T::from_f64).collect::<Vec<T>>()
    };
    for level in Level::available() {
        for len in (0..40).chain([127, 128, 129, 701]) {
            for operation in 0..OPERATIONS {
                // With neighbours behind the last.
                let [old, gradients, first, second] = [(); 4].map(|()| draw(len + MARGIN));
                let (mut parameters, mut before, mut result) = (old.clone(), first.clone(), second.clone());
                let task = Apply {
                    operation,
                    several: len % 2 == 1,
                    parameters: &mut parameters[..len],
                    gradients: &gradients[..len],
                    slots: [&mut before[..len], &mut result[..len]],
                };
                dispatch_on(level, task);
                for i in 0..len + MARGIN {
                    let expected = match level.kind() {
                        _ if i >= len => [old[i], first[i], second[i]],
                        // Registers of 512 bits alone fuse multiply-adds.
                        Kind::Avx512 if is_single::<T>() => {
                            [gradients[i], second[i], on_scalars::<Fused, T>(operation, old[i], gradients[i])]
                        }
                        _ => [gradients[i], second[i], on_scalars::<Portable, T>(operation, old[i], gradients[i])],
                    };
                    let found = [parameters[i], before[i], result[i]];
                    assert!(
                        found.iter().zip(expected).all(|(a, b)| same(*a, b)),
                        "operation {operation}, {i} of {len} on {}: {found:?}, not {expected:?}",
                        level.name()
                    );
                }
            }
        }
    }
}

#[test]
fn packs_do_as_scalars_on_every_level() {
    packs_do_as_scalars::<f32>();
    #[cfg(feature = "f64")]
    packs_do_as_scalars::<f64>();
}

fn of_lengths(gradients: usize, slot: usize) {
    let (mut p, mut a, mut b) = ([0.0_f32; 4], [0.0; 4], [0.0; 4]);
    let gradients = &[0.0; 4][..gradients];
    let slots = [&mut a[..], &mut b[..slot]];
    dispatch_on(Level::PORTABLE, Apply { operation: 0, several: false, parameters: &mut p, gradients, slots });
}

#[test]
#[should_panic(expected = "one length for all")]
fn gradients_are_as_long_as_parameters() {
    of_lengths(3, 4);
}

#[test]
#[should_panic(expected = "one length for all")]
fn slots_are_as_long_as_parameters() {
    of_lengths(4, 3);
}

#[test]
fn wide_registers_are_for_quick_roots() {
    for level in Level::available() {
        assert_eq!(root::fastest_level(level, true), level);
        assert_eq!(root::fastest_level(level, false).kind(), level.kind().min(Kind::Avx2));
    }
}

/// Quick roots, whoever made the processor.
#[target_feature(enable = "avx512f")]
fn quick_roots(values: &mut [f32]) {
    for values in values.chunks_mut(16) {
        let mut all = [1.0; 16];
        all[..values.len()].copy_from_slice(values);
        // SAFETY: 16 values are there, and this function has the instructions.
        let all: [f32; 16] = unsafe { transmute(root::quick_sqrt(transmute::<[f32; 16], __m512>(all))) };
        values.copy_from_slice(&all[..values.len()]);
    }
}

/// Roots of all numbers with these bits are what the processor gives one by one, to the bit.
fn roots_are_exact(bits: impl Iterator<Item = u32>) {
    if !Level::available().any(|level| matches!(level.kind(), Kind::Avx512)) {
        return;
    }
    let values: Vec<f32> = bits.map(f32::from_bits).collect();
    let mut roots = values.clone();
    // SAFETY: the level proves the instructions.
    unsafe { quick_roots(&mut roots) };
    for (value, root) in values.iter().zip(roots) {
        let expected = value.sqrt();
        assert!(same(root, expected), "{root:e} instead of {expected:e}, the root of {value:e}");
    }
}

#[test]
fn quick_roots_are_exact() {
    // Where numbers differ by a factor of 4, so do the rounding errors of their roots: all numbers from 1/2 to 2 are
    // enough, with a share of the others.
    roots_are_exact(0x3f00_0000..0x4000_0000);
    roots_are_exact((0..=u32::MAX).step_by(65_537));
    let special = [0.0, -0.0, -1.0, f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MIN_POSITIVE, 1e-45];
    for value in special {
        // In the middle of others, with and without a whole vector.
        let near = f32::to_bits(value).saturating_sub(40)..=f32::to_bits(value).saturating_add(40);
        roots_are_exact(near.clone());
        roots_are_exact(near.flat_map(|bits| [bits, 0x3f80_0000, 0]));
    }
    let least = root::LEAST.to_bits();
    roots_are_exact(least - 100..least + 100);
    // Where remainders that are not exact would give wrong roots, each in a vector of its own.
    for wrong in [0x0c7f_fff0, 0x0b7f_fff0, 0x0a2a_1770] {
        roots_are_exact(wrong..wrong + 16);
    }
}

/// A minute: every number.
#[test]
#[ignore = "four thousand million roots"]
fn quick_roots_of_all_numbers_are_exact() {
    for first in (0..=u32::MAX).step_by(1 << 24) {
        roots_are_exact(first..=first + ((1 << 24) - 1));
    }
}
