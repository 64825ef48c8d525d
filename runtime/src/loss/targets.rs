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
    /// The label of each sample, one where there is one; what lies behind them is of no account. It is in `room` where the labels of a
    /// whole block do not lie side by side: to read a vector of what was just written in parts takes as long as the loss of a few classes.
    ///
    /// # Panics
    ///
    /// There are more samples than a block has, or no targets.
    #[inline(always)]
    pub(super) fn labels<'a>(&'a self, room: &'a mut [u32; LANES]) -> &'a [u32; LANES] {
        assert!(self.samples() <= LANES && self.width > 0, "a label for each of up to {LANES} samples");
        if self.stride == 1
            && let Some(labels) = self.values.first_chunk()
        {
            return labels;
        }
        for (place, label) in room.iter_mut().zip(self.iter()) {
            *place = label[0];
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::Targets;
    use crate::lanes::LANES;

    #[test]
    fn labels_are_found_wherever_they_lie() {
        let values: Vec<u32> = (0..3 * LANES as u32).collect();
        for samples in [1, 5, LANES - 1, LANES] {
            let expected =
                |stride: u32, first: u32| (0..samples as u32).map(|i| i * stride + first).collect::<Vec<_>>();
            let mut room = [0; LANES];
            assert_eq!(Targets::new(&values[..samples], 1).labels(&mut room)[..samples], expected(1, 0));
            let among_others = Targets::new(&values[..3 * samples], 3).part(1, 1);
            assert_eq!(among_others.labels(&mut room)[..samples], expected(3, 1));
        }
    }

    #[test]
    #[should_panic(expected = "a label for each of up to 16 samples")]
    fn more_labels_than_samples_of_a_block_are_refused() {
        Targets::new(&[0; LANES + 1], 1).labels(&mut [0; LANES]);
    }
}
