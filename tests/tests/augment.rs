//! The trainer on changed images.

use std::sync::Mutex;

use shapewise::data::augment::{Augment, Noise, Shift};
use shapewise::prelude::*;
use shapewise::random::Random;

network! {
    struct Image: [1, 4, 4] -> [2] { flatten, dense(2) }
}

network! {
    struct Flat: [16] -> [2] { dense(2) }
}

fn set() -> Dataset<f32, u32> {
    let inputs = (0..12 * 16).map(|i| i as f32 / 192.0).collect();
    Dataset::new(16, inputs, 1, (0..12).map(|i| i % 2).collect()).expect("12 samples")
}

/// Notes which random number each image got, by its first pixel.
struct Notes<'a>(&'a Mutex<Vec<(u32, u64)>>);

impl Augment<f32> for Notes<'_> {
    fn apply(&self, shape: [usize; 3], image: &mut [f32], scratch: &mut [f32], random: &mut Random) {
        assert_eq!((shape, image.len(), scratch.len()), ([1, 4, 4], 16, 16));
        self.0.lock().expect("no panic before").push(((image[0] * 12.0).round() as u32, random.bits()));
    }
}

/// The images and numbers of two epochs, epoch by epoch, in the order of the images.
fn notes(batch_size: usize, shuffle: bool) -> Vec<(u32, u64)> {
    let notes = Mutex::new(Vec::new());
    let mut network = Image::boxed(1);
    Trainer::new(&mut *network, CrossEntropy::new(), Sgd::new(0.1))
        .augment(Notes(&notes))
        .batch_size(batch_size)
        .shuffle(shuffle)
        .epochs(2)
        .seed(3)
        .progress(Progress::off())
        .fit(&set())
        .expect("finite data");
    let mut notes = notes.into_inner().expect("no panic before");
    notes.chunks_exact_mut(12).for_each(<[_]>::sort_unstable);
    notes
}

#[test]
fn a_sample_changes_alike_in_any_batch_and_otherwise_in_each_epoch() {
    let found = notes(4, true);
    assert_eq!(found.len(), 24);
    assert_eq!(found, notes(12, false));
    let mut numbers: Vec<u64> = found.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 24, "no two images share their random numbers");
}

#[test]
fn training_learns_from_changed_images() {
    let run = |change: bool| {
        let mut network = Image::boxed(1);
        let mut trainer = Trainer::new(&mut *network, CrossEntropy::new(), Sgd::new(0.1)).progress(Progress::off());
        if change {
            trainer = trainer.augment((Shift::new(1).expect("in range"), Noise::new(0.1).expect("in range")));
        }
        trainer.fit(&set()).expect("finite data").epochs()[0].loss
    };
    assert_ne!(run(true).to_bits(), run(false).to_bits());
    assert_eq!(run(true).to_bits(), run(true).to_bits());
}

#[test]
fn what_is_no_image_is_refused() {
    let mut network = Flat::boxed(1);
    let error = Trainer::new(&mut *network, CrossEntropy::new(), Sgd::new(0.1))
        .augment(Shift::new(1).expect("in range"))
        .progress(Progress::off())
        .fit(&set())
        .expect_err("one dimension");
    assert_eq!(
        error.to_string(),
        "with augmentation, the rank of the network's input is 1, but must be 3: channels, rows, columns"
    );
}
