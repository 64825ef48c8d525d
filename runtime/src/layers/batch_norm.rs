//! Batch normalisation.

use nalgebra::SVector;

use super::{BatchWide, Layer};
use crate::Parameters;
use crate::arena::{Backward, Edge, Place};
use crate::init::Initialiser;
use crate::isa::Isa;
use crate::kernels::norm::Norm;
use crate::lanes::Lanes;
use crate::network::{Role, TensorInfo};
use crate::random::Random;
use crate::real::Real;

/// The parameters of a batch norm over `C` channels of `PER` features each.
///
/// ```text
/// μ = Σ x / n      σ² = Σ (x − μ)² / n          over the n values of a channel in the batch
/// x̂ = (x − μ) / √(σ² + ε)        y = w·x̂ + b
/// dw = Σ dy·x̂      db = Σ dy
/// dx = w / √(σ² + ε) · (dy − db/n − x̂·dw/n)
///
/// running mean ← (1 − m)·running mean + m·μ
/// running var  ← (1 − m)·running var  + m·σ²·n/(n − 1)
/// ```
///
/// A channel is one feature of a dense network, or `PER` neighbouring features that share their statistics: one
/// feature map. Inference uses the running statistics in place of μ and σ².
///
/// Defaults: ε = 1e-5, m = 0.1, w = 1, b = 0, as PyTorch's. `momentum: None` averages all batches alike
/// (m = 1 / number of batches), as the lecture and PyTorch's `momentum=None` have it. Where PyTorch refuses a batch
/// with one value a channel, here y = b and the running variance stays, since one value has no unbiased variance.
///
/// Source: Ioffe, Szegedy, "Batch normalization", 2015, algorithm 1.
///
/// ```
/// use shapewise::layers::BatchNorm;
/// use shapewise::nalgebra::SVector;
/// let layer: BatchNorm<f32, 64> = BatchNorm { weight: SVector::repeat(1.0), bias: SVector::repeat(0.0) };
/// assert_eq!(layer.weight.len(), 64);
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct BatchNorm<T, const C: usize, const PER: usize = 1> {
    /// Multiplies the normalised values of a channel.
    pub weight: SVector<T, C>,
    /// Is added to them.
    pub bias: SVector<T, C>,
}

/// What a batch norm remembers of its batches, for inference.
///
/// ```
/// use shapewise::layers::{BatchNorm, BatchNormBuffers, Layer};
/// use shapewise::nalgebra::SVector;
/// let zero = SVector::repeat(0.0);
/// let mut buffers = BatchNormBuffers { running_mean: zero, running_var: zero, num_batches_tracked: [0.0].into() };
/// <BatchNorm<f64, 8>>::initialise_buffers(&mut buffers);
/// assert_eq!(buffers.running_var[0], 1.0);
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct BatchNormBuffers<T, const C: usize> {
    /// The average of the batches' means.
    pub running_mean: SVector<T, C>,
    /// The average of the batches' unbiased variances.
    pub running_var: SVector<T, C>,
    /// Batches seen so far.
    pub num_batches_tracked: SVector<T, 1>,
}

/// The hyper-parameters of a [`BatchNorm`].
///
/// ```
/// use shapewise::layers::BatchNormConfig;
/// let config = BatchNormConfig { momentum: None, ..BatchNormConfig::DEFAULT };
/// assert_eq!(config.eps, 1e-5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormConfig {
    /// ε
    pub eps: f64,
    /// The weight of the newest batch in the running statistics; `None` weighs all batches alike.
    pub momentum: Option<f64>,
}

impl BatchNormConfig {
    /// ε = 1e-5, momentum 0.1
    pub const DEFAULT: Self = Self { eps: 1e-5, momentum: Some(0.1) };
}

impl Default for BatchNormConfig {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a step knows of the batch: `4·C + 1` values.
struct Shared<S> {
    mean: S,
    variance: S,
    /// Σ dy
    sum: S,
    /// Σ dy·x̂
    product: S,
    /// Values in a channel.
    count: S,
}

impl<'a, T> Shared<&'a [T]> {
    fn of(shared: &'a [T], channels: usize) -> Self {
        let (mean, rest) = shared.split_at(channels);
        let (variance, rest) = rest.split_at(channels);
        let (sum, rest) = rest.split_at(channels);
        let (product, count) = rest.split_at(channels);
        Self { mean, variance, sum, product, count }
    }
}

impl<'a, T> Shared<&'a mut [T]> {
    fn of_mut(shared: &'a mut [T], channels: usize) -> Self {
        let (mean, rest) = shared.split_at_mut(channels);
        let (variance, rest) = rest.split_at_mut(channels);
        let (sum, rest) = rest.split_at_mut(channels);
        let (product, count) = rest.split_at_mut(channels);
        Self { mean, variance, sum, product, count }
    }
}

impl<T: Real, const C: usize, const PER: usize> BatchNorm<T, C, PER> {
    fn norm<'a>(&'a self, config: BatchNormConfig, mean: &'a [T], variance: &'a [T]) -> Norm<'a, T> {
        Norm { mean, variance, weight: self.weight.as_slice(), epsilon: T::from_f64(config.eps) }
    }
}

impl<T: Real, const C: usize, const PER: usize> Layer<T> for BatchNorm<T, C, PER> {
    type Config = BatchNormConfig;
    type Buffers = BatchNormBuffers<T, C>;

    const TENSORS: &'static [TensorInfo] = &[
        TensorInfo { name: "weight", shape: &[C], role: Role::Norm, first_fastest: true },
        TensorInfo { name: "bias", shape: &[C], role: Role::Norm, first_fastest: true },
        TensorInfo { name: "running_mean", shape: &[C], role: Role::Buffer, first_fastest: true },
        TensorInfo { name: "running_var", shape: &[C], role: Role::Buffer, first_fastest: true },
        TensorInfo { name: "num_batches_tracked", shape: &[], role: Role::Buffer, first_fastest: true },
    ];

    fn initialise(&mut self, _: Initialiser, _: &mut Random) {
        self.weight.as_mut_slice().fill(T::one());
        self.bias.as_mut_slice().fill(T::zero());
    }

    fn initialise_buffers(buffers: &mut Self::Buffers) {
        buffers.running_mean.as_mut_slice().fill(T::zero());
        buffers.running_var.as_mut_slice().fill(T::one());
        buffers.num_batches_tracked[0] = T::zero();
    }

    #[inline(always)]
    fn infer_one<I: Isa>(&self, buffers: &Self::Buffers, config: BatchNormConfig, x: &[T], y: &mut [T]) {
        let epsilon = T::from_f64(config.eps);
        for (channel, (y, x)) in y.chunks_exact_mut(PER).zip(x.chunks_exact(PER)).enumerate() {
            let scale = self.weight[channel] / (buffers.running_var[channel] + epsilon).sqrt();
            for (y, x) in y.iter_mut().zip(x) {
                *y = (*x - buffers.running_mean[channel]).fma::<I>(scale, self.bias[channel]);
            }
        }
    }

    fn infer(
        &self,
        buffers: &Self::Buffers,
        config: BatchNormConfig,
        x: &[Lanes<T>],
        y: &mut [Lanes<T>],
        place: Place,
    ) {
        let norm = self.norm(config, buffers.running_mean.as_slice(), buffers.running_var.as_slice());
        T::batch_norm(norm, self.bias.as_slice(), x, y, place.blocks);
    }

    fn forward(&self, config: BatchNormConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], shared: &[T], place: Place) {
        let Shared { mean, variance, .. } = Shared::of(shared, C);
        T::batch_norm(self.norm(config, mean, variance), self.bias.as_slice(), x, y, place.blocks);
    }

    fn backward(&self, config: BatchNormConfig, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            let Shared { mean, variance, sum, product, count } = Shared::of(at.shared, C);
            let share = T::one() / count[0];
            T::batch_norm_backward(self.norm(config, mean, variance), [sum, product], share, at.x, at.dy, dx, at.place);
        }
    }

    fn gradient(
        &self,
        _: BatchNormConfig,
        _: Edge<'_, T>,
        _: Edge<'_, T>,
        shared: &[T],
        gradient: &mut Self,
        accumulate: bool,
    ) {
        let Shared { sum, product, .. } = Shared::of(shared, C);
        for (gradient, found) in [(&mut gradient.weight, product), (&mut gradient.bias, sum)] {
            for (gradient, found) in gradient.as_mut_slice().iter_mut().zip(found) {
                *gradient = if accumulate { *gradient + *found } else { *found };
            }
        }
    }
}

impl<T: Real, const C: usize, const PER: usize> BatchWide<T> for BatchNorm<T, C, PER> {
    const SHARED: usize = 4 * C + 1;

    fn prepare(&self, _: BatchNormConfig, x: Edge<'_, T>, shared: &mut [T]) {
        let Shared { mean, variance, count, .. } = Shared::of_mut(shared, C);
        count[0] = T::from_f64((x.samples() * PER) as f64);
        T::batch_moments(x, mean, variance);
    }

    fn prepare_backward(&self, config: BatchNormConfig, x: Edge<'_, T>, dy: Edge<'_, T>, shared: &mut [T]) {
        let Shared { mean, variance, sum, product, .. } = Shared::of_mut(shared, C);
        T::batch_norm_sums(self.norm(config, mean, variance), x, dy, [sum, product]);
    }

    fn update(buffers: &mut Self::Buffers, config: BatchNormConfig, shared: &[T], samples: usize) {
        let Shared { mean, variance, .. } = Shared::of(shared, C);
        let count = samples * PER;
        buffers.num_batches_tracked[0] += T::one();
        let newest = match config.momentum {
            Some(momentum) => T::from_f64(momentum),
            None => T::one() / buffers.num_batches_tracked[0],
        };
        let average = |running: &mut [T], batch: &[T], factor: T| {
            for (running, batch) in running.iter_mut().zip(batch) {
                *running = (T::one() - newest) * *running + newest * factor * *batch;
            }
        };
        average(buffers.running_mean.as_mut_slice(), mean, T::one());
        if count > 1 {
            let unbiased = T::from_f64(count as f64 / (count - 1) as f64);
            average(buffers.running_var.as_mut_slice(), variance, unbiased);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::*;
    use crate::layers::harness::{Dual, Rig, assert_close, assert_gradients_exact, assert_one_alike, normals};

    const CONFIG: BatchNormConfig = BatchNormConfig::DEFAULT;

    fn layer<const C: usize, const PER: usize>() -> BatchNorm<f64, C, PER> {
        BatchNorm { weight: SVector::from_iterator(normals(C, 7)), bias: SVector::from_iterator(normals(C, 8)) }
    }

    fn buffers<T: Real, const C: usize, const PER: usize>() -> BatchNormBuffers<T, C> {
        let unset = T::from_f64(f64::NAN);
        let mut buffers = BatchNormBuffers {
            running_mean: SVector::repeat(unset),
            running_var: SVector::repeat(unset),
            num_batches_tracked: SVector::repeat(unset),
        };
        BatchNorm::<T, C, PER>::initialise_buffers(&mut buffers);
        buffers
    }

    fn forward<T: Real, const C: usize, const PER: usize>(layer: &BatchNorm<T, C, PER>, rig: &mut Rig<T>) -> Vec<T> {
        rig.prepare(layer, CONFIG);
        rig.forward(layer, CONFIG)
    }

    fn gradients_are_exact<const C: usize, const PER: usize>(samples: usize) {
        assert_gradients_exact(
            &layer::<C, PER>(),
            CONFIG,
            [C * PER, samples],
            |rig, layer: &BatchNorm<Dual, C, PER>| forward(layer, rig),
            |rig, layer| {
                forward(layer, rig);
                rig.prepare_backward(layer, CONFIG);
                rig.backward(layer, CONFIG)
            },
        );
    }

    #[test]
    fn gradients_are_exact_for_features_and_for_feature_maps() {
        gradients_are_exact::<5, 1>(19);
        gradients_are_exact::<18, 1>(3);
        gradients_are_exact::<1, 1>(40);
        gradients_are_exact::<3, 6>(19);
        gradients_are_exact::<2, 9>(19);
        gradients_are_exact::<5, 6>(2);
    }

    #[test]
    fn gradients_add_up() {
        let layer = layer::<2, 1>();
        let mut rig = Rig::new(2, 2, 3);
        rig.set(rig.x, &normals(6, 1));
        rig.set(rig.dy, &normals(6, 2));
        forward(&layer, &mut rig);
        rig.prepare_backward(&layer, CONFIG);
        let mut once = layer.clone();
        rig.gradient(&layer, CONFIG, &mut once, false);
        let mut twice = once.clone();
        rig.gradient(&layer, CONFIG, &mut twice, true);
        assert_eq!((twice.weight, twice.bias), (once.weight * 2.0, once.bias * 2.0));
    }

    #[test]
    fn a_distant_mean_costs_few_digits() {
        let samples = 500;
        let x: Vec<f32> = normals(samples, 1).iter().map(|x| 1e4 + *x as f32).collect();
        let layer = BatchNorm::<f32, 1> { weight: SVector::repeat(1.0), bias: SVector::repeat(0.0) };
        let mut rig = Rig::new(1, 1, samples);
        rig.set(rig.x, &x);
        let y: Vec<f64> = forward(&layer, &mut rig).iter().map(|y| f64::from(*y)).collect();
        let mean = y.iter().sum::<f64>() / samples as f64;
        let variance = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / samples as f64;
        // Numbers of this size lie 1e-3 apart.
        assert!(mean.abs() < 1e-3 && (variance - 1.0).abs() < 1e-3, "{mean} {variance}");
    }

    #[test]
    fn one_sample_is_as_many() {
        let mut buffers = buffers::<f64, 3, 6>();
        buffers.running_mean = SVector::from([1.0, -2.0, 0.5]);
        buffers.running_var = SVector::from([0.1, 4.0, 1.0]);
        assert_one_alike(&layer::<3, 6>(), &buffers, CONFIG, 18);
    }

    #[test]
    fn begins_as_the_identity() {
        let mut layer = layer::<2, 1>();
        layer.initialise(Initialiser::HeNormal(crate::init::HeNormal), &mut Random::new(0));
        let mut y = [0.0; 2];
        let exact = BatchNormConfig { eps: 0.0, ..CONFIG };
        layer.infer_one::<crate::isa::Portable>(&buffers::<f64, 2, 1>(), exact, &[3.0, -4.0], &mut y);
        assert_eq!(y, [3.0, -4.0]);
    }

    #[test]
    fn running_statistics_learn_from_mean_and_unbiased_variance() {
        let layer = layer::<1, 2>();
        let mut rig = Rig::new(2, 2, 2);
        // Mean 3, squares around it 4 + 0 + 0 + 4.
        rig.set(rig.x, &[1.0, 3.0, 3.0, 5.0]);
        rig.prepare(&layer, CONFIG);
        let mut buffers = buffers::<f64, 1, 2>();
        <BatchNorm<f64, 1, 2>>::update(&mut buffers, CONFIG, &rig.shared, 2);
        assert_close(buffers.running_mean.as_slice(), &[0.1 * 3.0], 1e-15);
        assert_close(buffers.running_var.as_slice(), &[0.9 + 0.1 * 8.0 / 3.0], 1e-15);
        assert_eq!(buffers.num_batches_tracked[0], 1.0);
    }

    #[test]
    fn one_value_gives_the_bias_and_leaves_the_running_variance() {
        let layer = layer::<2, 1>();
        let mut rig = Rig::new(2, 2, 1);
        rig.set(rig.x, &[5.0, -5.0]);
        assert_eq!(forward(&layer, &mut rig), layer.bias.as_slice());
        let mut buffers = buffers::<f64, 2, 1>();
        <BatchNorm<f64, 2>>::update(&mut buffers, CONFIG, &rig.shared, 1);
        assert_eq!(buffers.running_mean.as_slice(), [0.5, -0.5]);
        assert_eq!(buffers.running_var.as_slice(), [1.0, 1.0]);
    }
}
