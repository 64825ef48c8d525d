//! A network with batch norm for Fashion-MNIST (`--data DIR`): above 92.5 % with under 500,000 parameters.

use std::error::Error;

use shapewise::data::{Split, mnist};
use shapewise::prelude::*;
use shapewise_examples::{options::Options, training};

network! {
    /// Two convolutions, each with batch norm, and dropout in front of the dense layers.
    #[derive(Clone, Debug)]
    pub struct FashionNet: [1, 28, 28] -> [10] {
        conv1: conv2d(32, kernel = 3, padding = same, bias = false), batch_norm, relu, max_pool2d(2),
        conv2: conv2d(64, kernel = 3, padding = same, bias = false), batch_norm, relu, max_pool2d(2),
        dropout(0.25),
        flatten,
        fc1: dense(128, bias = false), batch_norm, relu, dropout(0.5),
        out: dense(10),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments();
    let folder = options.data.as_ref().ok_or("fashion needs --data DIR with the files of Fashion-MNIST")?;
    let (train, test) = (mnist(folder, Split::Train)?, mnist(folder, Split::Test)?);
    training::classifier(&mut *FashionNet::boxed(options.seed), &train, &test, 12, &options)
}
