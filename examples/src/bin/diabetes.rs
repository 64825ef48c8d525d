//! Regression: how far diabetes progresses within a year, from ten measurements.

use shapewise::data::Statistics;
use shapewise::loss::Mse;
use shapewise::optim::AdamW;
use shapewise::prelude::*;
use shapewise::train::metrics::{MeanAbsoluteError, R2};
use shapewise_examples::sets;

network! {
    /// Ten measurements in, the progression out.
    pub struct Progression: [10] -> [1] {
        dense(16), relu, dropout(0.2),
        dense(1),
    }
}

/// Targets range from 25 to 346; in hundreds they suit the initial weights.
const UNIT: f32 = 100.0;

fn main() -> Result<()> {
    let (train, test) = sets::diabetes()?.map_targets(|target| target / UNIT).split(0.2, 2)?;
    let statistics = Statistics::of(&train)?;
    let (train, test) = (train.standardise(&statistics)?, test.standardise(&statistics)?);

    let mut net = Progression::boxed(1);
    let decay = AdamW { weight_decay: 0.1, ..AdamW::new(0.003) };
    net.trainer(Mse, decay).epochs(80).progress(Progress::off()).fit(&train)?;

    let (mut error, mut r2) = (MeanAbsoluteError::default(), R2::default());
    net.evaluate(&test, &Mse, &mut [&mut error, &mut r2])?;
    println!("mean absolute error {:.1} of 25 to 346", error.value() * f64::from(UNIT));
    println!("R2 {:.3}", r2.value());
    Ok(())
}
