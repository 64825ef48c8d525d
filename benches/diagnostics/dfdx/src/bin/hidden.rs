use dfdx::prelude::*;

type Net = ((Linear<784, 128>, ReLU), (Linear<120, 64>, ReLU), Linear<64, 10>);

fn main() {
    let device = AutoDevice::default();
    let net = device.build_module::<Net, f32>();
    let x: Tensor<Rank1<784>, f32, _> = device.zeros();
    let logits = net.forward(x);
    println!("{:?}", logits.shape());
}
