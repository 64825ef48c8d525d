//! Layers of users: what a declaration makes of them, from constants that only the compiler knows.
#![forbid(unsafe_code)]

use shapewise::files::{load, save};
use shapewise::prelude::*;
use shapewise::{Block, Parameters};
use shapewise_tests::custom::{Gain, Radial};
use shapewise_tests::scratch::Folder;

network! {
    #[derive(Clone, Debug)]
    struct Net: [3] -> [2] {
        radial: layer(Radial<f32, 3, 5>, init = constant(0.5)) -> [5], gain: layer(Gain), activation(|x| x * x, slope = |x| x + x),
        out: dense(2),
    }
}

#[test]
fn a_layer_is_counted_and_begins_as_declared() {
    let net = Net::boxed(1);
    assert_eq!(<Net as Network>::PARAMETERS, (15 + 5) + (10 + 2));
    assert_eq!(<Net as Network>::FLOPS, 5 * 12 + 5 + 22);
    assert_eq!(<Net as Network>::SCRATCH_FEATURES, 1);
    assert!(<Net as Network>::SUMMARY.contains("Radial<f32, 3, 5>::PARAMETERS + "), "{}", <Net as Network>::SUMMARY);
    assert!(net.radial.centres.iter().all(|c| (c - 0.5).abs() < f32::EPSILON));
    assert_eq!(net.gain, Gain);
    assert_eq!(net.values().len(), 32);
}

#[test]
fn one_sample_is_as_many() {
    let net = Net::boxed(3);
    let inputs = nalgebra::SMatrix::<f32, 3, 20>::from_fn(|i, j| (i as f32 - 0.1 * j as f32).sin());
    let mut outputs = nalgebra::SMatrix::<f32, 2, 20>::zeros();
    net.forward_batch(&inputs, &mut outputs, &mut Inference::new()).expect("as many columns");
    for (x, y) in inputs.column_iter().zip(outputs.column_iter()) {
        assert!((net.forward(&x.into_owned()) - y).amax() < 1e-5);
    }
}

#[test]
fn a_saved_layer_comes_back() {
    let folder = Folder::new("custom");
    let path = folder.path("net.safetensors");
    let mut net = Net::boxed(1);
    net.radial.centres[(2, 4)] = 7.0;
    save(&*net, &path).expect("a writable folder");
    let content = std::fs::read(&path).expect("the file");
    let file = safetensors::SafeTensors::deserialize(&content).expect("a sound file");
    assert_eq!(file.tensor("radial.centres").expect("it is there").shape(), [3, 5]);
    let mut loaded = Net::boxed(2);
    load(&mut *loaded, &path).expect("the same network");
    assert_eq!(loaded.values(), net.values());
}

/// Every form that fields may have.
#[derive(Clone, Debug, Parameters)]
#[repr(C)]
struct Forms<T, const N: usize> {
    array: [T; 2],
    layer: Radial<T, N, 2>,
    scalar: T,
}

/// By position.
#[derive(Parameters)]
#[repr(C)]
struct Pair(f64, [f64; 2]);

/// What its layers are made of, the second field tells.
#[derive(Parameters)]
#[repr(C)]
struct Outer(Pair, f64);

macro_rules! of_a_users_macro {
    ($name:ident, $scalar:ty, $array:ty) => {
        #[derive(Parameters)]
        #[repr(C)]
        struct $name($scalar, $array, [$scalar; 1], f64);
    };
}
of_a_users_macro!(Expanded, f64, [f64; 2]);

#[test]
fn parameters_are_one_slice() {
    let mut forms = Forms::<f64, 3>::zeroed();
    forms.layer.narrowness[1] = 2.0;
    forms.scalar = 3.0;
    assert_eq!(forms.values(), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 3.0]);
    let mut pair = Pair(1.0, [2.0, 3.0]);
    pair.values_mut()[2] = 4.0;
    assert_eq!((pair.0, pair.1), (1.0, [2.0, 4.0]));
    assert_eq!(Outer(pair, 5.0).values(), [1.0, 2.0, 4.0, 5.0]);
    assert_eq!(Expanded(1.0, [2.0, 3.0], [4.0], 5.0).values(), [1.0, 2.0, 3.0, 4.0, 5.0]);
}
