//! Networks in networks, shared weights and several heads: names, files, copies.

use std::fs;

use safetensors::SafeTensors;
use shapewise::Block;
use shapewise::files::{load, save};
use shapewise::nalgebra::SVector;
use shapewise::prelude::*;
use shapewise_tests::scratch::Folder;

/// Declared elsewhere, and named by a path.
pub mod models {
    use shapewise::prelude::*;

    network! {
        #[shapewise(allow(bias_before_batch_norm))]
        pub struct Encoder: [6] -> [4] { fc: dense(5), norm: batch_norm, relu, dense(4) }
    }
}

network! { pub struct Classifier: [6] -> [3] { encoder: models::Encoder, relu, out: dense(3) } }
network! { pub struct Autoencoder: [6] -> [6] { encoder: dense(4), tanh, decoder: dense(6, tied = encoder) } }

/// The names of the tensors in a file, with their shapes.
fn tensors(path: &std::path::Path) -> Vec<(String, Vec<usize>)> {
    let content = fs::read(path).expect("a file");
    let file = SafeTensors::deserialize(&content).expect("tensors");
    let mut all: Vec<_> = file.iter().map(|(name, view)| (name.to_owned(), view.shape().to_vec())).collect();
    all.sort();
    all
}

#[test]
fn the_names_of_a_nested_network_nest_in_files() {
    let folder = Folder::new("nested");
    let path = folder.path("classifier.safetensors");
    let mut network = Classifier::boxed(1);
    network.buffers.encoder.norm.running_mean[2] = 0.5;
    save(&*network, &path).expect("saved");
    let expected = [
        ("encoder.dense1.bias", vec![4]),
        ("encoder.dense1.weight", vec![4, 5]),
        ("encoder.fc.bias", vec![5]),
        ("encoder.fc.weight", vec![5, 6]),
        ("encoder.norm.bias", vec![5]),
        ("encoder.norm.num_batches_tracked", vec![]),
        ("encoder.norm.running_mean", vec![5]),
        ("encoder.norm.running_var", vec![5]),
        ("encoder.norm.weight", vec![5]),
        ("out.bias", vec![3]),
        ("out.weight", vec![3, 4]),
    ];
    assert_eq!(tensors(&path), expected.map(|(name, shape)| (name.to_owned(), shape)));
    let mut again = Classifier::boxed(2);
    load(&mut *again, &path).expect("loaded");
    let x = SVector::<f32, 6>::from_fn(|i, _| i as f32 - 2.0);
    assert_eq!(again.forward(&x), network.forward(&x));
    assert_eq!(again.buffers.encoder.norm.running_mean, network.buffers.encoder.norm.running_mean);
}

#[test]
fn parts_are_copied_with_their_running_statistics() {
    let mut classifier = Classifier::boxed(1);
    classifier.buffers.encoder.norm.running_mean[2] = 0.5;
    let mut encoder = models::Encoder::boxed(2);
    classifier.copy_part_to("encoder", &mut *encoder).expect("a part");
    assert_eq!(encoder.fc.weight, classifier.encoder.fc.weight);
    assert_eq!(encoder.buffers.norm.running_mean, classifier.buffers.encoder.norm.running_mean);
    let mut other = Classifier::boxed(3);
    other.copy_part_from("encoder", &*encoder).expect("a part");
    assert_eq!(other.encoder.dense1.bias, classifier.encoder.dense1.bias);
    assert_eq!(other.buffers.encoder.norm.running_mean, classifier.buffers.encoder.norm.running_mean);
    assert_ne!(other.out.weight, classifier.out.weight);
}

#[test]
fn what_is_no_such_part_is_named_and_nothing_is_copied() {
    network! { #[shapewise(allow(bias_before_batch_norm, stacked_linear))] struct Longer: [6] -> [4] { fc: dense(5), norm: batch_norm, relu, dense(4), more: dense(4) } }
    network! { #[shapewise(allow(bias_before_batch_norm))] struct Shorter: [6] -> [5] { fc: dense(5), norm: batch_norm, relu } }
    network! { #[shapewise(allow(bias_before_batch_norm))] struct Wider: [6] -> [4] { fc: dense(7), norm: batch_norm, relu, dense(4) } }
    network! { struct Still: [6] -> [6] { tanh } }
    network! { struct Otherwise: [6] -> [4] { fc: dense(5), relu, dense(4) } }

    fn message<P: Network<Scalar = f32>>(part: &str, other: &mut P) -> String {
        let (mut classifier, own) = (Classifier::boxed(1), other.values().to_vec());
        let before = classifier.values().to_vec();
        let error = classifier.copy_part_to(part, other).expect_err("no such part").to_string();
        assert_eq!(other.values(), own);
        assert_eq!(classifier.copy_part_from(part, other).expect_err("no such part").to_string(), error);
        assert_eq!(classifier.values(), before);
        error
    }
    assert_eq!(message("encoder", &mut *Longer::boxed(1)), "layer `more`: the part has no such layer");
    assert_eq!(
        message("encoder", &mut *Shorter::boxed(1)),
        "layer `encoder.dense1`: the other network has no such layer"
    );
    assert_eq!(message("encoder", &mut *Wider::boxed(1)), "layer `fc`: the part has other shapes");
    assert_eq!(
        message("encoder", &mut *Otherwise::boxed(1)),
        "layer `dense1`: the part has another layer in its place"
    );
    for part in ["out", "encoder.fc"] {
        let error = message(part, &mut *models::Encoder::boxed(1));
        assert_eq!(error, format!("layer `{part}`: a layer of its own, not a network"));
    }
    for part in ["encodr", "enc", "decoder", ""] {
        let unknown = format!("`Classifier` has no layer `{part}` with parameters; the nearest names are `encoder`");
        assert_eq!(message(part, &mut *models::Encoder::boxed(1)), unknown);
        assert_eq!(message(part, &mut *Still::boxed(1)), unknown);
    }
    assert_eq!(message("encoder", &mut *Still::boxed(1)), "layer `encoder.fc`: the other network has no such layer");
    let error = Longer::boxed(1).copy_part_from("fc1", &*Still::boxed(1)).expect_err("no part at all").to_string();
    assert_eq!(error, "`Longer` has no layer `fc1` with parameters");
}

#[test]
fn tied_weights_are_saved_once() {
    let folder = Folder::new("tied");
    let path = folder.path("autoencoder.safetensors");
    let network = Autoencoder::boxed(1);
    save(&*network, &path).expect("saved");
    // As PyTorch has them: `F.linear(x, encoder.weight.T, decoder.bias)`.
    let expected = [("decoder.bias", vec![6]), ("encoder.bias", vec![4]), ("encoder.weight", vec![4, 6])];
    assert_eq!(tensors(&path), expected.map(|(name, shape)| (name.to_owned(), shape)));
    let mut again = Autoencoder::boxed(2);
    load(&mut *again, &path).expect("loaded");
    let x = SVector::<f32, 6>::from_fn(|i, _| i as f32 - 2.0);
    let code = (network.encoder.weight * x + network.encoder.bias).map(f32::tanh);
    let expected = network.encoder.weight.transpose() * code + network.decoder.bias;
    assert!((again.forward(&x) - expected).amax() < 1e-5);
}

#[test]
fn heads_are_the_outputs_one_behind_the_other() {
    network! {
        struct Reader: [6] -> { digit: [5], place: [2, 2], odd: [1] } {
            dense(8), tanh,
            heads { odd: [dense(1)], digit: [dense(3), relu, dense(5)], place: [dense(4), reshape([2, 2])] },
        }
    }
    let network = Reader::boxed(1);
    assert_eq!(Reader::HEADS, [5, 4, 1]);
    let x = SVector::<f32, 6>::from_fn(|i, _| i as f32 - 2.0);
    let mut flat = [0.0; 10];
    network.infer_one(x.as_slice(), &mut flat);
    let ReaderOutput { digit, place, odd } = network.forward(&x);
    assert_eq!([digit.as_slice(), place.as_slice(), odd.as_slice()].concat(), flat);
    // The head `odd` is a linear function of the shared layer, whatever the order of the branches.
    let shared = (network.dense1.weight * x + network.dense1.bias).map(f32::tanh);
    assert!((network.dense2.weight * shared + network.dense2.bias - odd).amax() < 1e-6);
}

#[test]
fn heads_behind_a_network_have_sizes_that_are_constants() {
    const CLASSES: usize = 5;
    network! {
        struct Reader: [6] -> { digit: [CLASSES], odd: [1] } {
            models::Encoder, relu, heads { digit: [dense(CLASSES)], odd: [dense(1)] },
        }
    }
    assert_eq!(Reader::boxed(1).forward(&SVector::zeros()).digit.len(), CLASSES);
}

#[test]
fn the_gradient_of_inputs_leaves_everything_else() {
    let (mut network, mut workspace) = (Classifier::boxed(1), Workspace::<Classifier>::new(4));
    let loss = CrossEntropy::new();
    let (inputs, labels) = ([0.5, -1.0, 2.0, 0.1, 0.0, 1.0, -0.5, 1.5, 1.0, 0.3, 0.2, -2.0], [0, 2]);
    workspace.step(&mut *network, &loss, &inputs, &labels, 1).expect("a step");
    let before = (workspace.gradients().values().to_vec(), network.values().to_vec(), network.buffers().to_vec());
    let mut gradient = [0.0; 12];
    let first = workspace.input_gradient(&*network, &loss, &inputs, &labels, 1, &mut gradient).expect("a gradient");
    assert!(first.is_finite() && gradient.iter().any(|slope| *slope != 0.0));
    let after = (workspace.gradients().values().to_vec(), network.values().to_vec(), network.buffers().to_vec());
    assert_eq!(after, before);

    let mut message = |inputs: &[f32], labels: &[u32], gradient: &mut [f32]| {
        let error = workspace.input_gradient(&*network, &loss, inputs, labels, 1, gradient).expect_err("a fault");
        (error.to_string(), gradient.iter().all(|slope| *slope == 0.0))
    };
    let text = |text: &str| (text.to_owned(), true);
    assert_eq!(message(&inputs, &labels, &mut [0.0; 11]), text("gradient: expected 12 values, found 11"));
    assert_eq!(
        message(&inputs[..11], &labels, &mut [0.0; 11]),
        text("inputs hold 11 values, which is no whole number of samples of 6 features")
    );
    assert_eq!(
        message(&inputs, &[0, 3], &mut [0.0; 12]),
        text("sample 1 has label 3, but the network has 3 classes (0 to 2)")
    );
    assert_eq!(message(&[], &[], &mut []), text("batch is empty"));
}
