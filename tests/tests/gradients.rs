//! Every layer, activation and loss: gradients against exact derivatives and against differences.

use shapewise::loss::{
    BinaryCrossEntropy, BinaryHinge, CrossEntropy, Hinge, Huber, Mae, Mse, MultiTask, SoftCrossEntropy,
};
use shapewise::random::Random;
use shapewise_tests::exact::{Dual, assert_exact, assert_exact_along, assert_near_differences};
use shapewise_tests::{for_each_network, zoo};

macro_rules! every_network {
    ($($network:ident)*) => {
        /// One sample, a full block, a chunk with a short block, and two spans.
        #[test]
        fn every_network_has_exact_gradients() {
            for (samples, seed) in [(1, 1), (16, 2), (19, 3), (40, 4)] {
                $(assert_exact::<zoo::$network<f64>, zoo::$network<Dual>, _>(CrossEntropy::new(), samples, seed);)*
            }
        }

        #[test]
        fn every_network_agrees_with_differences() {
            for seed in 10..13 {
                $(assert_near_differences::<zoo::$network<f64>, zoo::$network<Dual>, _>(Mse, seed);)*
            }
        }

        const NETWORKS: &[fn(usize, u64)] =
            &[$(|samples, seed| {
                assert_exact_along::<zoo::$network<f64>, zoo::$network<Dual>, _>(CrossEntropy::new(), samples, seed);
            }),*];
    };
}
for_each_network!(every_network);

#[test]
fn every_loss_has_exact_gradients() {
    macro_rules! check {
        ($($loss:expr),* $(,)?) => {
            $(for (samples, seed) in [(1, 1), (19, 2), (40, 3)] {
                assert_exact::<zoo::Deep<f64>, zoo::Deep<Dual>, _>($loss, samples, seed);
                assert_exact::<zoo::Everything<f64>, zoo::Everything<Dual>, _>($loss, samples, seed);
            })*
        };
    }
    check!(
        Mse,
        Mae,
        Huber { delta: 0.7 },
        BinaryCrossEntropy,
        BinaryHinge,
        CrossEntropy::new(),
        CrossEntropy::new().label_smoothing(0.1),
        SoftCrossEntropy,
        Hinge,
    );
    let weights = [0.2, 1.0, 3.0];
    let weighted = CrossEntropy::new().weights(weights);
    assert_exact::<zoo::Everything<f64>, zoo::Everything<Dual>, _>(weighted, 19, 1);
}

#[test]
fn several_heads_have_exact_gradients() {
    type Heads = zoo::Heads<f64>;
    let loss = || MultiTask::new(Heads::HEADS, (CrossEntropy::new(), Mse, BinaryHinge)).weights([1.0, 0.5, 2.0]);
    for (samples, seed) in [(1, 1), (19, 2), (40, 3)] {
        assert_exact::<Heads, zoo::Heads<Dual>, _>(loss(), samples, seed);
    }
}

/// Topologies with a free width, at several widths.
const WIDTHS: &[fn(usize, u64)] = {
    macro_rules! at {
        ($($network:ident $loss:ident [$($width:literal)*];)*) => {
            &[$($(|samples, seed| {
                let loss = $loss::default();
                assert_exact_along::<zoo::$network<f64, $width>, zoo::$network<Dual, $width>, _>(loss, samples, seed);
            }),*),*]
        };
    }
    at! {
        Wide CrossEntropy [1 2 7 15 16 17 33];
        Tower Mse [1 3 8 16 18 24];
        Normed Huber [1 2 5 16 20];
        Sloped BinaryCrossEntropy [1 4 9 16 32];
        CustomWide Mse [1 4 17];
    }
};

fn random_networks(count: u64) {
    for case in 0..count {
        let mut random = Random::stream(case, 99);
        let most = if random.below(8) == 0 { 300 } else { 40 };
        let samples = 1 + random.below(most);
        let pool = NETWORKS.len() + WIDTHS.len();
        let chosen = random.below(pool);
        NETWORKS.iter().chain(WIDTHS).nth(chosen).expect("in the pool")(samples, case);
    }
}

#[test]
fn a_thousand_random_networks() {
    random_networks(1_000);
}

#[test]
#[ignore = "ten times the default; run it in release"]
fn ten_thousand_random_networks() {
    random_networks(10_000);
}

/// A loss that is registered has a row above.
#[test]
fn no_loss_is_left_out() {
    let source = include_str!("gradients.rs");
    for name in shapewise::loss::NAMES {
        let camel: String = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert!(source.contains(&format!("        {camel}")), "{name} has no row");
    }
}

/// An activation that is registered has a network in the zoo.
#[test]
fn no_activation_is_left_out() {
    let source = include_str!("../src/zoo.rs");
    for name in shapewise::layers::Activation::NAMES {
        assert!(source.contains(&format!(" {name},")) || source.contains(&format!(" {name}(")), "{name} has no row");
    }
}
