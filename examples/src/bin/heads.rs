//! One network, two questions: which digit is it, and is it odd?

use shapewise::loss::MultiTask;
use shapewise::nalgebra::SVector;
use shapewise::prelude::*;
use shapewise::train::metrics::{Accuracy, OfHead};
use shapewise_examples::sets;

network! {
    /// What both questions need, as a network of its own.
    pub struct Eye: [1, 8, 8] -> [48] {
        conv2d(16, kernel = 3, padding = same, bias = false), batch_norm, relu, max_pool2d(2),
        flatten,
        dense(48), relu,
    }
}

network! {
    /// Both heads read what the eye has learned to see.
    pub struct Reader: [1, 8, 8] -> { digit: [10], odd: [1] } {
        eye: Eye, dropout(0.25),
        heads {
            digit: [dense(10)],
            odd: [dense(8), relu, dense(1)],
        },
    }
}

/// The targets of a sample: its label, and 1 for an odd one.
fn questions(digits: &Dataset<f32, u32>) -> Result<Dataset<f32, f32>> {
    let targets = digits.targets().iter().flat_map(|&label| [label as f32, (label % 2) as f32]);
    Dataset::new(64, digits.inputs().to_vec(), 2, targets.collect())
}

fn main() -> Result<()> {
    let (train, test) = sets::digits::<f32>()?.split_by_class(0.2, 1)?;
    // The odd head has the easier question: it counts less.
    let loss = MultiTask::new(Reader::HEADS, (CrossEntropy::new(), BinaryCrossEntropy)).weights([1.0, 0.5]);
    let mut net = Reader::boxed(1);
    println!("{}\n", Reader::SUMMARY);
    net.trainer(loss, Adam::new(0.002)).epochs(30).progress(Progress::off()).fit(&questions(&train)?)?;

    let mut digit = OfHead::classes("digit", 0..10, 0, Accuracy::new());
    let mut odd = OfHead::values("odd", 10..11, 1..2, Accuracy::new());
    net.evaluate(&questions(&test)?, &loss, &mut [&mut digit, &mut odd])?;
    println!("digit: {:.2} %", 100.0 * digit.metric().ratio());
    println!("odd: {:.2} %", 100.0 * odd.metric().ratio());

    let pixels = SVector::from_column_slice(test.input(0));
    let ReaderOutput { digit, odd } = net.forward(&pixels);
    let parity = if odd[0] > 0.0 { "odd" } else { "even" };
    println!("the first is a {}: the network says {} and {parity}", test.target(0)[0], digit.imax());

    // Other networks can begin with the same eye.
    let mut eye = Eye::boxed(0);
    net.copy_part_to("eye", &mut *eye)?;
    let features = eye.forward(&pixels);
    println!("its eye sees {} of {} features", features.iter().filter(|it| **it > 0.0).count(), features.len());
    Ok(())
}
