//! How a span is cut into chunks changes no bit: with a thread for each, blocks go through the network one by one.

use shapewise::Block;
use shapewise::isa::Level;
use shapewise::prelude::*;
use shapewise::random::Random;

network! {
    /// All that looks at a chunk's blocks, and so much work a sample that one more is worth a thread.
    struct Net<T>: [3, 16, 16] -> [5] {
        conv2d(24, kernel = 3, bias = false), batch_norm, relu,
        conv2d(16, kernel = 3), tanh, max_pool2d(2), flatten,
        dropout(0.3), dense(40), layer_norm, relu, dense(5)
    }
}

/// The loss of a step, and its gradients by the parameters and by the inputs.
fn step<T: Real>(samples: usize, threads: usize) -> (u64, Vec<u64>, Vec<u64>)
where
    Net<T>: Network<Scalar = T>,
{
    let mut random = Random::new(3);
    let inputs: Vec<T> = (0..samples * Net::<T>::INPUTS).map(|_| T::from_f64(random.normal())).collect();
    let labels: Vec<u32> = (0..samples).map(|_| random.below(5) as u32).collect();
    let mut network = Net::<T>::boxed(1);
    let mut workspace = Workspace::<Net<T>>::with_threads(samples, threads);
    let loss = workspace.step(&mut *network, &CrossEntropy::new(), &inputs, &labels, 7).unwrap();
    let bits = |values: &[T]| values.iter().map(|value| value.to_f64().to_bits()).collect::<Vec<_>>();
    let by_parameters = bits(workspace.gradients().values());
    let mut gradient = vec![T::zero(); inputs.len()];
    let again = workspace.input_gradient(&*network, &CrossEntropy::new(), &inputs, &labels, 7, &mut gradient).unwrap();
    assert_eq!(again.to_f64().to_bits(), loss.to_f64().to_bits());
    (loss.to_f64().to_bits(), by_parameters, bits(&gradient))
}

fn is_one_step<T: Real>(samples: &[usize])
where
    Net<T>: Network<Scalar = T>,
{
    for &samples in samples {
        let one = step::<T>(samples, 1);
        for threads in [2, 3, 8] {
            assert!(step::<T>(samples, threads) == one, "{samples} samples on {threads} threads");
        }
    }
}

#[test]
fn blocks_alone_are_as_in_chunks() {
    for level in Level::available() {
        level.make_current();
        is_one_step::<f32>(&[16, 17, 32, 33, 48, 70]);
        is_one_step::<f64>(&[29]);
    }
}
