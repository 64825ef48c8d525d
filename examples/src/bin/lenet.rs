//! LeNet-5 on MNIST or Fashion-MNIST (`--data DIR`), or a smaller relative on the embedded digits.

use std::error::Error;

use shapewise::data::{Split, mnist};
use shapewise::prelude::*;
use shapewise_examples::{options::Options, sets, training};

network! {
    /// `LeNet-5` with rectified units: LeCun, Bottou, Bengio, Haffner, 1998.
    #[derive(Clone, Debug)]
    pub struct LeNet: [1, 28, 28] -> [10] {
        conv1: conv2d(6, kernel = 5), relu, max_pool2d(2),
        conv2: conv2d(16, kernel = 5), relu, max_pool2d(2),
        flatten -> [256],
        fc1: dense(120), relu,
        fc2: dense(84), relu,
        out: dense(10),
    }
}

network! {
    /// The same idea for pictures of 8 × 8 pixels.
    #[derive(Clone, Debug)]
    pub struct SmallLeNet: [1, 8, 8] -> [10] {
        conv1: conv2d(8, kernel = 3, padding = same), relu, max_pool2d(2),
        conv2: conv2d(16, kernel = 3, padding = same), relu, max_pool2d(2),
        flatten -> [64],
        fc1: dense(64), relu,
        out: dense(10),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments();
    match &options.data {
        None => {
            let (train, test) = sets::digits()?.split_by_class(0.2, options.seed)?;
            training::classifier(&mut *SmallLeNet::boxed(options.seed), &train, &test, 30, &options)
        }
        Some(folder) => {
            let (train, test) = (mnist(folder, Split::Train)?, mnist(folder, Split::Test)?);
            training::classifier(&mut *LeNet::boxed(options.seed), &train, &test, 10, &options)
        }
    }
}
