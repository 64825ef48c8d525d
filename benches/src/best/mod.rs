//! The best hand-made version: products by `matrixmultiply` or `gemm`, everything around them in fused loops that
//! are compiled for the machine's vectors.

mod around;
mod conv;
mod norm;
mod pool;
mod product;

use shapewise::isa::{Isa, Task, dispatch};

use crate::hand::{Activation, Back, Layer, Loops};
use around::{AddBias, slopes, sum_rows};
use conv::to_patches;
use norm::Norm;
use pool::{pool, pool_backward};
pub(crate) use product::Matrix;
pub use product::Product;

/// Runs a loop compiled for the machine's vectors.
pub(crate) fn vectors<R>(work: impl FnOnce() -> R) -> R {
    struct Vectors<F>(F);
    impl<R, F: FnOnce() -> R> Task for Vectors<F> {
        type Output = R;
        #[inline(always)]
        fn run<I: Isa>(self) -> R {
            (self.0)()
        }
    }
    dispatch(Vectors(work))
}

/// Runs a function that is always inlined, compiled for the machine's vectors: a closure around a long one would not be.
pub(crate) fn wide<A>(step: impl Fn(A), argument: A) {
    struct Wide<F, A>(F, A);
    impl<F: Fn(A), A> Task for Wide<F, A> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            (self.0)(self.1);
        }
    }
    dispatch(Wide(step, argument));
}

/// Products of whole batches for dense layers, of a sample's patches for convolutions, fused loops for the rest.
#[derive(Debug)]
pub struct Best {
    product: Product,
    /// A sample's patches, and their gradient.
    patches: Vec<f32>,
    delta: Vec<f32>,
    norm: Norm,
}

impl Best {
    /// Loops around this product.
    pub fn new(product: Product) -> Self {
        Self { product, patches: Vec::new(), delta: Vec::new(), norm: Norm::default() }
    }
}

impl Loops for Best {
    fn forward(&mut self, layer: &Layer, parameters: &[f32], x: &[f32], y: &mut [f32]) {
        let (weight, bias) = layer.split(parameters);
        match *layer {
            Layer::Dense { inputs, outputs, activation } => {
                let x = Matrix::new(x, x.len() / inputs, inputs);
                self.product.multiply(x, Matrix::new(weight, inputs, outputs), y, false);
                dispatch(AddBias { y, bias, activation });
            }
            Layer::Conv { maps, .. } => {
                let (patch, places) = (weight.len() / maps, layer.outputs() / maps);
                self.patches.resize(patch * places, 0.0);
                for (x, y) in x.chunks_exact(layer.inputs()).zip(y.chunks_exact_mut(layer.outputs())) {
                    to_patches(layer, x, &mut self.patches);
                    let patches = Matrix::new(&self.patches, patch, places);
                    self.product.multiply(Matrix::new(weight, patch, maps).transposed(), patches, y, false);
                    vectors(|| {
                        for (y, bias) in y.chunks_exact_mut(places).zip(bias) {
                            for y in y {
                                *y = (*y + bias).max(0.0);
                            }
                        }
                    });
                }
            }
            Layer::Pool { side, .. } => vectors(|| pool(side, x, y)),
            Layer::Norm { features } => vectors(|| self.norm.forward(features, weight, bias, x, y)),
            Layer::Add { .. } => {}
        }
    }

    fn backward(&mut self, layer: &Layer, back: Back<'_>) {
        let Back { parameters, x, y, dy, gradients, dx } = back;
        let (weight, _) = layer.split(parameters);
        let (dw, db) = layer.split_mut(gradients);
        match *layer {
            Layer::Dense { inputs, outputs, activation } => {
                let batch = x.len() / inputs;
                match activation {
                    Activation::Identity => {}
                    Activation::Relu => slopes(dy, y, |y| if y > 0.0 { 1.0 } else { 0.0 }),
                    Activation::Tanh => slopes(dy, y, |y| 1.0 - y * y),
                }
                sum_rows(dy, db);
                let dy = Matrix::new(dy, batch, outputs);
                self.product.multiply(Matrix::new(x, batch, inputs).transposed(), dy, dw, false);
                if let Some(dx) = dx {
                    self.product.multiply(dy, Matrix::new(weight, inputs, outputs).transposed(), dx, false);
                }
            }
            Layer::Conv { maps, .. } => {
                slopes(dy, y, |y| if y > 0.0 { 1.0 } else { 0.0 });
                self.conv_backward(layer, maps, weight, x, dy, [dw, db], dx);
            }
            Layer::Pool { side, .. } => {
                if let Some(dx) = dx {
                    vectors(|| pool_backward(side, x, y, dy, dx));
                }
            }
            Layer::Norm { features } => vectors(|| self.norm.backward(features, weight, y, dy, [dw, db], dx)),
            Layer::Add { .. } => {}
        }
    }

    fn adam(p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32, root: f32) {
        vectors(|| {
            for (((p, g), m), v) in p.iter_mut().zip(g).zip(m).zip(v) {
                *m = 0.9 * *m + 0.1 * g;
                *v = 0.999 * *v + 0.001 * g * g;
                *p -= rate * *m / (v.sqrt() * root + 1e-8);
            }
        });
    }
}
