//! Samples where their owner has them.

/// The inputs of a batch where their owner has them: one behind the other, or picked out of many.
///
/// ```
/// use shapewise::Samples;
///
/// let data = [0.0, 0.1, 1.0, 1.1, 2.0, 2.1];
/// let picked = Samples::picked(&data, 2, &[2, 0]);
/// assert_eq!(picked.get(0), [2.0, 2.1]);
/// assert_eq!(Samples::in_turn(&data, 2).range(1, 2).get(1), [2.0, 2.1]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a, T> {
    values: &'a [T],
    features: usize,
    /// Which of those that lie one behind the other; all when absent.
    picked: Option<&'a [usize]>,
}

impl<'a, T> Samples<'a, T> {
    /// No samples at all.
    pub(crate) const NONE: Self = Self { values: &[], features: 1, picked: None };

    /// All samples of `features` values each, one behind the other; values that make no whole sample are none.
    pub fn in_turn(values: &'a [T], features: usize) -> Self {
        Self { values, features, picked: None }
    }

    /// Those that `picked` names.
    pub fn picked(values: &'a [T], features: usize, picked: &'a [usize]) -> Self {
        Self { values, features, picked: Some(picked) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.picked.map_or(self.values.len().checked_div(self.features).unwrap_or(0), <[usize]>::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Values of each.
    pub fn features(&self) -> usize {
        self.features
    }

    /// `count` of them, from `first` on.
    ///
    /// # Panics
    ///
    /// When there are not so many.
    #[must_use]
    pub fn range(self, first: usize, count: usize) -> Self {
        match self.picked {
            Some(picked) => Self { picked: Some(&picked[first..][..count]), ..self },
            None => Self { values: &self.values[self.values_of(first)..][..self.values_of(count)], ..self },
        }
    }

    /// One of them.
    ///
    /// # Panics
    ///
    /// When there is no such sample.
    #[inline]
    pub fn get(&self, sample: usize) -> &'a [T] {
        &self.values[self.first(sample)..][..self.features]
    }

    /// Those from `first` on, as many as there is room for.
    ///
    /// # Panics
    ///
    /// When there are not so many.
    pub(crate) fn fill(&self, first: usize, room: &mut [&'a [T]]) {
        let Self { values, features, picked } = *self;
        // Those in turn are checked together.
        if picked.is_some() {
            for (sample, place) in (first..).zip(room) {
                *place = self.get(sample);
            }
        } else {
            let samples = values[first * features..][..room.len() * features].chunks_exact(features);
            for (sample, place) in samples.zip(room) {
                *place = sample;
            }
        }
    }

    /// What [`Samples::place`] counts from.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    pub(crate) fn values(&self) -> &'a [T] {
        self.values
    }

    /// Where the values of a sample begin, all of which exist.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline]
    pub(crate) fn place(&self, sample: usize) -> usize {
        let place = self.first(sample);
        assert!(self.values.get(place..).is_some_and(|left| left.len() >= self.features), "there is such a sample");
        place
    }

    #[inline]
    fn first(&self, sample: usize) -> usize {
        self.values_of(self.picked.map_or(sample, |picked| picked[sample]))
    }

    /// Values of so many samples.
    #[inline]
    fn values_of(&self, samples: usize) -> usize {
        samples.checked_mul(self.features).expect("there are so many samples")
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn samples_without_values_are_none() {
        assert_eq!(Samples::in_turn(&[1.0, 2.0], 0).len(), 0);
        assert!(Samples::in_turn(&[1.0, 2.0], 0).is_empty());
    }
}
