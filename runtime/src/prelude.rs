//! Everything that most programs need: `use shapewise::prelude::*;`

pub use crate::Block as _;
#[cfg(feature = "alloc")]
pub use crate::data::Dataset;
pub use crate::loss::{BinaryCrossEntropy, BinaryHinge, CrossEntropy, Hinge, Huber, Loss, Mae, Mse, SoftCrossEntropy};
pub use crate::network::Network;
pub use crate::optim::{
    AdaMax, Adadelta, Adagrad, Adam, AdamW, AmsGrad, Lamb, Lion, NAdam, Optimizer, RAdam, RmsProp, Sgd,
};
#[cfg(feature = "alloc")]
pub use crate::train::{Clip, Group, Inference, Metric, Training, Workspace, evaluate};
#[cfg(feature = "std")]
pub use crate::train::{History, Progress, Trainer};
pub use crate::{Error, Real, Result, network};
