//! quick
use shapewise::prelude::*;
use shapewise::{Block, optim::Optimizer};
use std::time::{Duration, Instant};
network! { pub struct Tiny: [4] -> [2] { a: dense(32, init = he_normal), tanh, b: dense(32, init = he_normal), tanh, c: dense(2, init = he_normal) } }
network! { pub struct Mlp: [784] -> [10] { a: dense(128, init = he_normal), relu, b: dense(64, init = he_normal), relu, c: dense(10, init = he_normal) } }
network! { pub struct Wide: [784] -> [10] { a: dense(512, init = he_normal), relu, b: dense(512, init = he_normal), relu, c: dense(10, init = he_normal) } }
fn time(name: &str, mut f: impl FnMut()) {
    for _ in 0..5 {
        f();
    }
    let t = Instant::now();
    f();
    let one = t.elapsed().as_secs_f64().max(1e-8);
    let inner = ((1e-3 / one) as usize).max(1);
    let mut xs = vec![];
    let end = Instant::now() + Duration::from_millis(700);
    while Instant::now() < end {
        let t = Instant::now();
        for _ in 0..inner {
            f();
        }
        xs.push(t.elapsed().as_secs_f64() / inner as f64);
    }
    xs.sort_by(f64::total_cmp);
    println!("{name}: median {:.3} us, min {:.3}", xs[xs.len() / 2] * 1e6, xs[0] * 1e6);
}
fn train<N: Network<Scalar = f32> + Block<f32>>(name: &str, mut net: Box<N>, b: usize) {
    let mut ws = Workspace::<N>::new(b);
    let x: Vec<f32> = (0..b * N::INPUTS).map(|i| ((i * 7919) % 1000) as f32 / 1000.0).collect();
    let y: Vec<u32> = (0..b).map(|i| (i % N::OUTPUTS) as u32).collect();
    let adam = Adam::new(1e-3);
    let mut state = vec![0f32; 2 * N::PARAMETERS];
    let mut step = 0;
    time(name, || {
        step += 1;
        ws.step(&mut net, &CrossEntropy::new(), &x, &y, step).unwrap();
        adam.update(step, net.values_mut(), ws.gradients().values(), &mut state, false);
    });
    time(&format!("{name} grad only"), || {
        step += 1;
        ws.step(&mut net, &CrossEntropy::new(), &x, &y, step).unwrap();
    });
}
fn main() {
    println!("{}", shapewise::isa::Level::current().name());
    let net = Tiny::boxed(1);
    let x = shapewise::nalgebra::SVector::<f32, 4>::from_element(0.3);
    time("tiny_infer_b1", || {
        std::hint::black_box(net.forward(std::hint::black_box(&x)));
    });
    let mlp = Mlp::boxed(1);
    let x = shapewise::nalgebra::SVector::<f32, 784>::from_element(0.3);
    time("mlp_infer_b1", || {
        std::hint::black_box(mlp.forward(std::hint::black_box(&x)));
    });
    train("tiny_train_b32", Tiny::boxed(1), 32);
    train("mlp_train_b32", Mlp::boxed(1), 32);
    train("mlp_train_b128", Mlp::boxed(1), 128);
    train("wide_train_b128", Wide::boxed(1), 128);
}
