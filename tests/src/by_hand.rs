//! A network as `network!` would write it, for what needs its tensors only.

use std::mem::offset_of;

use shapewise::__private::{Block, Field, Layer};
use shapewise::layers::Dense;
use shapewise::{Arena, LayerInfo, Network, Pass, Real, Role, Slot, TensorInfo};

/// 3 → 4 → 2 with a normalisation: `fc1` has a bias, `out` has none, `norm` has buffers.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Small<T> {
    /// With a bias.
    pub fc1: Dense<T, 3, 4>,
    /// Without.
    pub out: Dense<T, 4, 2, 0>,
    /// Stands in for a normalisation's scale and shift, which have the same memory.
    pub norm: Dense<T, 1, 2, 2>,
    /// Stands in for its running mean, running variance and counter.
    pub buffers: Dense<T, 1, 4, 1>,
}

impl<T: Real> Small<T> {
    /// Values 1/8, 2/8, ... in the order of memory, exact in any float; the counter is 8.
    pub fn counting() -> Box<Self> {
        let mut network = Self::zeroed();
        for (i, value) in network.values_mut().iter_mut().enumerate() {
            *value = T::from_f64((i + 1) as f64 / 8.0);
        }
        for (i, value) in network.buffers_mut().iter_mut().enumerate() {
            *value = T::from_f64((i + 4) as f64);
        }
        network
    }
}

impl<T: Real> Block<T> for Small<T> {
    const FIELDS: &'static [Field<T>] = &[
        Field::new::<Dense<T, 3, 4>>(offset_of!(Self, fc1)),
        Field::new::<Dense<T, 4, 2, 0>>(offset_of!(Self, out)),
        Field::new::<Dense<T, 1, 2, 2>>(offset_of!(Self, norm)),
        Field::new::<Dense<T, 1, 4, 1>>(offset_of!(Self, buffers)),
    ];
    const LEN: usize = 28;
}

const fn tensor(name: &'static str, shape: &'static [usize], role: Role) -> TensorInfo {
    TensorInfo { name, shape, role, first_fastest: false }
}

const NORM: &[TensorInfo] = &[
    tensor("weight", &[2], Role::Norm),
    tensor("bias", &[2], Role::Norm),
    tensor("running_mean", &[2], Role::Buffer),
    tensor("running_var", &[2], Role::Buffer),
    tensor("num_batches_tracked", &[], Role::Buffer),
];

const NEVER: &str = "files look at tensors, they run nothing";

impl<T: Real> Network for Small<T> {
    type Scalar = T;
    type Gradients = Self;

    const NAME: &'static str = "Small";
    const INPUT: &'static [usize] = &[3];
    const OUTPUT: &'static [usize] = &[2];
    const INPUTS: usize = 3;
    const OUTPUTS: usize = 2;
    const PARAMETERS: usize = 28;
    const FLOPS: usize = 0;
    const BYTES: usize = 0;
    const SUMMARY: &'static str = "";
    const LAYERS: &'static [LayerInfo] = &[
        LayerInfo { name: "fc1", offset: 0, tensors: <Dense<T, 3, 4> as Layer<T>>::TENSORS },
        LayerInfo { name: "out", offset: 16, tensors: <Dense<T, 4, 2, 0> as Layer<T>>::TENSORS },
        LayerInfo { name: "norm", offset: 24, tensors: NORM },
    ];
    const TRAIN_FEATURES: usize = 0;
    const INFER_FEATURES: usize = 0;
    const SCRATCH_FEATURES: usize = 0;
    const TRAIN_OUTPUT: Slot = Slot::NONE;
    const ON_DEMAND_FEATURES: usize = 0;
    const TRAIN_INPUT_GRADIENT: Slot = Slot::NONE;
    const TRAIN_OUTPUT_GRADIENT: Slot = Slot::NONE;
    const INFER_OUTPUT: Slot = Slot::NONE;

    fn initialise(&mut self, _: u64) {
        unreachable!("{NEVER}")
    }
    fn infer_one(&self, _: &[T], _: &mut [T]) {
        unreachable!("{NEVER}")
    }
    fn infer(&self, _: &mut Pass<'_, T>) {
        unreachable!("{NEVER}")
    }
    fn forward(&self, _: usize, _: &mut Pass<'_, T>) {
        unreachable!("{NEVER}")
    }
    fn backward(&self, _: usize, _: &mut Pass<'_, T>) {
        unreachable!("{NEVER}")
    }
    fn gradients(&self, _: Arena<'_, T>, _: &[T], _: &mut Self, _: bool) {
        unreachable!("{NEVER}")
    }
}
