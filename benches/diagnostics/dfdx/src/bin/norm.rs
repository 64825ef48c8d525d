use dfdx::prelude::*;

type Net = ((UnbiasedLinear<784, 128>, BatchNorm1D<64>, ReLU), Linear<128, 10>);

fn main() {
    let device = AutoDevice::default();
    let net = device.build_module::<Net, f32>();
    let x: Tensor<Rank2<32, 784>, f32, _> = device.zeros();
    let logits = net.forward(x);
    println!("{:?}", logits.shape());
}
