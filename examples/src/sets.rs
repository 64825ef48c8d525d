//! The embedded data sets: see `data/README.md` for sources and licences.

use shapewise::data::Dataset;
use shapewise::data::csv::{self, Options};
use shapewise::{Real, Result};

/// 1,797 handwritten digits of 8 × 8 pixels in 0..1.
///
/// # Errors
///
/// None that a program can meet: the file is part of it.
pub fn digits<T: Real>() -> Result<Dataset<T, u32>> {
    let file = &include_bytes!("../data/digits.csv.gz")[..];
    let table = csv::parse("digits.csv.gz", file, Options::default())?;
    Ok(Dataset::<T, u32>::from_table(&table, 64)?.scale(1.0 / 16.0))
}

/// 442 diabetes patients: 10 measurements each, and the progression of the disease after a year.
///
/// # Errors
///
/// None that a program can meet: the files are part of it.
pub fn diabetes() -> Result<Dataset<f32, f32>> {
    let options = Options { separator: ' ', ..Options::default() };
    let features = &include_bytes!("../data/diabetes_data_raw.csv.gz")[..];
    let target = &include_bytes!("../data/diabetes_target.csv.gz")[..];
    let features = csv::parse("diabetes_data_raw.csv.gz", features, options)?;
    let target = csv::parse("diabetes_target.csv.gz", target, options)?;
    Dataset::from_table(&features.beside(&target)?, 10)
}

/// `arms` interleaved spirals in the plane, `points` on each.
///
/// # Errors
///
/// When a number is 0.
pub fn spirals(arms: usize, points: usize) -> Result<Dataset<f32, u32>> {
    let mut random = shapewise::random::Random::new(1);
    let mut inputs = Vec::new();
    let mut labels = Vec::new();
    for arm in 0..arms {
        for point in 0..points {
            let radius = point as f64 / points as f64;
            let angle = 4.0 * radius + std::f64::consts::TAU * arm as f64 / arms as f64 + 0.12 * random.normal();
            inputs.extend([(radius * angle.cos()) as f32, (radius * angle.sin()) as f32]);
            labels.push(arm as u32);
        }
    }
    Dataset::new(2, inputs, 1, labels)
}
