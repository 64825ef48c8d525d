//! A network that PyTorch has saved: it loads, computes the same, and is saved as it was.

use std::fs;
use std::path::Path;

use safetensors::SafeTensors;
use shapewise::files::{load, save};
use shapewise::prelude::*;
use shapewise_tests::fixtures::{assert_close, numbers};
use shapewise_tests::scratch::Folder;

network! {
    /// The module `Maps` of `make_fixtures.py`.
    #[shapewise(allow(bias_before_batch_norm))]
    struct Maps<T>: [4, 10] -> [2, 4, 7] {
        conv1: conv1d(6, kernel = 3, stride = 2, padding = 1, groups = 2), norm: batch_norm, tanh,
        reshape([6, 1, 5]),
        up: conv_transpose2d(4, kernel = (2, 3), stride = (2, 1), groups = 2), group: group_norm(2),
        upsample(2, mode = bilinear),
        conv2: conv2d(2, kernel = (2, 3), bias = false),
        max_pool2d(2, rounding = ceil), pad(top = 2, right = 1), image: layer_norm,
    }
}

fn fixture() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/saved.safetensors")
}

#[test]
fn a_saved_module_computes_the_same() {
    let mut network = Maps::<f64>::boxed(1);
    load(&mut *network, fixture()).unwrap();
    let file = shapewise_tests::fixtures::load("saved");
    let (x, y) = (numbers(&file["x"]), numbers(&file["y"]));
    let mut found = vec![0.0; y.len()];
    for (x, y) in x.chunks_exact(40).zip(found.chunks_exact_mut(56)) {
        y.copy_from_slice(network.forward(&nalgebra::SVector::from_column_slice(x)).as_slice());
    }
    assert_close("y", &found, &y, 1e-12);
}

#[test]
fn a_saved_module_is_saved_as_it_was() {
    let mut network = Maps::<f64>::boxed(1);
    load(&mut *network, fixture()).unwrap();
    let folder = Folder::new("parity-files");
    let path = folder.path("again.safetensors");
    save(&*network, &path).unwrap();
    let (theirs, ours) = (fs::read(fixture()).unwrap(), fs::read(path).unwrap());
    let (theirs, ours) = (SafeTensors::deserialize(&theirs).unwrap(), SafeTensors::deserialize(&ours).unwrap());
    let names = |file: &SafeTensors<'_>| {
        let mut names: Vec<String> = file.names().into_iter().map(String::from).collect();
        names.sort();
        names
    };
    assert_eq!(names(&ours), names(&theirs));
    for (name, tensor) in theirs.tensors() {
        let again = ours.tensor(&name).unwrap();
        assert_eq!((again.dtype(), again.shape()), (tensor.dtype(), tensor.shape()), "{name}");
        assert_eq!(again.data(), tensor.data(), "{name}");
    }
}
