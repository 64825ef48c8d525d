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

network! {
    struct Sound: [1, 2110] -> [1, 64] {
        conv1d(16, kernel = 1),
        residual(project = crop(left = 2)) { conv1d(16, kernel = 3), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 4)) { conv1d(16, kernel = 3, dilation = 2), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 8)) { conv1d(16, kernel = 3, dilation = 4), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 16)) { conv1d(16, kernel = 3, dilation = 8), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 32)) { conv1d(16, kernel = 3, dilation = 16), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 64)) { conv1d(16, kernel = 3, dilation = 32), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 128)) { conv1d(16, kernel = 3, dilation = 64), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 256)) { conv1d(16, kernel = 3, dilation = 128), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 512)) { conv1d(16, kernel = 3, dilation = 256), tanh, conv1d(16, kernel = 1) },
        residual(project = crop(left = 1024)) { conv1d(16, kernel = 3, dilation = 512), tanh, conv1d(16, kernel = 1) },
        conv1d(1, kernel = 1),
    }
}

network! {
    struct Branches: [2, 32, 32] -> [12] {
        pad(1), conv2d(4, kernel = 3), tanh,
        concat {
            [conv2d(3, kernel = 3, padding = same), relu],
            [max_pool2d(2), conv2d(2, kernel = 3, padding = same), upsample(2)],
            [gelu],
        },
        residual { conv2d(9, kernel = 3, padding = same), tanh, pad(2), crop(2) },
        add { [avg_pool2d(2), conv2d(4, kernel = 1)], [conv2d(4, kernel = 2, stride = 2)] },
        flatten, dense(12),
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

/// One sample, where outputs take each other's place, and the same in a block.
fn alone_and_in_a_block<N: Network<Scalar = f32>>(network: &N) {
    let x: Vec<f32> = (0..N::INPUTS).map(|i| (0.1 * i as f32).sin()).collect();
    let (mut alone, mut block) = (vec![0.0; N::OUTPUTS], vec![0.0; 16 * N::OUTPUTS]);
    network.infer_one(&x, &mut alone);
    let mut inference = Inference::<N>::new();
    inference.forward_slice(network, &x.repeat(16), &mut block).expect("slices of these sizes");
    let mut again = vec![0.0; N::OUTPUTS];
    inference.forward_slice(network, &x, &mut again).expect("slices of these sizes");
    assert!(again == alone);
    assert!(alone.iter().zip(&block).all(|(a, b)| (a - b).abs() < 1e-5), "{alone:?}, not {block:?}");
    assert!(alone.iter().any(|y| y.abs() > 1e-3), "{alone:?}");
}

#[test]
fn a_deep_network_fits_in_1_mb() {
    on_a_stack_of(1 << 20, || alone_and_in_a_block(&*Sound::boxed(1)));
}

#[test]
fn outputs_that_share_memory_are_those_of_a_block() {
    alone_and_in_a_block(&*Branches::boxed(1));
}
