use dfdx::prelude::*;

type Net = ((Linear<784, 128>, ReLU), Linear<128, 10>);

fn main() {
    let device = AutoDevice::default();
    let mut net = device.build_module::<Net, f32>();
    let x: Tensor<Rank2<32, 784>, f32, _> = device.zeros();
    let y: Tensor<Rank2<32, 26>, f32, _> = device.zeros();
    let logits = net.forward_mut(x.traced(net.alloc_grads()));
    let loss = cross_entropy_with_logits_loss(logits, y);
    println!("{}", loss.array());
}
