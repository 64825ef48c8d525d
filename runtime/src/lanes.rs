//! The unit of the block layout.

use core::ops::{Index, IndexMut};

/// Samples that a block holds side by side: one AVX-512 register of `f32`.
pub const LANES: usize = 16;

/// Blocks that go through the network together: two fill the dense kernel's register tile. With AVX2, where a network has
/// more weights than these blocks have values, twice as many do in training, four times as many in inference.
pub const CHUNK: usize = 2;

/// How a span is cut into chunks. No result depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// A chunk's blocks, as a power of 2: each access to a block divides by them.
    log2: u32,
}

impl Cut {
    /// Into chunks of [`CHUNK`] blocks.
    pub(crate) const WHOLE: Self = Self { log2: CHUNK.ilog2() };
    /// Into chunks of twice as many blocks, for training: threads still have some each.
    #[cfg(feature = "alloc")]
    pub(crate) const LONG: Self = Self { log2: CHUNK.ilog2() + 1 };
    /// Into chunks of four times as many, for inference.
    #[cfg(feature = "alloc")]
    pub(crate) const LONGEST: Self = Self { log2: CHUNK.ilog2() + 2 };
    /// Into blocks, for more threads.
    pub(crate) const FINE: Self = Self { log2: 0 };

    /// Blocks of a chunk.
    #[inline]
    pub(crate) const fn blocks(self) -> usize {
        1 << self.log2
    }

    /// The chunk that a block is in, and which of its blocks it is.
    #[inline]
    pub(crate) const fn of(self, block: usize) -> (usize, usize) {
        (block >> self.log2, block & (self.blocks() - 1))
    }

    /// Samples of a chunk.
    pub(crate) const fn samples(self) -> usize {
        LANES << self.log2
    }

    /// Chunks of so many samples.
    pub(crate) const fn chunks(self, samples: usize) -> usize {
        samples.div_ceil(self.samples())
    }

    /// The same where no thread that shares the chunks has more blocks by it than by the usual cut, else that one.
    #[cfg(feature = "alloc")]
    pub(crate) const fn shared(self, samples: usize, threads: usize) -> Self {
        if self.most(samples, threads) <= Self::WHOLE.most(samples, threads) { self } else { Self::WHOLE }
    }

    /// Blocks of the thread that has most of them, where threads share such chunks.
    #[cfg(feature = "alloc")]
    const fn most(self, samples: usize, threads: usize) -> usize {
        self.chunks(samples).div_ceil(threads) * self.blocks()
    }
}

/// One feature of 16 samples.
///
/// A block of 16 samples with `F` features is `F` consecutive `Lanes`, so every layer fills its vectors
/// whatever its width, and reductions over features (softmax, norms) need no shuffles.
///
/// ```
/// use shapewise::Lanes;
/// let mut row = Lanes::splat(1.0_f32);
/// row[3] = 5.0;
/// assert_eq!(row.0.iter().sum::<f32>(), 20.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Lanes<T>(pub [T; LANES]);

impl<T: Copy> Lanes<T> {
    /// The same value in every lane.
    #[inline(always)]
    pub fn splat(value: T) -> Self {
        Self([value; LANES])
    }
}

impl<T> Lanes<T> {
    /// Rows as one slice of scalars, 16 a row. Loops over it are what the compiler makes vectors of best.
    ///
    /// ```
    /// use shapewise::Lanes;
    /// let rows = [Lanes::splat(1.0), Lanes::splat(2.0)];
    /// assert_eq!(Lanes::flat(&rows).iter().sum::<f32>(), 48.0);
    /// ```
    #[inline(always)]
    pub fn flat(rows: &[Self]) -> &[T] {
        crate::kernels::flat(rows)
    }

    /// The same, to be written.
    ///
    /// ```
    /// use shapewise::Lanes;
    /// let mut rows = [Lanes::splat(1.0)];
    /// Lanes::flat_mut(&mut rows)[3] = 7.0;
    /// assert_eq!(rows[0][3], 7.0);
    /// ```
    #[inline(always)]
    pub fn flat_mut(rows: &mut [Self]) -> &mut [T] {
        crate::kernels::flat_mut(rows)
    }

    /// Every lane from its number. Lanes that `value` reads should be copied beforehand: what may lie in the memory
    /// that the result goes to keeps the compiler from using vectors.
    #[inline(always)]
    pub(crate) fn each(value: impl FnMut(usize) -> T) -> Self {
        Self(core::array::from_fn(value))
    }
}

impl<T> Index<usize> for Lanes<T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, lane: usize) -> &T {
        &self.0[lane]
    }
}

impl<T> IndexMut<usize> for Lanes<T> {
    #[inline(always)]
    fn index_mut(&mut self, lane: usize) -> &mut T {
        &mut self.0[lane]
    }
}
