//! Expansions as a person who runs `cargo expand` reads them, against committed files.
//!
//! `SHAPEWISE_BLESS=1 cargo test -p shapewise-macros golden` writes the files anew; read the difference.

use std::path::Path;

use crate::testing::pretty;

fn assert_golden(file: &str, source: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/golden").join(file);
    let expansion = pretty(source);
    if std::env::var_os("SHAPEWISE_BLESS").is_some() {
        std::fs::write(&path, &expansion).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("a golden file; SHAPEWISE_BLESS=1 writes it");
    let lines = golden.lines().zip(expansion.lines()).enumerate();
    if let Some((number, (golden, now))) = lines.into_iter().find(|(_, (golden, now))| golden != now) {
        panic!("{file}:{}: the expansion has changed\n  was {golden}\n  is  {now}", number + 1);
    }
    assert_eq!(golden.lines().count(), expansion.lines().count(), "{file}: the expansion has another length");
}

#[test]
fn a_perceptron() {
    assert_golden(
        "perceptron.rs",
        "/// Two bits in, two classes out.
        #[derive(Clone, Debug)]
        pub struct Xor: [2] -> [2] {
            hidden: dense(8), tanh,
            out: dense(2),
        }",
    );
}

#[test]
fn layers_with_phases_and_randomness() {
    assert_golden(
        "regularised.rs",
        "/// Normalised, and generic over its scalar and its width.
        pub(crate) struct Net<T, const HIDDEN: usize>: [1, 2, 2] -> [3] {
            flatten,
            fc1: dense(HIDDEN, bias = false), norm: batch_norm, relu, dropout(0.25),
            out: dense(3),
        }",
    );
}

#[test]
fn maps_of_sequences_and_images() {
    assert_golden(
        "maps.rs",
        "/// A sequence that becomes an image.
        struct Net: [2, 256] -> [1, 9, 12] {
            conv1d(2, kernel = 5, stride = 2, padding = 2), relu, max_pool1d(8),
            conv1d(4, kernel = 3, stride = 2, padding = 1), relu, max_pool1d(2),
            reshape([2, 2, 4]),
            up: conv_transpose2d(1, kernel = 2, stride = 2, bias = false), upsample(2, mode = bilinear),
            pad(top = 1), crop((0, 2)),
        }",
    );
}

#[test]
fn a_layer_and_an_activation_of_the_users() {
    assert_golden(
        "custom.rs",
        "/// What the macro knows nothing of.
        pub struct Own: [2] -> [3] {
            near: layer(basis::Radial<f32, 2, 8>, config = Width(2.0)) -> [8],
            activation(|x| x * x, slope = |x| 2.0 * x),
            out: dense(3),
        }",
    );
}
