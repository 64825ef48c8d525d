//! Holding out a part of a data set.

use alloc::vec;
use alloc::vec::Vec;

use super::Dataset;
use crate::bounds::checked;
use crate::error::{Error, Result};
use crate::random::Random;
use crate::real::Real;

impl<T: Real, Y: Copy> Dataset<T, Y> {
    /// Shuffles and splits: the samples to train with, and a `fraction` of all samples held out, rounded.
    ///
    /// # Errors
    ///
    /// When `fraction` is not between 0 and 1, or a part would be empty.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, (0..10_u8).map(f32::from).collect(), 1, vec![0_u32; 10])?;
    /// let (train, test) = set.split(0.2, 7)?;
    /// assert_eq!((train.len(), test.len()), (8, 2));
    /// let (train, validation) = train.split(0.25, 8)?; // three parts
    /// assert_eq!((train.len(), validation.len()), (6, 2));
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Self, Self)> {
        check(fraction)?;
        let order = shuffled(self.len(), seed);
        let (held, kept) = order.split_at(rounded(self.len(), fraction));
        self.parts(kept, held)
    }

    fn parts(&self, kept: &[usize], held: &[usize]) -> Result<(Self, Self)> {
        match (kept.len(), held.len()) {
            (0, _) => Err(Error::Empty { what: "the training part of the split" }),
            (_, 0) => Err(Error::Empty { what: "the held-out part of the split" }),
            _ => Ok((self.subset(kept)?, self.subset(held)?)),
        }
    }
}

impl<T: Real, Y: Copy + Ord> Dataset<T, Y> {
    /// As [`Dataset::split`], but stratified: each class gives its share to both parts, to less than one sample.
    ///
    /// # Errors
    ///
    /// When `fraction` is not between 0 and 1, or a part would be empty.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, vec![0.0_f32; 8], 1, vec![0, 0, 0, 0, 1, 1, 1, 1_u32])?;
    /// let (_, test) = set.split_by_class(0.5, 7)?;
    /// assert_eq!(test.targets().iter().sum::<u32>(), 2);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn split_by_class(&self, fraction: f64, seed: u64) -> Result<(Self, Self)> {
        check(fraction)?;
        let order = shuffled(self.len(), seed);
        let mut by_class: Vec<usize> = (0..order.len()).collect();
        by_class.sort_by_key(|&place| self.target(order[place]));
        // Evenly spaced picks from the samples in order of class take an even share of each.
        let mut is_held = vec![false; order.len()];
        for (i, &place) in by_class.iter().enumerate() {
            is_held[place] = rounded(i + 1, fraction) > rounded(i, fraction);
        }
        let part = |held| (0..order.len()).filter(|&i| is_held[i] == held).map(|i| order[i]).collect::<Vec<_>>();
        self.parts(&part(false), &part(true))
    }
}

fn check(fraction: f64) -> Result<()> {
    checked("fraction", fraction, "between 0 and 1, both excluded", fraction > 0.0 && fraction < 1.0)
}

fn rounded(count: usize, fraction: f64) -> usize {
    libm::floor(count as f64 * fraction + 0.5) as usize
}

fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    Random::new(seed).shuffle(&mut order);
    order
}
