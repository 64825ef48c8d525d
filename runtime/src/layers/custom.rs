//! Layers of users: what `network!` must be told of a layer that it does not know.

use core::fmt::Debug;

use super::Layer;
use crate::kernels::block::Block;
use crate::real::Real;

/// A layer that `network!` takes by its type: `layer(Scale<8>)`.
///
/// Beside [`Layer`], which says what it computes, it needs its parameters as a [`Block`], which
/// [`derive(Parameters)`](macro@crate::Parameters) gives (also to a unit struct, a layer without), and `Clone` and `Debug`,
/// which the structs that a declaration generates have too. It has no [buffers](Layer::Buffers).
///
/// What is said here are constants, checked when the declaration is compiled. The default suits a layer that takes any
/// number of values and gives as many. In the backward pass a user's layer always gets its input and its output.
///
/// A learned factor for each feature, in full:
///
/// ```
/// use shapewise::init::Initialiser;
/// use shapewise::isa::Isa;
/// use shapewise::layers::{CustomLayer, Layer, Sizes};
/// use shapewise::nalgebra::SVector;
/// use shapewise::prelude::*;
/// use shapewise::random::Random;
/// use shapewise::{Backward, Edge, Lanes, Parameters, Place, Role, TensorInfo};
///
/// /// y = w ⊙ x
/// #[derive(Clone, Debug, Parameters)]
/// #[repr(C)]
/// pub struct Scale<T, const N: usize> {
///     pub weight: SVector<T, N>,
/// }
///
/// impl<T: Real, const N: usize> CustomLayer<T> for Scale<T, N> {
///     const SIZES: Sizes = Sizes::Of { inputs: N, outputs: N };
///     const FLOPS: usize = N;
/// }
///
/// impl<T: Real, const N: usize> Scale<T, N> {
///     /// Both ways: y = w ⊙ x and dx = w ⊙ dy. A block of 16 samples is a row of 16 values a feature.
///     fn multiply(&self, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
///         for (y, x) in y.chunks_exact_mut(N).zip(x.chunks_exact(N)) {
///             for feature in 0..N {
///                 let (w, x) = (self.weight[feature], x[feature]);
///                 y[feature] = Lanes(x.0.map(|x| w * x));
///             }
///         }
///     }
/// }
///
/// impl<T: Real, const N: usize> Layer<T> for Scale<T, N> {
///     type Config = ();
///     type Buffers = ();
///
///     // The names in saved files. Weight decay passes over what is a `Norm`.
///     const TENSORS: &'static [TensorInfo] = &[TensorInfo::new("weight", &[N], Role::Norm)];
///
///     fn initialise(&mut self, _: Initialiser, _: &mut Random) {
///         self.weight.fill(T::one());
///     }
///
///     fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
///         for feature in 0..N {
///             y[feature] = self.weight[feature] * x[feature];
///         }
///     }
///
///     fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _place: Place) {
///         self.multiply(x, y);
///     }
///
///     fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], _: Place) {
///         self.multiply(x, y);
///     }
///
///     fn backward(&self, (): (), at: Backward<'_, T>) {
///         if let Some(dx) = at.dx {
///             self.multiply(at.dy, dx);
///         }
///     }
///
///     /// dw = Σ dy ⊙ x over the samples.
///     fn gradient(&self, (): (), x: Edge<'_, T>, dy: Edge<'_, T>, _: &[T], gradient: &mut Self, accumulate: bool) {
///         if !accumulate {
///             gradient.weight.fill(T::zero());
///         }
///         for block in 0..x.blocks() {
///             // The lanes behind the batch's last sample hold nothing.
///             for lane in 0..x.samples_in(block) {
///                 for feature in 0..N {
///                     gradient.weight[feature] += dy.block(block)[feature][lane] * x.block(block)[feature][lane];
///                 }
///             }
///         }
///     }
/// }
///
/// network! {
///     struct Net: [4] -> [2] {
///         scale: layer(Scale<f32, 4>), dense(8), tanh,
///         dense(2),
///     }
/// }
/// let mut net = Net::boxed(1);
/// net.scale.weight[0] = 2.0;
/// assert_eq!(<Net as Network>::PARAMETERS, 4 + (4 * 8 + 8) + (8 * 2 + 2));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer of a network of `{T}`",
    label = "does not implement `CustomLayer<{T}>`",
    note = "a layer of your own implements `Layer` and `CustomLayer`, and derives `Clone`, `Debug` and `Parameters`"
)]
pub trait CustomLayer<T: Real>: Layer<T, Buffers = ()> + Block<T> + Clone + Debug + Send + Sync {
    /// How many values of a sample it takes and gives.
    const SIZES: Sizes = Sizes::Same;
    /// Rows of scratch memory in the backward pass: [`Backward::scratch`](crate::Backward) has at least so many.
    const SCRATCH: usize = 0;
    /// Floating-point operations of one sample's forward pass; the number of threads is chosen by them.
    const FLOPS: usize = 0;
}

/// How many values of a sample a layer takes and gives: its shape rule as the compiler checks it.
///
/// ```
/// use shapewise::layers::Sizes;
/// assert_eq!(Sizes::Same.outputs(8), 8);
/// assert_eq!(Sizes::Of { inputs: 8, outputs: 3 }.outputs(8), 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// Any number, and as many as it takes.
    Same,
    /// These.
    Of {
        /// Values in.
        inputs: usize,
        /// Values out.
        outputs: usize,
    },
}

impl Sizes {
    /// Values in, where it is given so many.
    pub const fn inputs(self, given: usize) -> usize {
        match self {
            Self::Same => given,
            Self::Of { inputs, .. } => inputs,
        }
    }

    /// Values out, where it is given so many.
    pub const fn outputs(self, given: usize) -> usize {
        match self {
            Self::Same => given,
            Self::Of { outputs, .. } => outputs,
        }
    }
}
