//! Measurements of `shapewise`: the cases, who takes part in them, and how they are timed.

pub mod aligned;
pub mod alone;
pub mod best;
pub mod cases;
pub mod hand;
pub mod limit;
pub mod naive;
pub mod rules;
pub mod timing;
pub mod unrolled;
