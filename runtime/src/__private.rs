//! What generated code calls. Not for people: no promise is made about anything here.

pub use nalgebra::{Const, Dim, Matrix, SMatrix, SVector};
use nalgebra::{IsContiguous, RawStorage, RawStorageMut};

pub use crate::arena::{Arena, Pass, Ports, Slot};
pub use crate::error::Result;
#[cfg(feature = "alloc")]
pub use crate::fold::{Fold, fold};
pub use crate::init::Initialiser;
pub use crate::isa::{Isa, Task, dispatch};
pub use crate::kernels::block::{Block, Field};
pub use crate::layers::{Activation, BatchWide, CustomLayer, Function, Layer};
pub use crate::network::{LayerInfo, Network, StepInfo, TensorInfo};
pub use crate::random::Random;
pub use crate::real::Real;
#[cfg(feature = "alloc")]
pub use crate::train::Inference;
#[cfg(feature = "alloc")]
pub use alloc::boxed::Box;
pub use core::assert;
pub use core::marker::Copy;
pub use core::mem::offset_of;
pub use core::ops::Fn;
pub use core::option::Option;
pub use core::unreachable;

pub use crate::agree::{same, size, size_or_none, within};
pub use crate::init;
pub use crate::layers;
pub use crate::layers::activation;
pub use crate::own::*;
pub use crate::real::Exact;
pub use crate::{in_editor, words};

/// Matrices whose columns lie one behind the other.
pub trait Columns<T, const ROWS: usize, C: Dim>: RawStorage<T, Const<ROWS>, C> + IsContiguous {}
impl<T, const ROWS: usize, C: Dim, S: RawStorage<T, Const<ROWS>, C> + IsContiguous> Columns<T, ROWS, C> for S {}

/// Matrices that can be written, whose columns lie one behind the other.
pub trait ColumnsMut<T, const ROWS: usize, C: Dim>: RawStorageMut<T, Const<ROWS>, C> + IsContiguous {}
impl<T, const ROWS: usize, C: Dim, S: RawStorageMut<T, Const<ROWS>, C> + IsContiguous> ColumnsMut<T, ROWS, C> for S {}

/// 0 of a scalar.
#[inline(always)]
pub fn zero<T: Real>() -> T {
    T::zero()
}

/// The largest of some sizes, 0 of none.
pub const fn largest(sizes: &[usize]) -> usize {
    let (mut largest, mut i) = (0, 0);
    while i < sizes.len() {
        if sizes[i] > largest {
            largest = sizes[i];
        }
        i += 1;
    }
    largest
}

/// Values that a layer's tensors hold. Files save tensors: a parameter that none of them names would be lost.
pub const fn named_values<T: Real, L: Layer<T>>() -> usize {
    let (mut values, mut i) = (0, 0);
    while i < L::TENSORS.len() {
        values += L::TENSORS[i].len();
        i += 1;
    }
    values
}

/// A probability whose range is asserted elsewhere: what is out of it shall not be complained about twice.
pub const fn share(p: f64) -> f64 {
    if p >= 0.0 && p < 1.0 { p } else { 0.0 }
}

/// The hyper-parameters of a layer that a declaration gives none.
#[inline(always)]
pub fn by_default<C: Default>() -> C {
    C::default()
}

/// An expression of the user's: where it is none, the error is there and nowhere else.
#[macro_export]
#[doc(hidden)]
macro_rules! expression {
    ($expression:expr) => {
        $expression
    };
}
pub use crate::expression;

/// What a network is made of where it is a layer of another.
pub trait Part {
    /// Its parameters, by layer.
    type Parameters;
    /// Its running statistics, by layer.
    type Buffers;
}

/// Gradients of a network whose declaration is at fault.
#[derive(Debug)]
pub struct Stub<T>(core::marker::PhantomData<T>);

impl<T: 'static> Block<T> for Stub<T> {
    const FIELDS: &'static [Field<T>] = &[];
    const LEN: usize = 0;
}

/// `impl Network` for a declaration that is at fault, so that its uses are no faults too.
#[macro_export]
#[doc(hidden)]
macro_rules! stub_network {
    ([$($generics:tt)*] $network:ty, $scalar:ty) => {
        impl $($generics)* $crate::__private::Network for $network {
            type Scalar = $scalar;
            type Gradients = $crate::__private::Stub<$scalar>;
            const NAME: &'static str = "";
            const INPUT: &'static [usize] = &[];
            const OUTPUT: &'static [usize] = &[];
            const INPUTS: usize = 1;
            const OUTPUTS: usize = 1;
            const PARAMETERS: usize = 0;
            const FLOPS: usize = 0;
            const SUMMARY: &'static str = "";
            const LAYERS: &'static [$crate::__private::LayerInfo] = &[];
            const TRAIN_FEATURES: usize = 0;
            const ON_DEMAND_FEATURES: usize = 0;
            const INFER_FEATURES: usize = 0;
            const SCRATCH_FEATURES: usize = 0;
            const TRAIN_OUTPUT: $crate::__private::Slot = $crate::__private::Slot::NONE;
            const TRAIN_INPUT_GRADIENT: $crate::__private::Slot = $crate::__private::Slot::NONE;
            const TRAIN_OUTPUT_GRADIENT: $crate::__private::Slot = $crate::__private::Slot::NONE;
            const INFER_OUTPUT: $crate::__private::Slot = $crate::__private::Slot::NONE;
            fn initialise(&mut self, _: u64) {}
            fn infer_one(&self, _: &[$scalar], _: &mut [$scalar]) {}
            fn infer(&self, _: &mut $crate::__private::Pass<'_, $scalar>) {}
            fn forward(&self, _: usize, _: &mut $crate::__private::Pass<'_, $scalar>) {}
            fn backward(&self, _: usize, _: &mut $crate::__private::Pass<'_, $scalar>) {}
            fn gradients(
                &self,
                _: $crate::__private::Arena<'_, $scalar>,
                _: &[$scalar],
                _: &mut Self::Gradients,
                _: bool,
            ) {
            }
        }
    };
}
pub use crate::stub_network;

/// What a network does with one sample: straight-line code where the layers are small.
pub trait OneSample<T> {
    /// Inlined into a region compiled for `I`.
    fn one_sample<I: Isa>(&self, x: &[T], y: &mut [T]);
}

/// Outputs that are worth a copy: the compiler keeps them in registers where it sees that nobody else has them. To copy more
/// takes as long as an activation.
const FEW: usize = 256;

/// Inference for one sample. The instruction set is chosen once, and the arguments and the result of what is called for
/// it are all known by their addresses alone.
#[inline]
pub fn one_sample<N: OneSample<T>, T: Real, const IN: usize, const OUT: usize>(
    network: &N,
    x: &[T],
) -> SVector<T, OUT> {
    struct Sample<'a, N, T, const IN: usize, const OUT: usize>(&'a N, &'a [T; IN]);
    impl<N: OneSample<T>, T: Real, const IN: usize, const OUT: usize> Task for Sample<'_, N, T, IN, OUT> {
        type Output = SVector<T, OUT>;
        #[inline(always)]
        fn run<I: Isa>(self) -> SVector<T, OUT> {
            let mut y = [T::zero(); OUT];
            self.0.one_sample::<I>(self.1, &mut y);
            y.into()
        }
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        #[inline(always)]
        fn run_on<I: Isa>(self) -> SVector<T, OUT> {
            self.run::<I>()
        }
    }
    if const { OUT <= FEW } {
        dispatch(Sample::<N, T, IN, OUT>(network, inputs(x)))
    } else {
        let mut y = SVector::<T, OUT>::repeat(T::zero());
        one_sample_into::<N, T, IN, OUT>(network, x, y.as_mut_slice());
        y
    }
}

/// [`one_sample`] into memory of the caller's.
#[inline]
pub fn one_sample_into<N: OneSample<T>, T: Real, const IN: usize, const OUT: usize>(network: &N, x: &[T], y: &mut [T]) {
    struct Sample<'a, N, T, const IN: usize, const OUT: usize>(&'a N, &'a [T; IN], &'a mut [T; OUT]);
    impl<N: OneSample<T>, T: Real, const IN: usize, const OUT: usize> Task for Sample<'_, N, T, IN, OUT> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            self.0.one_sample::<I>(self.1, self.2);
        }
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        #[inline(always)]
        fn run_on<I: Isa>(self) {
            self.run::<I>();
        }
    }
    if const { OUT <= FEW } {
        y.copy_from_slice(one_sample::<N, T, IN, OUT>(network, x).as_slice());
    } else {
        let y = y.try_into().expect("there is room for as many values as the network has outputs");
        dispatch(Sample::<N, T, IN, OUT>(network, inputs(x), y));
    }
}

fn inputs<T, const IN: usize>(x: &[T]) -> &[T; IN] {
    x.try_into().expect("a sample has as many values as the network has inputs")
}

/// The way of one sample through the layers, in a region compiled for `I`.
#[derive(Clone, Copy, Debug)]
pub struct One<I>(core::marker::PhantomData<I>);

impl<I: Isa> One<I> {
    #[allow(clippy::new_without_default, reason = "only generated code makes one")]
    #[inline(always)]
    pub const fn new() -> Self {
        Self(core::marker::PhantomData)
    }

    /// Runs a layer as it is used in inference.
    #[inline(always)]
    pub fn infer<T: Real, L: Layer<T>>(self, layer: &L, buffers: &L::Buffers, config: L::Config, x: &[T], y: &mut [T]) {
        layer.infer_one::<I>(buffers, config, x, y);
    }

    /// Brings branches together by adding them.
    #[inline(always)]
    pub fn add<T: Real>(self, branches: &[&[T]], y: &mut [T]) {
        let (first, rest) = branches.split_first().expect("a join has branches");
        y.copy_from_slice(first);
        for branch in rest {
            for (y, x) in y.iter_mut().zip(*branch) {
                *y += *x;
            }
        }
    }

    /// Brings branches together one behind the other.
    #[inline(always)]
    pub fn concat<T: Real>(self, branches: &[&[T]], y: &mut [T]) {
        let mut rest = y;
        for branch in branches {
            let (part, behind) = rest.split_at_mut(branch.len());
            part.copy_from_slice(branch);
            rest = behind;
        }
    }
}

/// Items that need the heap: the macro cannot know whether the runtime has it.
#[cfg(feature = "alloc")]
#[macro_export]
#[doc(hidden)]
macro_rules! with_alloc {
    ($($item:tt)*) => { $($item)* };
}

/// Items that need the heap: the macro cannot know whether the runtime has it.
#[cfg(not(feature = "alloc"))]
#[macro_export]
#[doc(hidden)]
macro_rules! with_alloc {
    ($($item:tt)*) => {};
}
pub use crate::with_alloc;
