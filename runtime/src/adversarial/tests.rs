use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Adversary, Attack};
use crate::kernels::block::Block;
use crate::loss::{BinaryCrossEntropy, CrossEntropy};
use crate::network::Network;
use crate::optim::Adam;
use crate::random::Random;
use crate::train::Workspace;

crate::network! {
    struct Linear<T>: [3] -> [1] { out: dense(1) }
}

crate::network! {
    struct Net: [5] -> [3] {
        dense(16), tanh,
        dense(16), relu,
        dense(3),
    }
}

/// A batch of random points in 0..1 with labels.
fn batch() -> (Vec<f32>, Vec<u32>) {
    let mut random = Random::new(3);
    let inputs: Vec<f32> = (0..40 * 5).map(|_| random.uniform() as f32).collect();
    let labels = inputs.chunks(5).map(|x| u32::from(x[0] > x[1]) + u32::from(x[2] > 0.5)).collect();
    (inputs, labels)
}

fn trained() -> alloc::boxed::Box<Net> {
    let (inputs, labels) = batch();
    let mut net = Net::boxed(1);
    let mut training = net.training(CrossEntropy::new(), Adam::new(0.02));
    for _ in 0..100 {
        training.step(&inputs, &labels).expect("a step");
    }
    drop(training);
    net
}

fn loss_at(net: &Net, inputs: &[f32], labels: &[u32]) -> f32 {
    let mut gradient = inputs.to_vec();
    let mut workspace = Workspace::new(labels.len());
    workspace.input_gradient(net, &CrossEntropy::new(), inputs, labels, 0, &mut gradient).expect("a loss")
}

/// L = softplus(−t·z), t = ±1, z = w·x + b, so ∂L/∂x = −t·σ(−t·z)·w: the way up is −t·sign(w), wherever x lies.
#[test]
fn on_a_linear_model_fgsm_is_the_closed_form() {
    let mut net = Linear::<f64>::boxed(1);
    net.values_mut().copy_from_slice(&[0.5, -2.0, 0.0, 0.25]);
    let mut adversary = Adversary::new(Attack::fgsm(0.1)).expect("an attack");
    let inputs = [1.0, 1.0, 1.0, -0.5, 0.3, 2.0];
    let copies = adversary.perturb(&*net, &BinaryCrossEntropy, &inputs, &[1.0, 0.0], 0).expect("copies");
    assert_eq!(copies, [1.0 - 0.1, 1.0 + 0.1, 1.0, -0.5 + 0.1, 0.3 - 0.1, 2.0]);
    // The loss of the worst point in reach is softplus(−t·z + ε·‖w‖₁), which no other attack exceeds.
    let mut pgd = Adversary::new(Attack::pgd(0.1)).expect("an attack");
    let found = pgd.perturb(&*net, &BinaryCrossEntropy, &inputs, &[1.0, 0.0], 5).expect("copies");
    for place in [0, 1, 3, 4] {
        assert!((found[place] - copies[place]).abs() < 1e-12, "{found:?}");
    }
}

#[test]
fn attacks_stay_in_reach_and_raise_the_loss() {
    let (net, (inputs, labels)) = (trained(), batch());
    let before = loss_at(&net, &inputs, &labels);
    let mut losses = Vec::new();
    for attack in [Attack::fgsm(0.3), Attack::pgd(0.3), Attack::fgsm(0.3).range(0.0, 1.0)] {
        let mut adversary = Adversary::new(attack).expect("an attack");
        let copies = adversary.perturb(&*net, &CrossEntropy::new(), &inputs, &labels, 1).expect("copies");
        for (copy, input) in copies.iter().zip(&inputs) {
            assert!((copy - input).abs() <= 0.3 + f32::EPSILON, "{copy} {input}");
            assert!(attack.range.is_none() || (0.0..=1.0).contains(copy));
        }
        losses.push(loss_at(&net, copies, &labels));
    }
    assert!(losses.iter().all(|loss| *loss > 2.0 * before), "{before} {losses:?}");
    assert!(losses[1] > losses[0], "several steps find more than one: {losses:?}");
}

#[test]
fn the_seed_decides_all() {
    let (net, (inputs, labels)) = (trained(), batch());
    let mut adversary = Adversary::new(Attack { steps: 2, ..Attack::pgd(0.05) }).expect("an attack");
    let mut copies = |seed| {
        let copies = adversary.perturb(&*net, &CrossEntropy::new(), &inputs, &labels, seed).expect("copies");
        copies.to_vec()
    };
    let first = copies(1);
    assert_ne!(copies(2), first);
    assert_eq!(copies(1), first);
}

#[test]
fn no_reach_changes_nothing() {
    let (net, (inputs, labels)) = (trained(), batch());
    for attack in [Attack::fgsm(0.0), Attack::pgd(0.0)] {
        let mut adversary = Adversary::new(attack).expect("an attack");
        let copies = adversary.perturb(&*net, &CrossEntropy::new(), &inputs, &labels, 1).expect("copies");
        assert_eq!(copies, inputs);
    }
}

#[test]
fn faults_of_an_attack_are_named() {
    let message = |attack: Attack| match Adversary::<Net>::new(attack) {
        Ok(_) => panic!("{attack:?} has a fault"),
        Err(error) => error.to_string(),
    };
    for (attack, expected) in [
        (Attack::fgsm(-0.1), "epsilon is -0.1, but must be >= 0 and finite"),
        (Attack::pgd(f64::NAN), "epsilon is NaN, but must be >= 0 and finite"),
        (Attack { step_size: 0.0, ..Attack::pgd(0.1) }, "step_size is 0, but must be > 0 and finite"),
        (Attack { step_size: f64::INFINITY, ..Attack::pgd(0.1) }, "step_size is inf, but must be > 0 and finite"),
        (Attack { steps: 0, ..Attack::pgd(0.1) }, "steps is 0, but must be >= 1"),
        (
            Attack::fgsm(0.1).range(1.0, 1.0),
            "the upper end of the range is 1, but must be finite and above the lower end",
        ),
        (Attack::fgsm(0.1).range(f64::NAN, 1.0), "the lower end of the range is NaN, but must be finite"),
    ] {
        assert_eq!(message(attack), expected);
    }
}

#[test]
fn faults_of_a_batch_are_named() {
    let net = Net::boxed(1);
    let mut adversary = Adversary::new(Attack::fgsm(0.1).range(0.0, 1.0)).expect("an attack");
    let mut message = |inputs: &[f32], labels: &[u32]| {
        adversary.perturb(&*net, &CrossEntropy::new(), inputs, labels, 0).expect_err("a fault").to_string()
    };
    let bound = "but must be within the range of the attack";
    assert_eq!(message(&[0.0, 0.5, 1.5, 0.0, 0.0], &[0]), ["an input is 1.5, ", bound].concat());
    assert_eq!(message(&[0.0, f32::NAN, 0.5, 0.0, 0.0], &[0]), ["an input is NaN, ", bound].concat());
    assert_eq!(message(&[0.5; 5], &[7]), "sample 0 has label 7, but the network has 3 classes (0 to 2)");
    assert_eq!(message(&[0.5; 6], &[0]), "inputs hold 6 values, which is no whole number of samples of 5 features");
    assert!(message(&[], &[]).contains("is empty"));

    let mut free = Adversary::new(Attack::fgsm(0.1)).expect("an attack");
    let error = free.perturb(&*net, &CrossEntropy::new(), &[f32::NAN; 5], &[0], 0).expect_err("no number");
    assert_eq!(error.to_string(), "the loss of the attack's step 1 holds a value that is infinite or not a number");
}
