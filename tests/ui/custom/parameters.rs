use shapewise::Parameters;
use shapewise::nalgebra::{DVector, SVector};

#[derive(Parameters)]
enum Choice {}

#[derive(Parameters)]
struct NoOrder {
    weight: SVector<f32, 4>,
}

#[derive(Parameters)]
#[repr(C, align(64))]
struct Padded {
    weight: SVector<f32, 4>,
}

#[derive(Parameters)]
#[repr(C)]
struct TwoScalars<T, U> {
    first: SVector<T, 4>,
    second: SVector<U, 4>,
}

#[derive(Parameters)]
#[repr(C)]
struct Borrowed<'a> {
    weight: &'a [f32],
}

#[derive(Parameters)]
#[repr(C)]
#[shapewise(krate = other)]
struct Attribute {
    weight: SVector<f32, 4>,
}

#[derive(Parameters)]
#[repr(C)]
struct OnTheHeap {
    bias: SVector<f32, 4>,
    weight: DVector<f32>,
    name: String,
}

#[derive(Parameters)]
#[repr(C)]
struct Mixed {
    first: SVector<f32, 4>,
    second: SVector<f64, 4>,
}

#[derive(Parameters)]
#[repr(C)]
struct OfLayers {
    first: NoScalar,
    second: NoScalar,
}

#[derive(Parameters)]
struct NoScalar;

fn main() {}
