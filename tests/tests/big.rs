//! Big networks on small stacks, in a debug build: parameters never travel over the stack.

use std::thread;

use shapewise::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        dense(512), relu,
        dense(512), relu,
        dense(10),
    }
}

network! {
    struct Wide: [4096] -> [4096] {
        dense(4096), tanh,
    }
}

network! {
    struct Image: [1, 256, 256] -> [4] {
        conv2d(8, kernel = 3, padding = same), relu,
        global_avg_pool,
        dense(4),
    }
}

/// Runs `work` on a thread with a stack of so many bytes.
fn on_a_stack_of(bytes: usize, work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(bytes).spawn(work).expect("a thread");
    thread.join().expect("no overflow");
}

#[test]
fn a_training_step_fits_in_2_mb() {
    on_a_stack_of(2 << 20, || {
        let mut network = Digits::boxed(1);
        let mut training = Training::new(&mut *network, CrossEntropy::new(), Adam::new(1e-5));
        let inputs: Vec<f32> = (0..64 * 784).map(|i| (i % 255) as f32 / 255.0).collect();
        let labels: Vec<u32> = (0..64).map(|i| i % 10).collect();
        let first = training.step(&inputs, &labels).expect("a batch that fits");
        let second = training.step(&inputs, &labels).expect("a batch that fits");
        assert!(second < first, "{first} {second}");
    });
}

#[test]
fn a_network_of_67_mb_fits_in_1_mb() {
    on_a_stack_of(1 << 20, || {
        let network = Wide::boxed(1);
        assert_eq!(size_of_val(&*network), 4 * 4096 * 4097);
        let x = Box::new(shapewise::nalgebra::SVector::<f32, 4096>::repeat(0.01));
        assert!(network.forward(&x).iter().all(|y| y.abs() <= 1.0));
    });
}

#[test]
fn samples_that_are_left_over_fit_in_2_mb() {
    on_a_stack_of(2 << 20, || {
        let network = Image::boxed(1);
        let inputs: Vec<f32> = (0..17 * 256 * 256).map(|i| (i % 255) as f32 / 255.0).collect();
        let mut outputs = [[0.0; 4]; 18];
        let mut inference = Inference::new();
        inference.forward_slice(&*network, &inputs, outputs[..17].as_flattened_mut()).expect("lengths that fit");
        inference
            .forward_slice(&*network, &inputs[16 * 256 * 256..], outputs[17].as_mut_slice())
            .expect("lengths that fit");
        let [first, last, alone] = [0, 16, 17].map(|sample| outputs[sample].map(f32::to_bits));
        assert!(last == alone && last != first);
    });
}
