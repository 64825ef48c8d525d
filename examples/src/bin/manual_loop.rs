//! The training loop by hand: batches, steps and a learning rate that changes.

use shapewise::optim::Sgd;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise_examples::sets;

network! {
    /// Reads digits.
    pub struct Digits: [64] -> [10] {
        dense(64), relu,
        dense(10),
    }
}

fn main() -> Result<()> {
    let (train, test) = sets::digits()?.split_by_class(0.2, 1)?;
    let mut net = Digits::boxed(1);
    let sgd = Sgd { momentum: 0.9, ..Sgd::new(0.1) };
    let mut training = net.training(CrossEntropy::new(), sgd);

    let mut order: Vec<usize> = (0..train.len()).collect();
    for epoch in 0..15_u64 {
        Random::stream(1, epoch).shuffle(&mut order);
        let mut sum = 0.0;
        for batch in order.chunks(32) {
            sum += training.step_on(&train, batch)? * batch.len() as f32;
        }
        println!("epoch {:>2}: loss {:.4}", epoch + 1, sum / train.len() as f32);
        training.optimizer_mut().learning_rate *= 0.9;
    }

    let right = |sample: &usize| {
        let mut logits = [0.0_f32; 10];
        net.infer_one(test.input(*sample), &mut logits);
        let label = test.target(*sample)[0] as usize;
        logits.iter().all(|logit| *logit <= logits[label])
    };
    let right = (0..test.len()).filter(right).count();
    println!("{right} of {} held-out digits are right", test.len());
    Ok(())
}
