use burn::backend::Flex;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::prelude::*;
use burn::tensor::activation::relu;

#[derive(Module, Debug)]
struct Net<B: Backend> {
    conv: Conv2d<B>,
    out: Linear<B>,
}

impl<B: Backend> Net<B> {
    fn new(device: &B::Device) -> Self {
        Self { conv: Conv2dConfig::new([1, 4], [3, 3]).init(device), out: LinearConfig::new(144, 10).init(device) }
    }

    fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 2> {
        let x = relu(self.conv.forward(x));
        self.out.forward(x)
    }
}

fn main() {
    let device = Default::default();
    let net = Net::<Flex>::new(&device);
    let x = Tensor::<Flex, 4>::zeros([32, 1, 8, 8], &device);
    println!("{:?}", net.forward(x).dims());
}
