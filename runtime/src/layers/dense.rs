//! Dense (fully connected) layer.

use nalgebra::{SMatrix, SVector};

use super::{Activation, Layer};
use crate::Parameters;
use crate::arena::{Backward, Edge, Place};
use crate::init::{Fan, Initialiser};
use crate::isa::Isa;
use crate::lanes::{LANES, Lanes};
use crate::network::{Role, TensorInfo};
use crate::random::Random;
use crate::real::Real;
use crate::samples::Samples;

/// The parameters of a dense layer: `weight` is OUT × IN, so `weight * x + bias` is the textbook's formula.
///
/// ```text
/// y = f(W·x + b)        z = W·x + b
/// dz = dy ⊙ f′(z)       dW = dz·xᵀ     db = Σ dz     dx = Wᵀ·dz
/// ```
///
/// `BIAS` is `OUT`, or 0 for a layer without bias. Column-major storage puts the weights of one input side by
/// side, which is what one-sample inference reads; saved files hold PyTorch's row-major `[out, in]`.
///
/// ```
/// use shapewise::layers::Dense;
/// fn bias(layer: &Dense<f32, 784, 128>) -> &shapewise::nalgebra::SVector<f32, 128> {
///     &layer.bias
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct Dense<T, const IN: usize, const OUT: usize, const BIAS: usize = OUT> {
    /// One row an output, one column an input.
    pub weight: SMatrix<T, OUT, IN>,
    /// Added to every output.
    pub bias: SVector<T, BIAS>,
}

/// Up to so many weights, one sample's pass is unrolled into the caller.
const INLINE_WEIGHTS: usize = 8192;
const VALUES: &str = "generated code gives a layer as many values as it has inputs and outputs";

impl<T: Real, const IN: usize, const OUT: usize, const BIAS: usize> Layer<T> for Dense<T, IN, OUT, BIAS> {
    type Config = Activation;
    type Buffers = ();

    const TENSORS: &'static [TensorInfo] = &[
        TensorInfo { name: "weight", shape: &[OUT, IN], role: Role::Weight, first_fastest: true },
        TensorInfo { name: "bias", shape: &[BIAS], role: Role::Bias, first_fastest: true },
    ];

    fn initialise(&mut self, scheme: Initialiser, random: &mut Random) {
        scheme.fill(self.weight.as_mut_slice(), Fan { inputs: IN, outputs: OUT }, random);
        self.bias.as_mut_slice().fill(T::zero());
    }

    fn range(activation: Activation) -> (f64, f64) {
        activation.range()
    }

    fn linear(_: Activation) -> Option<Activation> {
        Some(Activation::IDENTITY)
    }

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), activation: Activation, x: &[T], y: &mut [T]) {
        if const { IN * OUT <= INLINE_WEIGHTS } {
            let (x, y) = (x.first_chunk().expect(VALUES), y.first_chunk_mut().expect(VALUES));
            T::unrolled::<I, IN, OUT>(&self.weight.data.0, self.bias.as_slice(), x, y);
        } else {
            T::one_sample(self.weight.as_slice(), self.bias.as_slice(), x, y);
        }
        activation.one::<T, I>(y);
    }

    fn infer(&self, (): &(), activation: Activation, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
        let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
        let relu = matches!(activation, Activation::Relu(_));
        T::affine(IN, OUT, weight, bias, x, y, place.samples, relu);
        if !relu {
            T::activate(activation, y);
        }
    }

    fn reads_samples() -> bool {
        T::reads_samples(IN, OUT)
    }

    fn infers_samples() -> bool {
        T::infers_samples(IN, OUT)
    }

    fn infer_samples(&self, activation: Activation, x: Samples<'_, T>, y: &mut [Lanes<T>]) {
        let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
        let relu = matches!(activation, Activation::Relu(_));
        T::affine_samples(OUT, weight, bias, x, y, relu);
        if !relu {
            T::activate(activation, y);
        }
    }

    fn forward(&self, activation: Activation, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), activation, x, y, place);
    }

    fn backward(&self, activation: Activation, at: Backward<'_, T>) {
        T::activate_backward(activation, at.y, at.y, at.dy);
        if let Some(dx) = at.dx {
            T::affine_transposed(IN, OUT, self.weight.as_slice(), at.dy, dx, at.place.samples);
        }
        T::lanes_to_panels(OUT, at.dy);
    }

    fn gradient(&self, _: Activation, x: Edge<'_, T>, dy: Edge<'_, T>, _: &[T], gradient: &mut Self, accumulate: bool) {
        T::outer(x, dy, gradient.weight.as_mut_slice(), accumulate);
        T::sum_samples(dy, gradient.bias.as_mut_slice(), accumulate);
    }

    fn gradient_samples(
        &self,
        _: Activation,
        x: Samples<'_, T>,
        dy: Edge<'_, T>,
        gradient: &mut Self,
        accumulate: bool,
    ) {
        T::outer_samples(x, dy, gradient.weight.as_mut_slice(), accumulate);
        T::sum_samples(dy, gradient.bias.as_mut_slice(), accumulate);
    }
}

const _: () = assert!(LANES == 16, "`lanes_to_panels` works in squares of 16");
