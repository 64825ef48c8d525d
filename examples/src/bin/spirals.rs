//! Three interleaved spirals, and a picture of what the network makes of the plane.

use shapewise::prelude::*;
use shapewise::train::metrics::Accuracy;
use shapewise_examples::{png, sets};

network! {
    /// A point of the plane in, three classes out.
    pub struct Spirals: [2] -> [3] {
        dense(32), tanh,
        dense(32), tanh,
        dense(3),
    }
}

const COLOURS: [[f32; 3]; 3] = [[230.0, 90.0, 70.0], [70.0, 140.0, 230.0], [90.0, 190.0, 90.0]];
const SIDE: usize = 400;

fn main() -> Result<()> {
    let data = sets::spirals(3, 200)?;
    let mut net = Spirals::boxed(1);
    net.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(150).progress(Progress::off()).fit(&data)?;

    let mut accuracy = Accuracy::default();
    net.evaluate(&data, &CrossEntropy::new(), &mut [&mut accuracy])?;
    println!("accuracy {:.2} %", 100.0 * accuracy.ratio());

    let path = std::env::args().nth(1).unwrap_or("spirals.png".into());
    png::save(&path, SIDE, SIDE, |x, y| pixel(&net, &data, x, y))?;
    println!("the plane as the network sees it: {path}");
    Ok(())
}

/// Dark where a sample lies, else the classes' colours mixed by their probabilities.
fn pixel(net: &Spirals, data: &Dataset<f32, u32>, x: usize, y: usize) -> [u8; 3] {
    let point = [x, y].map(|at| 2.4 * at as f32 / SIDE as f32 - 1.2);
    let logits = net.forward(&point.into());
    let weights = logits.map(|logit| (logit - logits.max()).exp());
    let near = |sample: usize| {
        let other = data.input(sample);
        (other[0] - point[0]).hypot(other[1] - point[1]) < 0.012
    };
    match (0..data.len()).find(|&sample| near(sample)) {
        Some(sample) => COLOURS[data.target(sample)[0] as usize].map(|channel| (0.5 * channel) as u8),
        None => [0, 1, 2].map(|channel| {
            let mixed: f32 = (0..3).map(|class| weights[class] * COLOURS[class][channel]).sum();
            (mixed / weights.sum()) as u8
        }),
    }
}
