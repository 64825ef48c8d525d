//! Gradients against exact derivatives: the network runs once more on dual numbers.
#![allow(clippy::missing_panics_doc, reason = "a test panics when it fails")]

use num_dual::Dual64;
use shapewise::__private::Block;
use shapewise::loss::{
    BinaryCrossEntropy, BinaryHinge, CrossEntropy, Hinge, Huber, Loss, Mae, Mse, MultiTask, SoftCrossEntropy,
};
use shapewise::prelude::*;
use shapewise::random::Random;

/// A dual number as the scalar of a network.
pub type Dual = shapewise::Exact<Dual64>;

/// A value with a derivative.
pub fn dual(value: f64, derivative: f64) -> Dual {
    shapewise::Exact(Dual64::new(value, derivative))
}

/// Targets of one batch, on both scalars.
pub type Targets<L> = (Vec<<L as Loss<f64>>::Target>, Vec<<L as Loss<Dual>>::Target>);

/// A loss on both scalars.
pub trait ExactLoss: Loss<f64> + Loss<Dual> + Sync {
    /// Random targets for `samples` samples, on both scalars.
    fn targets(&self, outputs: usize, samples: usize, random: &mut Random) -> Targets<Self>
    where
        Self: Sized;
}

macro_rules! of_classes {
    ($($loss:ty)*) => {
        $(impl ExactLoss for $loss {
            fn targets(&self, outputs: usize, samples: usize, random: &mut Random) -> (Vec<u32>, Vec<u32>) {
                let classes: Vec<u32> = (0..samples).map(|_| random.below(outputs) as u32).collect();
                (classes.clone(), classes)
            }
        })*
    };
}
of_classes!(CrossEntropy CrossEntropy<[f64; 3]> Hinge);

macro_rules! of_values {
    ($($loss:ty: |$random:ident, $outputs:ident| $sample:expr;)*) => {
        $(impl ExactLoss for $loss {
            fn targets(&self, $outputs: usize, samples: usize, $random: &mut Random) -> (Vec<f64>, Vec<Dual>) {
                let values: Vec<f64> = (0..samples).flat_map(|_| $sample).collect();
                let duals = values.iter().map(|value| dual(*value, 0.0)).collect();
                (values, duals)
            }
        })*
    };
}
of_values! {
    Mse: |random, outputs| normals(outputs, random);
    Mae: |random, outputs| normals(outputs, random);
    Huber: |random, outputs| normals(outputs, random);
    BinaryCrossEntropy: |random, outputs| (0..outputs).map(|_| random.uniform()).collect::<Vec<_>>();
    BinaryHinge: |random, outputs| (0..outputs).map(|_| random.below(2) as f64 * 2.0 - 1.0).collect::<Vec<_>>();
    SoftCrossEntropy: |random, outputs| distribution(outputs, random);
    // Four classes, two values, five values that are 1 or -1.
    MultiTask<(CrossEntropy, Mse, BinaryHinge), 3>: |random, _outputs| {
        let mut targets = vec![random.below(4) as f64];
        targets.extend(normals(2, random));
        targets.extend((0..5).map(|_| random.below(2) as f64 * 2.0 - 1.0));
        targets
    };
}

/// Normal random numbers.
pub fn normals(count: usize, random: &mut Random) -> Vec<f64> {
    (0..count).map(|_| random.normal()).collect()
}

fn distribution(outputs: usize, random: &mut Random) -> Vec<f64> {
    let parts: Vec<f64> = (0..outputs).map(|_| random.uniform()).collect();
    let sum: f64 = parts.iter().sum();
    parts.iter().map(|part| part / sum).collect()
}

/// A network, a loss and a batch on both scalars, all from one seed.
pub struct Rig<N: Network<Scalar = f64>, D: Network<Scalar = Dual>, L: ExactLoss> {
    network: Box<N>,
    exact: Box<D>,
    loss: L,
    inputs: Vec<f64>,
    targets: Targets<L>,
    seed: u64,
}

impl<N: Network<Scalar = f64>, D: Network<Scalar = Dual>, L: ExactLoss> Rig<N, D, L> {
    /// Random parameters, inputs and targets.
    pub fn new(loss: L, samples: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let (mut network, mut exact) = (N::zeroed(), D::zeroed());
        network.initialise(seed);
        exact.initialise(seed);
        // Biases and slopes, too, shall have values of their own.
        network.values_mut().iter_mut().for_each(|value| *value += 0.3 * random.normal());
        let inputs = normals(samples * N::INPUTS, &mut random);
        let targets = loss.targets(N::OUTPUTS, samples, &mut random);
        Self { network, exact, loss, inputs, targets, seed }
    }

    /// The gradient as the backward pass finds it.
    pub fn gradient(&mut self) -> Vec<f64> {
        let mut workspace = Workspace::new(1);
        let (inputs, targets) = (&self.inputs, &self.targets.0);
        workspace.step(&mut *self.network, &self.loss, inputs, targets, self.seed).expect("a batch that fits");
        workspace.gradients().values().to_vec()
    }

    /// The gradient by the inputs as the backward pass finds it.
    pub fn input_gradient(&mut self) -> Vec<f64> {
        let mut gradient = vec![f64::NAN; self.inputs.len()];
        let (inputs, targets) = (&self.inputs, &self.targets.0);
        let mut workspace = Workspace::new(1);
        let loss = workspace.input_gradient(&*self.network, &self.loss, inputs, targets, self.seed, &mut gradient);
        loss.expect("a batch that fits");
        gradient
    }

    /// The exact derivative of the loss in a direction: the parameters, then the inputs.
    pub fn derivative(&mut self, direction: impl Fn(usize) -> f64) -> f64 {
        let values = self.exact.values_mut().iter_mut().zip(self.network.values());
        for (index, (exact, value)) in values.enumerate() {
            *exact = dual(*value, direction(index));
        }
        let inputs: Vec<Dual> =
            self.inputs.iter().enumerate().map(|(i, x)| dual(*x, direction(N::PARAMETERS + i))).collect();
        let loss = Workspace::new(1).step(&mut *self.exact, &self.loss, &inputs, &self.targets.1, self.seed);
        loss.expect("a batch that fits").0.eps
    }

    /// The derivative of the loss by one parameter from two losses near by.
    pub fn difference(&mut self, parameter: usize) -> f64 {
        const STEP: f64 = 1e-5;
        let value = self.network.values()[parameter];
        let mut loss_at = |value: f64| {
            self.network.values_mut()[parameter] = value;
            let (inputs, targets) = (&self.inputs, &self.targets.0);
            Workspace::new(1)
                .step(&mut *self.network, &self.loss, inputs, targets, self.seed)
                .expect("a batch that fits")
        };
        let slope = (loss_at(value + STEP) - loss_at(value - STEP)) / (2.0 * STEP);
        self.network.values_mut()[parameter] = value;
        slope
    }
}

/// Checks every parameter's gradient against the exact derivative, relative to the largest of them.
pub fn assert_exact<N: Network<Scalar = f64>, D: Network<Scalar = Dual>, L: ExactLoss>(
    loss: L,
    samples: usize,
    seed: u64,
) {
    let mut rig = Rig::<N, D, L>::new(loss, samples, seed);
    let gradient = rig.gradient();
    assert_eq!(gradient.len(), N::PARAMETERS);
    let scale = gradient.iter().fold(0.0_f64, |largest, g| largest.max(g.abs()));
    for (parameter, found) in gradient.iter().enumerate() {
        let exact = rig.derivative(|index| if index == parameter { 1.0 } else { 0.0 });
        assert!(
            (found - exact).abs() <= 1e-12 * scale,
            "{}, {samples} samples, parameter {parameter}: {found} found, {exact} exact",
            N::NAME
        );
    }
}

/// Checks every parameter's gradient against central differences.
pub fn assert_near_differences<N: Network<Scalar = f64>, D: Network<Scalar = Dual>, L: ExactLoss>(loss: L, seed: u64) {
    let mut rig = Rig::<N, D, L>::new(loss, 5, seed);
    let gradient = rig.gradient();
    for (parameter, found) in gradient.iter().enumerate() {
        let slope = rig.difference(parameter);
        let scale = slope.abs().max(1.0);
        assert!(
            (found - slope).abs() <= 1e-7 * scale,
            "{}, parameter {parameter}: {found} found, {slope} near",
            N::NAME
        );
    }
}

/// Checks the gradients of parameters and inputs along a random direction.
pub fn assert_exact_along<N: Network<Scalar = f64>, D: Network<Scalar = Dual>, L: ExactLoss>(
    loss: L,
    samples: usize,
    seed: u64,
) {
    let mut rig = Rig::<N, D, L>::new(loss, samples, seed);
    let gradient = [rig.gradient(), rig.input_gradient()].concat();
    let direction = normals(gradient.len(), &mut Random::stream(seed, 1));
    let terms = || gradient.iter().zip(&direction).map(|(g, d)| g * d);
    let (found, scale): (f64, f64) = (terms().sum(), terms().map(f64::abs).sum());
    let exact = rig.derivative(|index| direction[index]);
    assert!(
        (found - exact).abs() <= 1e-12 * scale,
        "{}, {samples} samples, seed {seed}: {found} found, {exact} exact",
        N::NAME
    );
}
