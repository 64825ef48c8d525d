use shapewise::isa::Isa;
use shapewise::layers::{CustomLayer, Layer, Sizes};
use shapewise::nalgebra::SVector;
use shapewise::prelude::*;
use shapewise::{Backward, Lanes, Parameters, Place, Role, TensorInfo};

#[derive(Clone, Debug, Parameters)]
#[repr(C)]
struct Scale<const IN: usize, const OUT: usize> {
    weight: SVector<f32, OUT>,
}

impl<const IN: usize, const OUT: usize> CustomLayer<f32> for Scale<IN, OUT> {
    const SIZES: Sizes = Sizes::Of { inputs: IN, outputs: OUT };
}

impl<const IN: usize, const OUT: usize> Layer<f32> for Scale<IN, OUT> {
    type Config = ();
    type Buffers = ();
    const TENSORS: &'static [TensorInfo] = &[TensorInfo::new("weight", &[OUT], Role::Weight)];
    fn infer_one<I: Isa>(&self, (): &(), (): (), _: &[f32], _: &mut [f32]) {}
    fn infer(&self, (): &(), (): (), _: &[Lanes<f32>], _: &mut [Lanes<f32>], _: Place) {}
    fn forward(&self, (): (), _: &[Lanes<f32>], _: &mut [Lanes<f32>], _: &[f32], _: Place) {}
    fn backward(&self, (): (), _: Backward<'_, f32>) {}
}

network! {
    struct Generic<const N: usize>: [4] -> [2] { dense(N), scale: layer(Scale<8, N>), dense(2) }
}

fn main() {
    let _ = Generic::<8>::boxed(1);
    let _ = Generic::<9>::boxed(1);
}
