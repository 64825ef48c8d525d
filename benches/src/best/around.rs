//! What stands around a dense layer's products.

use shapewise::isa::{Isa, Task};

use super::vectors;
use crate::hand::Activation;
use crate::unrolled::tanh;

/// `y ← f(y + bias)` in every row.
pub(super) struct AddBias<'a> {
    pub(super) y: &'a mut [f32],
    pub(super) bias: &'a [f32],
    pub(super) activation: Activation,
}

impl Task for AddBias<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        match self.activation {
            Activation::Identity => self.each(|z| z),
            Activation::Relu => self.each(|z| z.max(0.0)),
            Activation::Tanh => self.each(tanh::<I>),
        }
    }
}

impl AddBias<'_> {
    #[inline(always)]
    fn each(self, f: impl Fn(f32) -> f32) {
        for row in self.y.chunks_exact_mut(self.bias.len()) {
            for (y, bias) in row.iter_mut().zip(self.bias) {
                *y = f(*y + bias);
            }
        }
    }
}

/// `dy ← dy · f′`, with the slope from the output.
pub(super) fn slopes(dy: &mut [f32], y: &[f32], slope: impl Fn(f32) -> f32) {
    vectors(|| {
        for (dy, y) in dy.iter_mut().zip(y) {
            *dy *= slope(*y);
        }
    });
}

/// The sum over all rows.
pub(super) fn sum_rows(rows: &[f32], sums: &mut [f32]) {
    vectors(|| {
        sums.fill(0.0);
        for row in rows.chunks_exact(sums.len()) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    });
}
