use burn::backend::Flex;
use burn::nn::{Linear, LinearConfig};
use burn::prelude::*;
use burn::tensor::activation::relu;

#[derive(Module, Debug)]
struct Net<B: Backend> {
    fc1: Linear<B>,
    fc2: Linear<B>,
    out: Linear<B>,
}

impl<B: Backend> Net<B> {
    fn new(device: &B::Device) -> Self {
        Self {
            fc1: LinearConfig::new(32, 32).init(device),
            fc2: LinearConfig::new(32, 16).init(device),
            out: LinearConfig::new(16, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        let branch = self.fc2.forward(relu(self.fc1.forward(x.clone())));
        self.out.forward(relu(x + branch))
    }
}

fn main() {
    let device = Default::default();
    let net = Net::<Flex>::new(&device);
    let x = Tensor::<Flex, 2>::zeros([8, 32], &device);
    println!("{:?}", net.forward(x).dims());
}
