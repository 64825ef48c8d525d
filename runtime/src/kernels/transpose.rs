//! Between feature-by-feature (blocks) and sample-by-sample (what users have).
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::flat_mut;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Fills a block from samples, with plain loops; lanes without a sample become 0.
pub(super) fn gather<T: Real>(samples: &[&[T]], block: &mut [Lanes<T>]) {
    check(samples, block);
    if samples.len() < LANES {
        block.fill(Lanes::splat(T::zero()));
    }
    for (lane, sample) in samples.iter().enumerate() {
        for (row, value) in block.iter_mut().zip(*sample) {
            row[lane] = *value;
        }
    }
}

/// Writes a block's samples, with plain loops.
pub(super) fn scatter<T: Real>(block: &[Lanes<T>], samples: &mut [T]) {
    for (lane, sample) in samples.chunks_exact_mut(block.len()).enumerate().take(LANES) {
        for (value, row) in sample.iter_mut().zip(block) {
            *value = row[lane];
        }
    }
}

/// So few features are no panel: see [`into_panels`].
pub(super) const NARROW: usize = 4;

/// Turns each 16 rows of every block of `features` rows, and the rest, so that a sample's values of these rows lie
/// together: value `r` of panel `p` of `w` rows, sample `s`, goes to `256·p + w·s + r`. A tile of the weight gradient
/// so reads memory straight on, where whole samples one behind the other would be rows far apart. Up to [`NARROW`]
/// features, whose gradients are sums over lanes, stay as they are.
pub(super) fn into_panels<T: Real>(features: usize, blocks: &mut [Lanes<T>]) {
    if features > NARROW {
        for panel in blocks.chunks_exact_mut(features).flat_map(|block| block.chunks_mut(LANES)) {
            turn(panel, scatter);
        }
    }
}

/// Does `scatter(rows, panel)` on a panel, with a copy of its rows.
#[inline(always)]
fn turn<T: Real>(panel: &mut [Lanes<T>], scatter: impl Fn(&[Lanes<T>], &mut [T])) {
    let mut rows = [Lanes::splat(T::zero()); LANES];
    let rows = &mut rows[..panel.len()];
    rows.copy_from_slice(panel);
    scatter(rows, flat_mut(panel));
}

/// What every pointer below relies on.
fn check<T: Real>(samples: &[&[T]], block: &[Lanes<T>]) {
    assert!(samples.len() <= LANES && samples.iter().all(|sample| sample.len() == block.len()));
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(super) mod fast {
    use super::{Lanes, Real};
    use crate::isa::Level;

    pub(in super::super) fn gather<T: Real>(_: Level, samples: &[&[T]], block: &mut [Lanes<T>]) {
        super::gather(samples, block);
    }

    pub(in super::super) fn scatter<T: Real>(_: Level, block: &[Lanes<T>], samples: &mut [T]) {
        super::scatter(block, samples);
    }

    pub(in super::super) fn into_panels<T: Real>(_: Level, features: usize, blocks: &mut [Lanes<T>]) {
        super::into_panels(features, blocks);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    #[allow(clippy::wildcard_imports, reason = "an intrinsic's prefix says where it comes from")]
    use core::arch::x86_64::*;

    use super::super::simd::{MASK32, prefetch};
    use super::super::{flat, flat_mut};
    use super::{LANES, Lanes, NARROW, Real, check, turn};
    use crate::isa::{Kind, Level};

    /// Fills a block from samples, tile by tile. Tiles of AVX2 serve AVX-512 too: loads and stores are the limit.
    pub(in super::super) fn gather<T: Square>(level: Level, samples: &[&[T]], block: &mut [Lanes<T>]) {
        if level.kind() == Kind::Portable {
            return super::gather(samples, block);
        }
        check(samples, block);
        // SAFETY: the level proves the instructions, `check` the lengths.
        unsafe { if block.len() < T::SIDE { gather_narrow(samples, block) } else { gather_avx2(samples, block) } }
    }

    /// Writes a block's samples, tile by tile.
    pub(in super::super) fn scatter<T: Square>(level: Level, block: &[Lanes<T>], samples: &mut [T]) {
        if level.kind() == Kind::Portable || block.len() < T::SIDE {
            return super::scatter(block, samples);
        }
        // SAFETY: the level proves the instructions, and a tile fits into the features.
        unsafe { scatter_avx2(block, samples) }
    }

    /// As [`super::into_panels`].
    pub(in super::super) fn into_panels<T: Square>(level: Level, features: usize, blocks: &mut [Lanes<T>]) {
        if level.kind() == Kind::Portable {
            super::into_panels(features, blocks);
        } else if features > NARROW {
            // SAFETY: the level proves the instructions.
            unsafe { into_panels_avx2(level, features, blocks) }
        }
    }

    /// Where the tiles of `side` begin that cover `n` features; the last may overlap the one before.
    #[inline(always)]
    fn starts(n: usize, side: usize) -> impl Iterator<Item = usize> {
        (0..n.div_ceil(side)).map(move |tile| (tile * side).min(n - side))
    }

    /// # Safety
    /// `check` holds, the machine has AVX2, and the block has less than `SIDE` rows, so that nobody reads or writes
    /// more than 16 values.
    #[target_feature(enable = "avx2")]
    unsafe fn gather_narrow<T: Square>(samples: &[&[T]], block: &mut [Lanes<T>]) {
        let features = block.len();
        let (nothing, mut nowhere) = ([T::zero(); LANES], [T::zero(); LANES]);
        let mut from = [nothing.as_ptr(); LANES];
        for (from, sample) in from.iter_mut().zip(samples) {
            *from = sample.as_ptr();
        }
        let target = flat_mut(block).as_mut_ptr();
        for feature in (0..features).step_by(T::HALF) {
            let columns = (features - feature).min(T::HALF);
            for lane in (0..LANES).step_by(T::SIDE) {
                // SAFETY: so many features from `feature` on exist, and in place of those behind them something else is
                // written.
                unsafe {
                    let half = T::read(|i| from[lane + i].add(feature), columns);
                    let to = target.add(feature * LANES + lane);
                    T::write(half, |i| if i < columns { to.add(i * LANES) } else { nowhere.as_mut_ptr() });
                }
            }
        }
    }

    /// # Safety
    /// `check` holds, the machine has AVX2, and the block has at least `SIDE` rows.
    #[target_feature(enable = "avx2")]
    unsafe fn gather_avx2<T: Square>(samples: &[&[T]], block: &mut [Lanes<T>]) {
        let nothing = [T::zero(); LANES];
        // SAFETY: a feature and SIDE − 1 behind it are features of every sample, and SIDE ≤ 16 values are nothing.
        unsafe {
            match <&[&[T]; LANES]>::try_from(samples) {
                Ok(samples) => gather_from(block, |lane, feature| samples[lane].as_ptr().add(feature)),
                Err(_) => gather_from(block, |lane, feature| match samples.get(lane) {
                    Some(sample) => sample.as_ptr().add(feature),
                    None => nothing.as_ptr(),
                }),
            }
        }
    }

    /// Features between those in use and those asked for: sixteen samples that lie far apart are too many for the
    /// machine to foresee.
    const AHEAD: usize = 64;

    /// Fills a block from what `place(lane, feature)` gives, square by square.
    ///
    /// # Safety
    /// The machine has AVX2, the block has at least `SIDE` rows, and there are `SIDE` values at each place.
    #[inline(always)]
    unsafe fn gather_from<T: Square>(block: &mut [Lanes<T>], place: impl Fn(usize, usize) -> *const T) {
        let features = block.len();
        let target = flat_mut(block).as_mut_ptr();
        for (number, feature) in starts(features, T::SIDE).enumerate() {
            for lane in (0..LANES).step_by(T::SIDE) {
                let from = |i: usize| place(lane + i, feature);
                // Once a cache line.
                if number % 2 == 0 {
                    for i in 0..T::SIDE {
                        prefetch(from(i).wrapping_add(AHEAD));
                    }
                }
                // SAFETY: feature + SIDE ≤ features, lane + SIDE ≤ 16; else the caller's.
                unsafe { T::transpose(from, |i| target.add((feature + i) * LANES + lane)) }
            }
        }
    }

    /// # Safety
    /// The machine has AVX2.
    #[target_feature(enable = "avx2")]
    unsafe fn into_panels_avx2<T: Square>(level: Level, features: usize, blocks: &mut [Lanes<T>]) {
        for block in blocks.chunks_exact_mut(features) {
            let (whole, rest) = block.as_chunks_mut();
            for panel in whole {
                // SAFETY: the caller's.
                unsafe { turn_whole(panel) }
            }
            if !rest.is_empty() {
                turn(rest, |rows, panel| scatter(level, rows, panel));
            }
        }
    }

    /// Turns a whole panel where it is: squares at the diagonal, and those on both sides of it in pairs.
    ///
    /// # Safety
    /// The machine has AVX2.
    #[inline(always)]
    unsafe fn turn_whole<T: Square>(panel: &mut [Lanes<T>; LANES]) {
        let values = flat_mut(panel).as_mut_ptr();
        for row in (0..LANES).step_by(T::SIDE) {
            for column in (row..LANES).step_by(T::SIDE) {
                // SAFETY: rows and columns of squares are less than 16, and all of a square is read before it is
                // written.
                unsafe {
                    let above = |i: usize| values.add((row + i) * LANES + column);
                    let below = |i: usize| values.add((column + i) * LANES + row);
                    let first = T::read(|i| above(i), T::HALF);
                    let second = T::read(|i| above(i).add(T::HALF), T::HALF);
                    if column > row {
                        T::transpose(|i| below(i), above);
                    }
                    T::write(first, below);
                    T::write(second, |i| below(T::HALF + i));
                }
            }
        }
    }

    /// # Safety
    /// The machine has AVX2, and the block has at least `SIDE` rows.
    #[target_feature(enable = "avx2")]
    unsafe fn scatter_avx2<T: Square>(block: &[Lanes<T>], samples: &mut [T]) {
        let features = block.len();
        let count = (samples.len() / features).min(LANES);
        let whole = count / T::SIDE * T::SIDE;
        let (source, target) = (flat(block).as_ptr(), samples.as_mut_ptr());
        for feature in starts(features, T::SIDE) {
            for lane in (0..whole).step_by(T::SIDE) {
                // SAFETY: feature + SIDE ≤ features, lane + SIDE ≤ the samples that `samples` has room for.
                unsafe {
                    let from = |i: usize| source.add((feature + i) * LANES + lane);
                    T::transpose(from, |i| target.add((lane + i) * features + feature));
                }
            }
        }
        for (lane, sample) in samples.chunks_exact_mut(features).enumerate().take(count).skip(whole) {
            for (value, row) in sample.iter_mut().zip(block) {
                *value = row[lane];
            }
        }
    }

    /// A scalar with a square tile.
    pub(in super::super) trait Square: Real {
        /// Rows and columns of a tile.
        const SIDE: usize;
        const HALF: usize = Self::SIDE / 2;
        /// `HALF` columns of a tile, each a vector.
        type Columns: Copy;

        /// The first `HALF` columns of the rows at `from(i)`, of which `n` count.
        ///
        /// # Safety
        /// The machine has AVX2, and there are `n` values at each of `SIDE` pointers, 1 to `HALF`. Inlined into a
        /// function that enables AVX2.
        unsafe fn read(from: impl Fn(usize) -> *const Self, n: usize) -> Self::Columns;

        /// Writes column i at `to(i)`.
        ///
        /// # Safety
        /// As [`Square::read`]; there is room for `SIDE` values at each of `HALF` pointers.
        unsafe fn write(columns: Self::Columns, to: impl FnMut(usize) -> *mut Self);

        /// Writes value j of all `SIDE` values at each `from(i)` at `to(j)`.
        ///
        /// # Safety
        /// As [`Square::read`]; there is room for `SIDE` values at all pointers, and what is written is nothing that is
        /// read.
        #[inline(always)]
        unsafe fn transpose(from: impl Fn(usize) -> *const Self, to: impl Fn(usize) -> *mut Self) {
            for half in [0, Self::HALF] {
                // SAFETY: the caller's; `half` and `HALF` values from it on are in the tile.
                unsafe { Self::write(Self::read(|i| from(i).add(half), Self::HALF), |i| to(half + i)) }
            }
        }
    }

    /// The first `n` of four values.
    ///
    /// # Safety
    /// The machine has AVX2, and there are `n` values, 1 to 4.
    #[inline(always)]
    unsafe fn four(p: *const f32, n: usize) -> __m128 {
        // SAFETY: the caller's; the mask begins with `n` lanes.
        unsafe {
            if n == 4 {
                _mm_loadu_ps(p)
            } else {
                _mm_maskload_ps(p, _mm_loadu_si128(MASK32.as_ptr().add(8 - n).cast()))
            }
        }
    }

    /// [`four`] of two, side by side. (A closure with intrinsics is not inlined everywhere, and then nothing in it is.)
    ///
    /// # Safety
    /// As [`four`].
    #[inline(always)]
    unsafe fn fours(low: *const f32, high: *const f32, n: usize) -> __m256 {
        // SAFETY: the caller's.
        unsafe { _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(four(low, n)), four(high, n)) }
    }

    impl Square for f32 {
        const SIDE: usize = 8;
        type Columns = [__m256; 4];

        #[inline(always)]
        unsafe fn read(from: impl Fn(usize) -> *const f32, n: usize) -> [__m256; 4] {
            // SAFETY: the caller's.
            unsafe {
                // Rows i and i + 4 side by side, so that columns come out whole.
                let (a, b) = (fours(from(0), from(4), n), fours(from(1), from(5), n));
                let (c, d) = (fours(from(2), from(6), n), fours(from(3), from(7), n));
                let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
                let (ab, cd) = (_mm256_castps_pd(ab), _mm256_castps_pd(cd));
                let (first, second) = (_mm256_unpacklo_pd(ab, cd), _mm256_unpackhi_pd(ab, cd));
                let (ab, cd) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
                let (ab, cd) = (_mm256_castps_pd(ab), _mm256_castps_pd(cd));
                let (third, fourth) = (_mm256_unpacklo_pd(ab, cd), _mm256_unpackhi_pd(ab, cd));
                [_mm256_castpd_ps(first), _mm256_castpd_ps(second), _mm256_castpd_ps(third), _mm256_castpd_ps(fourth)]
            }
        }

        #[inline(always)]
        unsafe fn write(columns: [__m256; 4], mut to: impl FnMut(usize) -> *mut f32) {
            for i in 0..4 {
                // SAFETY: the caller's.
                unsafe { _mm256_storeu_ps(to(i), columns[i]) }
            }
        }
    }

    /// The first `n` of two values.
    ///
    /// # Safety
    /// The machine has AVX2, and there are `n` values, 1 or 2.
    #[cfg(feature = "f64")]
    #[inline(always)]
    unsafe fn two(p: *const f64, n: usize) -> __m128d {
        // SAFETY: the caller's.
        unsafe { if n == 2 { _mm_loadu_pd(p) } else { _mm_load_sd(p) } }
    }

    /// [`two`] of two, side by side.
    ///
    /// # Safety
    /// As [`two`].
    #[cfg(feature = "f64")]
    #[inline(always)]
    unsafe fn twos(low: *const f64, high: *const f64, n: usize) -> __m256d {
        // SAFETY: the caller's.
        unsafe { _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(two(low, n)), two(high, n)) }
    }

    #[cfg(feature = "f64")]
    impl Square for f64 {
        const SIDE: usize = 4;
        type Columns = [__m256d; 2];

        #[inline(always)]
        unsafe fn read(from: impl Fn(usize) -> *const f64, n: usize) -> [__m256d; 2] {
            // SAFETY: the caller's.
            unsafe {
                // Rows i and i + 2 side by side, so that columns come out whole.
                let (a, b) = (twos(from(0), from(2), n), twos(from(1), from(3), n));
                [_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b)]
            }
        }

        #[inline(always)]
        unsafe fn write(columns: [__m256d; 2], mut to: impl FnMut(usize) -> *mut f64) {
            for i in 0..2 {
                // SAFETY: the caller's.
                unsafe { _mm256_storeu_pd(to(i), columns[i]) }
            }
        }
    }
}

#[cfg(all(test, target_arch = "x86_64", feature = "std"))]
mod tests {
    use super::*;
    use crate::isa::Level;

    /// Every level moves every value to its place, for all tails of features and of samples.
    fn check_all<T: fast::Square>() {
        for features in [1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 16, 17, 31, 64, 100] {
            for count in 1..=LANES {
                let value = |lane: usize, feature: usize| T::from_f64((lane * 1000 + feature + 1) as f64);
                let samples: Vec<Vec<T>> =
                    (0..count).map(|lane| (0..features).map(|feature| value(lane, feature)).collect()).collect();
                let samples: Vec<&[T]> = samples.iter().map(Vec::as_slice).collect();
                let expected: Vec<Lanes<T>> = (0..features)
                    .map(|f| Lanes(core::array::from_fn(|l| if l < count { value(l, f) } else { T::zero() })))
                    .collect();
                for level in Level::available() {
                    let mut block = vec![Lanes::splat(T::from_f64(-1.0)); features];
                    fast::gather(level, &samples, &mut block);
                    assert!(block == expected, "{features} features of {count} samples on {}", level.name());
                    let mut back = vec![T::zero(); features * count];
                    fast::scatter(level, &block, &mut back);
                    assert!(back == samples.concat(), "{features} features of {count} samples on {}", level.name());
                }
            }
        }
    }

    /// Two blocks of so many rows.
    fn check_panels<T: fast::Square>(features: usize, level: Level) {
        let value = |row: usize, lane: usize| T::from_f64((row * LANES + lane) as f64);
        let rows: Vec<_> = (0..2 * features).map(|row| Lanes(core::array::from_fn(|lane| value(row, lane)))).collect();
        let mut blocks = rows.clone();
        fast::into_panels(level, features, &mut blocks);
        if features <= NARROW {
            return assert!(blocks == rows, "{features} rows on {}", level.name());
        }
        for (row, lane) in (0..2 * features).flat_map(|row| (0..LANES).map(move |lane| (row, lane))) {
            let (block, feature) = (row / features, row % features);
            let (panel, width) = (feature / LANES, (features - feature / LANES * LANES).min(LANES));
            let place = (block * features + panel * LANES) * LANES + lane * width + feature % LANES;
            assert!(flat_mut(&mut blocks)[place] == value(row, lane), "{features} rows on {}", level.name());
        }
    }

    #[test]
    fn panels_hold_each_sample_of_sixteen_rows_together() {
        for features in [1, 3, 4, 5, 6, 7, 8, 15, 16, 17, 20, 21, 23, 40, 64] {
            for level in Level::available() {
                check_panels::<f32>(features, level);
                check_panels::<f64>(features, level);
            }
        }
    }

    #[test]
    fn blocks_and_samples_turn_into_each_other() {
        check_all::<f32>();
        check_all::<f64>();
    }
}
