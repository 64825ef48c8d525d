//! All optimizers, by family.

use shapewise::optim::Optimizer;
use shapewise::prelude::*;

/// Families that are drawn together.
pub(crate) const FAMILIES: [&str; 4] = ["descent", "rates of their own", "Adam and kin", "later ones"];

/// Gets each optimizer in turn.
pub(crate) trait Visitor {
    /// An optimizer by name, and its place in [`FAMILIES`].
    fn visit<O>(&mut self, name: &'static str, family: usize, optimizer: O) -> Result<()>
    where
        O: Optimizer<f32> + Optimizer<f64> + Copy;
}

/// Names of those that follow the plain gradient, whose steps shrink and grow with it.
pub(crate) const BY_GRADIENT: [&str; 3] = ["sgd", "momentum", "nesterov"];

/// Calls `visitor` with every optimizer, the learning rate as it is by default.
pub(crate) fn visit_all(visitor: &mut impl Visitor) -> Result<()> {
    let momentum = Sgd { momentum: 0.9, ..Sgd::default() };
    visitor.visit("sgd", 0, Sgd::default())?;
    visitor.visit("momentum", 0, momentum)?;
    visitor.visit("nesterov", 0, Sgd { nesterov: true, ..momentum })?;
    visitor.visit("adagrad", 1, Adagrad::default())?;
    visitor.visit("rmsprop", 1, RmsProp::default())?;
    visitor.visit("rmsprop, centred", 1, RmsProp { centered: true, ..RmsProp::default() })?;
    visitor.visit("adadelta", 1, Adadelta::default())?;
    visitor.visit("adam", 2, Adam::default())?;
    visitor.visit("adamax", 2, AdaMax::default())?;
    visitor.visit("nadam", 2, NAdam::default())?;
    visitor.visit("amsgrad", 2, AmsGrad::default())?;
    visitor.visit("adamw", 3, AdamW::default())?;
    visitor.visit("radam", 3, RAdam::default())?;
    visitor.visit("lion", 3, Lion::default())?;
    visitor.visit("lamb", 3, Lamb::default())
}

/// The optimizer with another rate.
pub(crate) fn with_rate<O: Optimizer<f64>>(mut optimizer: O, rate: f64) -> O {
    optimizer.set_learning_rate(rate);
    optimizer
}
