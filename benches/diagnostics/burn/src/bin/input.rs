use burn::backend::Flex;
use burn::nn::{Linear, LinearConfig};
use burn::prelude::*;
use burn::tensor::activation::relu;

#[derive(Module, Debug)]
struct Net<B: Backend> {
    fc1: Linear<B>,
    fc2: Linear<B>,
}

impl<B: Backend> Net<B> {
    fn new(device: &B::Device) -> Self {
        Self { fc1: LinearConfig::new(784, 128).init(device), fc2: LinearConfig::new(128, 10).init(device) }
    }

    fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        let x = relu(self.fc1.forward(x));
        self.fc2.forward(x)
    }
}

fn main() {
    let device = Default::default();
    let net = Net::<Flex>::new(&device);
    let x = Tensor::<Flex, 2>::zeros([1, 780], &device);
    println!("{:?}", net.forward(x).dims());
}
