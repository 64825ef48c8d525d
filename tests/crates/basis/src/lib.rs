//! A layer for others to use.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use shapewise::init::Initialiser;
use shapewise::isa::Isa;
use shapewise::layers::{CustomLayer, Layer, Sizes};
use shapewise::nalgebra::SVector;
use shapewise::random::Random;
use shapewise::{Backward, Edge, Lanes, Parameters, Place, Real, Role, TensorInfo};

/// y = x + b
#[derive(Clone, Debug, Parameters)]
#[repr(C)]
pub struct Shift<T, const N: usize> {
    /// b
    pub bias: SVector<T, N>,
}

impl<T: Real, const N: usize> CustomLayer<T> for Shift<T, N> {
    const SIZES: Sizes = Sizes::Of { inputs: N, outputs: N };
    const FLOPS: usize = N;
}

impl<T: Real, const N: usize> Layer<T> for Shift<T, N> {
    type Config = ();
    type Buffers = ();

    const TENSORS: &'static [TensorInfo] = &[TensorInfo::new("bias", &[N], Role::Bias)];

    fn initialise(&mut self, _: Initialiser, _: &mut Random) {
        self.bias.as_mut_slice().fill(T::zero());
    }

    fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
        for ((y, x), b) in y.iter_mut().zip(x).zip(self.bias.as_slice()) {
            *y = *x + *b;
        }
    }

    fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        for ((y, x), b) in y.iter_mut().zip(x).zip(self.bias.as_slice().iter().cycle()) {
            *y = Lanes(x.0.map(|x| x + *b));
        }
    }

    fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), (), x, y, place);
    }

    fn backward(&self, (): (), at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            dx.copy_from_slice(at.dy);
        }
    }

    fn gradient(&self, (): (), _: Edge<'_, T>, dy: Edge<'_, T>, _: &[T], gradient: &mut Self, accumulate: bool) {
        if !accumulate {
            gradient.bias.as_mut_slice().fill(T::zero());
        }
        for block in 0..dy.blocks() {
            for (sum, row) in gradient.bias.as_mut_slice().iter_mut().zip(dy.block(block)) {
                for dy in &row.0[..dy.samples_in(block)] {
                    *sum += *dy;
                }
            }
        }
    }
}
