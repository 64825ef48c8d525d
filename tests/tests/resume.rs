//! A training that goes on knows what its settings do not say: a rate that a callback set, layers that were frozen for a
//! while, what callbacks of one's own remember.

use shapewise::Block;
use shapewise::prelude::*;
use shapewise::schedule::{Exponential, Per};
use shapewise::train::callback::{Callback, Closure, Context, Memory};
use shapewise_tests::mlp::Mlp;
use shapewise_tests::samples::labelled;
use shapewise_tests::scratch::{Folder, message};

type Net = Mlp<f32, 2, 6, 3>;

fn data(samples: usize) -> Dataset<f32, u32> {
    labelled(2, 3, samples)
}

fn trainer(network: &mut Net) -> Trainer<'_, Net, CrossEntropy, Adam> {
    network.trainer(CrossEntropy::new(), Adam::new(0.01)).batch_size(8).progress(Progress::off())
}

/// Six epochs at once, and three and three with a checkpoint between them: the parameters of both.
fn whole_and_halves(
    name: &str,
    settings: impl Fn(Trainer<'_, Net, CrossEntropy, Adam>) -> Trainer<'_, Net, CrossEntropy, Adam>,
    at_epoch: impl Fn(&mut Training<'_, Net, CrossEntropy, Adam>, usize),
) -> [Vec<u32>; 2] {
    let (folder, data) = (Folder::new(name), data(40));
    let path = folder.path("training.safetensors");
    let bits = |network: &Net| network.values().iter().map(|value| value.to_bits()).collect();
    let mut whole = Net::boxed(1);
    let mut training = settings(trainer(&mut whole));
    for epoch in 0..6 {
        at_epoch(training.training(), epoch);
        training.fit(&data).unwrap();
    }
    drop(training);

    let mut half = Net::boxed(1);
    let mut first = settings(trainer(&mut half));
    for epoch in 0..3 {
        at_epoch(first.training(), epoch);
        first.fit(&data).unwrap();
    }
    first.checkpoint(&path).unwrap();
    drop(first);
    let mut other = Net::boxed(77);
    let mut second = settings(trainer(&mut other));
    second.resume(&path).unwrap();
    for epoch in 3..6 {
        at_epoch(second.training(), epoch);
        second.fit(&data).unwrap();
    }
    drop(second);
    [bits(&whole), bits(&other)]
}

#[test]
fn a_rate_that_a_callback_set_stays() {
    fn settings(trainer: Trainer<'_, Net, CrossEntropy, Adam>) -> Trainer<'_, Net, CrossEntropy, Adam> {
        let raise = |context: &mut Context<'_, Net>| {
            if context.position().epoch == 2 {
                context.set_learning_rate(0.2);
            }
            Ok(())
        };
        trainer.schedule(Per::Epoch, Exponential::new(0.5)).callback(Closure::epoch_end(raise))
    }
    let [whole, halves] = whole_and_halves("set-rate", settings, |_, _| {});
    assert_eq!(whole, halves);
}

#[test]
fn layers_that_were_frozen_for_a_while_count_on() {
    let freeze = |training: &mut Training<'_, Net, CrossEntropy, Adam>, epoch: usize| {
        let group = if epoch == 1 { Group::FROZEN } else { Group::default() };
        training.set_layer("hidden", group).unwrap();
    };
    let [whole, halves] = whole_and_halves("thawed", |trainer| trainer, freeze);
    assert_eq!(whole, halves);
}

/// Remembers the loss of each epoch, so nothing at first.
#[derive(Default)]
struct Losses(Vec<f64>);

impl Callback<Net> for &mut Losses {
    fn name(&self) -> &'static str {
        "losses"
    }
    fn epoch_end(&mut self, context: &mut Context<'_, Net>) -> Result<()> {
        self.0.push(context.position().loss);
        Ok(())
    }
    fn memory(&self) -> Option<Memory<f32>> {
        Some(Memory { numbers: self.0.clone(), values: Vec::new() })
    }
    fn restore(&mut self, memory: Memory<f32>) -> Result<()> {
        self.0 = memory.numbers;
        Ok(())
    }
}

#[test]
fn a_callback_may_remember_nothing_at_first() {
    let (folder, data, mut network) = (Folder::new("losses"), data(40), Net::boxed(1));
    let path = folder.path("training.safetensors");
    let (mut before, mut after) = (Losses::default(), Losses::default());
    let mut first = trainer(&mut network).epochs(2).callback(&mut before);
    first.fit(&data).unwrap();
    first.checkpoint(&path).unwrap();
    drop(first);
    let mut second = trainer(&mut network).callback(&mut after);
    second.resume(&path).unwrap();
    second.fit(&data).unwrap();
    drop(second);
    assert_eq!((before.0.len(), after.0.len()), (2, 3));
    assert_eq!(before.0, after.0[..2]);
    let found = message(trainer(&mut network).resume(&path));
    assert!(found.contains("callbacks is losses, but"), "{found}");
}
