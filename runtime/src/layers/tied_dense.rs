//! Dense layer that shares the weights of another, the other way round: the second half of an autoencoder.

use nalgebra::SVector;

use super::{Activation, Dense, Layer};
use crate::Parameters;
use crate::arena::{Backward, Edge, Place};
use crate::isa::Isa;
use crate::kernels::conv::Geometry;
use crate::lanes::Lanes;
use crate::network::{Role, TensorInfo};
use crate::real::Real;

/// What a tied layer has of its own: the bias, or nothing.
///
/// ```text
/// y = f(Wᵀ·x + b)       z = Wᵀ·x + b      W, OUT × IN, belongs to a dense layer from IN to OUT values
/// dz = dy ⊙ f′(z)       dW = x·dzᵀ, added to what the other layer finds      db = Σ dz      dx = W·dz
/// ```
///
/// ```
/// use shapewise::layers::TiedDense;
/// fn bias(layer: &TiedDense<f32, 784>) -> &shapewise::nalgebra::SVector<f32, 784> {
///     &layer.bias
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct TiedDense<T, const BIAS: usize> {
    /// Added to every output.
    pub bias: SVector<T, BIAS>,
}

impl<T: Real, const BIAS: usize> TiedDense<T, BIAS> {
    /// Its tensors; the weights are saved with the layer that owns them.
    pub const TENSORS: &'static [TensorInfo] =
        &[TensorInfo { name: "bias", shape: &[BIAS], role: Role::Bias, first_fastest: true }];

    /// Sets the bias to 0.
    pub fn initialise(&mut self) {
        self.bias.as_mut_slice().fill(T::zero());
    }
}

/// A tied layer together with the one whose weights it shares: that goes from `IN` to `OUT` values, this one back.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Activation, Dense, Layer, Tied, TiedDense, activation::Identity};
/// use shapewise::nalgebra::{SMatrix, SVector};
///
/// let source = Dense { weight: SMatrix::<f64, 1, 2>::new(3.0, 4.0), bias: SVector::<f64, 1>::zeros() };
/// let own = TiedDense { bias: SVector::from([0.5, 0.0]) };
/// let mut y = [0.0; 2];
/// Tied::new(&source, &own).infer_one::<Portable>(&(), Activation::Identity(Identity), &[2.0], &mut y);
/// assert_eq!(y, [6.5, 8.0]);
/// ```
#[derive(Debug)]
pub struct Tied<'a, T, const IN: usize, const OUT: usize, const SOURCE_BIAS: usize, const BIAS: usize> {
    source: &'a Dense<T, IN, OUT, SOURCE_BIAS>,
    own: &'a TiedDense<T, BIAS>,
}

impl<'a, T: Real, const IN: usize, const OUT: usize, const SOURCE_BIAS: usize, const BIAS: usize>
    Tied<'a, T, IN, OUT, SOURCE_BIAS, BIAS>
{
    /// Wᵀ is the transposed convolution of one pixel whose convolution is W.
    const ONE_PIXEL: Geometry = Geometry {
        channels: IN,
        outputs: OUT,
        groups: 1,
        input: [1, 1],
        output: [1, 1],
        kernel: [1, 1],
        stride: [1, 1],
        padding: [0, 0],
        dilation: [1, 1],
    };

    /// Brings both together.
    pub fn new(source: &'a Dense<T, IN, OUT, SOURCE_BIAS>, own: &'a TiedDense<T, BIAS>) -> Self {
        Self { source, own }
    }

    /// The gradients over a span: the weights' is added to what their own layer has found.
    pub fn gradient_of_both(
        &self,
        x: Edge<'_, T>,
        dy: Edge<'_, T>,
        source: &mut Dense<T, IN, OUT, SOURCE_BIAS>,
        own: &mut TiedDense<T, BIAS>,
        accumulate: bool,
    ) {
        T::conv_gradient(Self::ONE_PIXEL, dy, x, [source.weight.as_mut_slice(), &mut []], true);
        T::sum_maps(dy, own.bias.as_mut_slice(), accumulate);
    }
}

impl<T: Real, const IN: usize, const OUT: usize, const SOURCE_BIAS: usize, const BIAS: usize> Layer<T>
    for Tied<'_, T, IN, OUT, SOURCE_BIAS, BIAS>
{
    type Config = Activation;
    type Buffers = ();

    fn range(activation: Activation) -> (f64, f64) {
        activation.range()
    }

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), activation: Activation, x: &[T], y: &mut [T]) {
        T::conv_transposed_one(Self::ONE_PIXEL, self.source.weight.as_slice(), self.own.bias.as_slice(), x, y);
        activation.one::<T, I>(y);
    }

    fn infer(&self, (): &(), activation: Activation, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
        let (weight, bias) = (self.source.weight.as_slice(), self.own.bias.as_slice());
        T::conv_transposed(Self::ONE_PIXEL, weight, bias, x, y, place.blocks, false);
        T::activate(activation, y);
    }

    fn forward(&self, activation: Activation, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), activation, x, y, place);
    }

    fn backward(&self, activation: Activation, at: Backward<'_, T>) {
        T::activate_backward(activation, at.y, at.y, at.dy);
        if let Some(dx) = at.dx {
            T::conv(Self::ONE_PIXEL, self.source.weight.as_slice(), &[], at.dy, dx, at.place.blocks, false);
        }
    }
}
