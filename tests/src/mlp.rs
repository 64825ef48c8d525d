//! A network written out by hand as `network!` generates it: two dense layers with tanh between.

use std::mem::offset_of;

use shapewise::__private::{Block, Field, Isa, Layer, Task, dispatch};
use shapewise::init::{HeNormal, Initialiser};
use shapewise::layers::Dense;
use shapewise::layers::activation::{Activation, Identity, Tanh};
use shapewise::random::Random;
use shapewise::{Arena, LayerInfo, Network, Pass, Ports, Real, Slot};

/// `IN` inputs, `HIDDEN` tanh units, `OUT` outputs.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Mlp<T, const IN: usize, const HIDDEN: usize, const OUT: usize> {
    /// The first layer.
    pub hidden: Dense<T, IN, HIDDEN>,
    /// The second layer.
    pub out: Dense<T, HIDDEN, OUT>,
}

const TANH: Activation = Activation::Tanh(Tanh);
const LINEAR: Activation = Activation::Identity(Identity);

impl<T: Real, const IN: usize, const HIDDEN: usize, const OUT: usize> Mlp<T, IN, HIDDEN, OUT> {
    // The training arena: x, h, y, dy, dh.
    const X: Slot = Slot::new(0, IN);
    const H: Slot = Slot::new(IN, HIDDEN);
    const Y: Slot = Slot::new(IN + HIDDEN, OUT);
    const DY: Slot = Slot::new(IN + HIDDEN + OUT, OUT);
    const DH: Slot = Slot::new(IN + HIDDEN + 2 * OUT, HIDDEN);

    /// A network on the heap, initialised from a seed.
    pub fn boxed(seed: u64) -> Box<Self> {
        let mut network = Self::zeroed();
        network.initialise(seed);
        network
    }
}

impl<T: Real, const IN: usize, const HIDDEN: usize, const OUT: usize> Block<T> for Mlp<T, IN, HIDDEN, OUT> {
    const FIELDS: &'static [Field<T>] = &[
        Field::new::<Dense<T, IN, HIDDEN>>(offset_of!(Self, hidden)),
        Field::new::<Dense<T, HIDDEN, OUT>>(offset_of!(Self, out)),
    ];
    const LEN: usize = Self::PARAMETERS;
}

impl<T: Real, const IN: usize, const HIDDEN: usize, const OUT: usize> Network for Mlp<T, IN, HIDDEN, OUT> {
    type Scalar = T;
    type Gradients = Self;

    const NAME: &'static str = "Mlp";
    const INPUT: &'static [usize] = &[IN];
    const OUTPUT: &'static [usize] = &[OUT];
    const INPUTS: usize = IN;
    const OUTPUTS: usize = OUT;
    const PARAMETERS: usize = (IN + 1) * HIDDEN + (HIDDEN + 1) * OUT;
    const FLOPS: usize = 2 * (IN * HIDDEN + HIDDEN * OUT);
    const SUMMARY: &'static str = "";
    const LAYERS: &'static [LayerInfo] = &[
        LayerInfo { name: "hidden", offset: 0, tensors: <Dense<T, IN, HIDDEN> as Layer<T>>::TENSORS },
        LayerInfo { name: "out", offset: (IN + 1) * HIDDEN, tensors: <Dense<T, HIDDEN, OUT> as Layer<T>>::TENSORS },
    ];

    const TRAIN_FEATURES: usize = IN + 2 * HIDDEN + 2 * OUT;
    const INFER_FEATURES: usize = IN + HIDDEN + OUT;
    const SCRATCH_FEATURES: usize = 0;
    const TRAIN_OUTPUT: Slot = Self::Y;
    const ON_DEMAND_FEATURES: usize = 0;
    const TRAIN_INPUT_GRADIENT: Slot = Slot::NONE;
    const TRAIN_OUTPUT_GRADIENT: Slot = Self::DY;
    const INFER_OUTPUT: Slot = Self::Y;

    fn initialise(&mut self, seed: u64) {
        let scheme = Initialiser::HeNormal(HeNormal);
        self.hidden.initialise(scheme, &mut Random::stream(seed, 0));
        self.out.initialise(scheme, &mut Random::stream(seed, 1));
    }

    fn infer_one(&self, x: &[T], y: &mut [T]) {
        struct One<'a, T, const IN: usize, const HIDDEN: usize, const OUT: usize> {
            network: &'a Mlp<T, IN, HIDDEN, OUT>,
            x: &'a [T],
            y: &'a mut [T],
        }
        impl<T: Real, const IN: usize, const HIDDEN: usize, const OUT: usize> Task for One<'_, T, IN, HIDDEN, OUT> {
            type Output = ();
            #[inline(always)]
            fn run<I: Isa>(self) {
                let mut h = [T::zero(); HIDDEN];
                self.network.hidden.infer_one::<I>(&(), TANH, self.x, &mut h);
                self.network.out.infer_one::<I>(&(), LINEAR, &h, self.y);
            }
        }
        dispatch(One { network: self, x, y });
    }

    fn infer(&self, pass: &mut Pass<'_, T>) {
        pass.infer_samples(&self.hidden, &(), TANH, Self::X, Self::H);
        pass.infer(&self.out, &(), LINEAR, Self::H, Self::Y);
    }

    fn forward(&self, _: usize, pass: &mut Pass<'_, T>) {
        pass.forward_samples(&self.hidden, TANH, Self::X, Self::H);
        pass.forward(&self.out, LINEAR, Self::H, Self::Y);
    }

    fn backward(&self, _: usize, pass: &mut Pass<'_, T>) {
        pass.backward(&self.out, LINEAR, Ports { x: Slot::NONE, y: Self::Y, dy: Self::DY, dx: Self::DH });
        pass.backward(&self.hidden, TANH, Ports { x: Slot::NONE, y: Self::H, dy: Self::DH, dx: Slot::NONE });
    }

    fn gradients(&self, arena: Arena<'_, T>, shared: &[T], gradients: &mut Self, accumulate: bool) {
        let (hidden, out) = (&mut gradients.hidden, &mut gradients.out);
        arena.gradient_samples(&self.hidden, TANH, [Self::X, Self::DH], hidden, accumulate);
        self.out.gradient(LINEAR, arena.edge(Self::H), arena.edge(Self::DY), shared, out, accumulate);
    }
}
