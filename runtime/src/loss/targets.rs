//! The targets of a block.

use crate::lanes::LANES;

/// What the samples of a block should give, as [`Loss::block`](super::Loss::block) sees it: some values a sample, which lie
/// side by side; those of the next sample follow, perhaps behind values for other losses.
///
/// ```
/// use shapewise::loss::Targets;
/// let targets = Targets::new(&[7, 1, 3, 0], 2);
/// assert_eq!(targets.samples(), 2);
/// assert_eq!(targets.of(1), [3, 0]);
/// assert_eq!(targets.part(1, 1).of(0), [1]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Targets<'a, Y> {
    values: &'a [Y],
    /// Values from one sample to the next.
    stride: usize,
    first: usize,
    width: usize,
}

impl<'a, Y> Targets<'a, Y> {
    /// `width` targets a sample, at least 1, sample by sample.
    pub fn new(values: &'a [Y], width: usize) -> Self {
        Self { values, stride: width.max(1), first: 0, width }
    }

    /// The `width` targets of each sample that follow its first `first`.
    #[must_use]
    pub fn part(self, first: usize, width: usize) -> Self {
        debug_assert!(first + width <= self.width);
        Self { first: self.first + first, width, ..self }
    }

    /// Samples in the block.
    pub fn samples(&self) -> usize {
        self.values.len() / self.stride
    }

    /// The targets of one sample.
    #[inline]
    pub fn of(&self, sample: usize) -> &'a [Y] {
        &self.values[sample * self.stride + self.first..][..self.width]
    }

    /// The targets of every sample.
    pub fn iter(self) -> impl Iterator<Item = &'a [Y]> {
        (0..self.samples()).map(move |sample| self.of(sample))
    }
}

impl Targets<'_, u32> {
    /// The label of each sample, one where there is one, and [`u32::MAX`] behind them. It is in `room` where the labels of a whole
    /// block do not lie side by side: to read a vector of what was just written in parts takes as long as the loss of a few classes.
    #[inline(always)]
    pub(super) fn labels<'a>(&'a self, room: &'a mut [u32; LANES]) -> &'a [u32; LANES] {
        if self.stride == 1
            && let Some(labels) = self.values.first_chunk()
        {
            return labels;
        }
        *room = [u32::MAX; LANES];
        for (place, label) in room.iter_mut().zip(self.iter()) {
            *place = label[0];
        }
        room
    }
}
