use burn::backend::Flex;
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::prelude::*;
use burn::tensor::activation::relu;

#[derive(Module, Debug)]
struct Net<B: Backend> {
    fc1: Linear<B>,
    norm: BatchNorm<B>,
    fc2: Linear<B>,
}

impl<B: Backend> Net<B> {
    fn new(device: &B::Device) -> Self {
        Self {
            fc1: LinearConfig::new(784, 128).with_bias(false).init(device),
            norm: BatchNormConfig::new(64).init(device),
            fc2: LinearConfig::new(128, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        let x = relu(self.norm.forward(self.fc1.forward(x)));
        self.fc2.forward(x)
    }
}

fn main() {
    let device = Default::default();
    let net = Net::<Flex>::new(&device);
    let x = Tensor::<Flex, 2>::zeros([32, 784], &device);
    println!("{:?}", net.forward(x).dims());
}
