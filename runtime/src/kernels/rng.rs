//! Random bits for 16 lanes at once: `xoshiro128++` side by side, in plain integers that become vector code.
//!
//! ```text
//! result = rotl(s₀ + s₃, 7) + s₀,  t = s₁ ≪ 9
//! s₂ ⊕= s₀,  s₃ ⊕= s₁,  s₁ ⊕= s₂,  s₀ ⊕= s₃,  s₂ ⊕= t,  s₃ = rotl(s₃, 11)
//! ```
//!
//! The state is a hash of the seed, a stream (which layer, which step) and a block, so that a block's numbers do not
//! depend on which thread asks for them, or in which order. Source: Blackman and Vigna, "Scrambled linear
//! pseudorandom number generators", 2021.

use super::{flat, flat_mut};
use crate::isa::{Isa, Task, dispatch_on, is_single};
use crate::lanes::{LANES, Lanes};
use crate::random::mix;
use crate::{Real, isa::Level};

/// A generator of 32 random bits a lane, the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct LaneRandom([[u32; LANES]; 4]);

impl LaneRandom {
    /// The generator of one block: each of the three numbers makes it another one.
    #[inline(always)]
    pub(crate) fn new(seed: u64, stream: u64, block: u64) -> Self {
        let start = mix(mix(mix(seed) ^ stream) ^ block);
        let mut state = [[0; LANES]; 4];
        for lane in 0..LANES {
            for half in 0..2 {
                let bits = mix(start ^ mix((2 * lane + half) as u64));
                state[2 * half][lane] = bits as u32;
                state[2 * half + 1][lane] = (bits >> 32) as u32;
            }
        }
        Self(state)
    }

    /// The next 32 bits of every lane.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> [u32; LANES] {
        let [s0, s1, s2, s3] = &mut self.0;
        let mut result = [0; LANES];
        for lane in 0..LANES {
            let (a, b) = (s0[lane], s1[lane]);
            result[lane] = a.wrapping_add(s3[lane]).rotate_left(7).wrapping_add(a);
            let (c, d) = (s2[lane] ^ a, s3[lane] ^ b);
            s1[lane] = b ^ c;
            s0[lane] = a ^ d;
            s2[lane] = c ^ (b << 9);
            s3[lane] = d.rotate_left(11);
        }
        result
    }
}

/// Rows whose random bits are drawn before they are used: one long loop becomes better code than many of 16 lanes.
const ROWS: usize = 8;

/// `y = x · scale` where the lane's random bits reach `threshold`, else 0.
struct Dropout<'a, T> {
    x: &'a [Lanes<T>],
    y: &'a mut [Lanes<T>],
    threshold: u32,
    scale: T,
    /// Seed, stream and block.
    key: [u64; 3],
}

impl<T: Real> Task for Dropout<'_, T> {
    type Output = ();
    const WIDE: bool = is_single::<T>();
    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self { x, y, threshold, scale, key: [seed, stream, block] } = self;
        let mut random = LaneRandom::new(seed, stream, block);
        for (y, x) in y.chunks_mut(ROWS).zip(x.chunks(ROWS)) {
            // Lanes begin at a cache line; without that, one process in five took half as long again.
            let mut bits = [Lanes([0; LANES]); ROWS];
            for bits in &mut bits {
                bits.0 = random.next();
            }
            for ((y, x), bits) in flat_mut(y).iter_mut().zip(flat(x)).zip(flat(&bits)) {
                let scaled = *x * scale;
                *y = if *bits >= threshold { scaled } else { T::zero() };
            }
        }
    }
}

/// [`Dropout`] of whole maps: one choice a lane for each `per` rows.
struct DropoutMaps<'a, T> {
    form: Dropout<'a, T>,
    per: usize,
}

impl<T: Real> Task for DropoutMaps<'_, T> {
    type Output = ();
    const WIDE: bool = is_single::<T>();
    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self { form: Dropout { x, y, threshold, scale, key: [seed, stream, block] }, per } = self;
        let mut random = LaneRandom::new(seed, stream, block);
        for (y, x) in y.chunks_exact_mut(per).zip(x.chunks_exact(per)) {
            let bits = random.next();
            for (y, x) in y.iter_mut().zip(x) {
                let x = *x;
                *y = Lanes::each(|lane| if bits[lane] >= threshold { x[lane] * scale } else { T::zero() });
            }
        }
    }
}

pub(super) fn dropout_maps<T: Real>(
    level: Level,
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    per: usize,
    threshold: u32,
    scale: T,
    key: [u64; 3],
) {
    assert_eq!(x.len(), y.len());
    dispatch_on(level, DropoutMaps { form: Dropout { x, y, threshold, scale, key }, per });
}

pub(super) fn dropout<T: Real>(
    level: Level,
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    threshold: u32,
    scale: T,
    key: [u64; 3],
) {
    assert_eq!(x.len(), y.len());
    dispatch_on(level, Dropout { x, y, threshold, scale, key });
}

#[cfg(all(test, feature = "std"))]
#[allow(clippy::float_cmp, reason = "products with powers of two are exact")]
mod tests {
    use super::*;

    /// A million draws, lane after lane of each row.
    fn draws(mut random: LaneRandom) -> impl Iterator<Item = u32> {
        (0..62_500).flat_map(move |_| random.next())
    }

    #[test]
    fn each_lane_is_the_published_generator() {
        // From the generator's reference program, started at 1, 2, 3, 4.
        let published = [641, 1_573_767, 3_222_811_527, 3_517_856_514, 836_907_274, 4_247_214_768, 3_867_114_732];
        let mut random = LaneRandom([[1; LANES], [2; LANES], [3; LANES], [4; LANES]]);
        for value in published {
            assert_eq!(random.next(), [value; LANES]);
        }
    }

    #[test]
    fn the_first_values_never_change() {
        // Computed by another program, from the formulas.
        let first = LaneRandom::new(1, 2, 3).next();
        assert_eq!(first[..4], [2_055_433_679, 2_332_336_782, 3_679_358_326, 3_928_188_358]);
    }

    #[test]
    fn mean_variance_and_bits_are_those_of_uniform_numbers() {
        let (mut sum, mut squares, mut ones) = (0.0, 0.0, [0_u32; 32]);
        for bits in draws(LaneRandom::new(0, 0, 0)) {
            let x = f64::from(bits) / 2.0_f64.powi(32);
            sum += x;
            squares += x * x;
            for (bit, ones) in ones.iter_mut().enumerate() {
                *ones += bits >> bit & 1;
            }
        }
        let (mean, n) = (sum / 1e6, 1e6_f64);
        let variance = squares / n - mean * mean;
        // Five standard deviations of each estimate.
        assert!((mean - 0.5).abs() < 5.0 * (1.0 / 12.0 / n).sqrt(), "mean {mean}");
        assert!((variance - 1.0 / 12.0).abs() < 5.0 * (1.0 / 180.0 / n).sqrt(), "variance {variance}");
        for (bit, ones) in ones.into_iter().enumerate() {
            assert!((f64::from(ones) - n / 2.0).abs() < 5.0 * (n / 4.0).sqrt(), "bit {bit} was set {ones} times");
        }
    }

    /// The correlation of two sequences of uniform numbers is normal with deviation 1/√n.
    fn assert_uncorrelated(a: impl Iterator<Item = u32>, b: impl Iterator<Item = u32>) {
        let (mut n, mut products) = (0.0, 0.0);
        for (a, b) in a.zip(b) {
            products += (f64::from(a) / 2.0_f64.powi(32) - 0.5) * (f64::from(b) / 2.0_f64.powi(32) - 0.5);
            n += 1.0;
        }
        let correlation: f64 = 12.0 * products / n;
        assert!(correlation.abs() < 5.0 / f64::sqrt(n), "{correlation}");
    }

    #[test]
    fn neighbours_are_independent() {
        let base = || draws(LaneRandom::new(7, 8, 9));
        assert_uncorrelated(base(), draws(LaneRandom::new(8, 8, 9)));
        assert_uncorrelated(base(), draws(LaneRandom::new(7, 9, 9)));
        assert_uncorrelated(base(), draws(LaneRandom::new(7, 8, 10)));
        assert_uncorrelated(base(), draws(LaneRandom::new(8, 7, 9)));
        // The next lane, and the next draw of the same lane.
        assert_uncorrelated(base(), base().skip(1));
        assert_uncorrelated(base(), base().skip(LANES));
    }

    #[test]
    fn dropout_is_the_same_on_every_level_and_scales_what_stays() {
        let x: [_; 37] = core::array::from_fn(|i| Lanes::splat(i as f32 + 1.0));
        let run = |level| {
            let mut y = [Lanes::splat(f32::NAN); 37];
            dropout(level, &x, &mut y, 1 << 30, 2.0, [1, 2, 3]);
            y
        };
        let y = run(Level::PORTABLE);
        assert!(Level::available().all(|level| run(level) == y));
        for (x, y) in x.iter().zip(&y) {
            assert!((0..LANES).all(|lane| y[lane] == 0.0 || y[lane] == 2.0 * x[lane]));
        }
        // A quarter of 592 is dropped, give or take five deviations.
        let dropped = y.iter().flat_map(|row| row.0).filter(|&y| y == 0.0).count();
        assert!((95..202).contains(&dropped), "{dropped}");
    }

    #[test]
    fn thresholds_of_nothing_and_everything() {
        let x = [Lanes::splat(3.0_f64); 8];
        let mut y = [Lanes::splat(0.0); 8];
        dropout(Level::PORTABLE, &x, &mut y, 0, 1.0, [0, 0, 0]);
        assert_eq!(y, x);
        dropout(Level::PORTABLE, &x, &mut y, u32::MAX, 1.0, [0, 0, 0]);
        assert_eq!(y, [Lanes::splat(0.0); 8]);
    }
}
