//! Memory that begins at a cache line: where the heap puts it otherwise changed times by up to a third from run to run.

use std::ops::{Deref, DerefMut};

/// A cache line, and the widest vector.
const BYTES: usize = 64;

/// Scalars that begin at a cache line.
#[derive(Debug)]
pub struct Aligned {
    values: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    /// So many zeros.
    pub fn zeros(len: usize) -> Self {
        let values = vec![0.0; len + BYTES / size_of::<f32>()];
        Self { start: values.as_ptr().align_offset(BYTES), values, len }
    }

    /// A copy.
    pub fn of(values: &[f32]) -> Self {
        let mut copy = Self::zeros(values.len());
        copy.copy_from_slice(values);
        copy
    }
}

impl Deref for Aligned {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.values[self.start..][..self.len]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..][..self.len]
    }
}
