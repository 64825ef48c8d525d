use dfdx::prelude::*;

type Net = (Residual<((Linear<32, 32>, ReLU), Linear<32, 16>)>, ReLU, Linear<16, 10>);

fn main() {
    let device = AutoDevice::default();
    let net = device.build_module::<Net, f32>();
    let x: Tensor<Rank1<32>, f32, _> = device.zeros();
    let logits = net.forward(x);
    println!("{:?}", logits.shape());
}
