//! Drives one layer over samples, as a network would: for tests here and in the tests crate.

use num_dual::Dual64;
use shapewise::isa::Portable;
use shapewise::layers::{BatchWide, Layer};
use shapewise::random::Random;
use shapewise::{Arena, Block, CHUNK, Exact, LANES, Lanes, Pass, Place, Ports, Real, Slot};

/// A scalar that carries its exact derivative.
pub(crate) type Dual = Exact<Dual64>;

/// A value, and its derivative by the variable in question.
pub(crate) fn dual(value: f64, derivative: f64) -> Dual {
    Exact(Dual64::new(value, derivative))
}

/// Values to work on: normal, the same for the same seed.
pub(crate) fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.normal()).collect()
}

/// `found` is `expected`, up to `tolerance` relative to the larger of it and 1.
#[track_caller]
pub(crate) fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let bound = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= bound, "value {i}: found {found}, expected {expected}");
    }
}

/// The derivative of `Σ dy·y`, where `y` carries the derivatives.
pub(crate) fn derivative(dy: &[f64], y: &[Dual]) -> f64 {
    dy.iter().zip(y).map(|(dy, y)| dy * y.0.eps).sum()
}

/// `backward` gives the exact derivatives of `forward` by every input.
pub(crate) fn assert_exact(
    features: usize,
    samples: usize,
    forward: impl Fn(&mut Rig<Dual>) -> Vec<Dual>,
    backward: impl Fn(&mut Rig<f64>) -> Vec<f64>,
) {
    assert_exact_as([features, features], samples, forward, backward);
}

/// [`assert_exact`] with so many features in and so many out.
fn assert_exact_as(
    [inputs, outputs]: [usize; 2],
    samples: usize,
    forward: impl Fn(&mut Rig<Dual>) -> Vec<Dual>,
    backward: impl Fn(&mut Rig<f64>) -> Vec<f64>,
) {
    let (x, dy) = (normals(inputs * samples, 1), normals(outputs * samples, 2));
    let mut rig = Rig::new(inputs, outputs, samples);
    rig.set(rig.x, &x);
    rig.set(rig.dy, &dy);
    let found = backward(&mut rig);
    assert!(rig.padding(rig.dx).iter().all(|dx| *dx == 0.0), "a lane without a sample has a gradient");
    let expected: Vec<f64> = (0..x.len())
        .map(|input| {
            let x: Vec<Dual> = x.iter().enumerate().map(|(i, x)| dual(*x, f64::from(u8::from(i == input)))).collect();
            let mut rig = Rig::new(inputs, outputs, samples);
            rig.set(rig.x, &x);
            derivative(&dy, &forward(&mut rig))
        })
        .collect();
    assert_close(&found, &expected, 1e-12);
}

/// [`assert_exact`] for a layer that needs no preparation; `lifted` is the same layer.
pub(crate) fn assert_pass_exact<C: Copy, L, D>(layer: &L, lifted: &D, config: C, sizes: [usize; 2], samples: usize)
where
    L: Layer<f64, Config = C>,
    D: Layer<Dual, Config = C>,
{
    assert_exact_as(
        sizes,
        samples,
        |rig| rig.forward(lifted, config),
        |rig| {
            rig.forward(layer, config);
            rig.backward(layer, config)
        },
    );
}

/// [`assert_exact`], and the same for the gradient by every parameter, which also adds up.
/// `backward` leaves the rig as [`Layer::gradient`] needs it, and `D` is the same layer.
pub(crate) fn assert_gradients_exact<L: Layer<f64> + Block<f64> + Clone, D: Block<Dual>>(
    layer: &L,
    config: L::Config,
    [features, samples]: [usize; 2],
    forward: impl Fn(&mut Rig<Dual>, &D) -> Vec<Dual>,
    backward: impl Fn(&mut Rig<f64>, &L) -> Vec<f64>,
) {
    let lifted = |variable: Option<usize>| {
        let mut lifted = D::zeroed();
        for (i, (lifted, value)) in lifted.values_mut().iter_mut().zip(layer.values()).enumerate() {
            *lifted = dual(*value, f64::from(u8::from(variable == Some(i))));
        }
        lifted
    };
    assert_exact(features, samples, |rig| forward(rig, &lifted(None)), |rig| backward(rig, layer));

    let (x, dy) = (normals(features * samples, 3), normals(features * samples, 4));
    let mut rig = Rig::new(features, features, samples);
    rig.set(rig.x, &x);
    rig.set(rig.dy, &dy);
    backward(&mut rig, layer);
    let mut gradient = layer.clone();
    gradient.values_mut().fill(f64::NAN);
    rig.gradient(layer, config, &mut gradient, false);
    let once = gradient.values().to_vec();
    rig.gradient(layer, config, &mut gradient, true);
    assert_close(gradient.values(), &once.iter().map(|slope| 2.0 * slope).collect::<Vec<_>>(), 1e-14);
    let mut rig = Rig::new(features, features, samples);
    rig.set(rig.x, &x.iter().map(|x| dual(*x, 0.0)).collect::<Vec<_>>());
    let expected: Vec<f64> = (0..once.len()).map(|i| derivative(&dy, &forward(&mut rig, &lifted(Some(i))))).collect();
    assert_close(&once, &expected, 1e-12);
}

/// One sample alone comes out as it does among others.
pub(crate) fn assert_one_alike<L: Layer<f64>>(layer: &L, buffers: &L::Buffers, config: L::Config, features: usize) {
    assert_one_alike_as(layer, buffers, config, [features, features]);
}

/// [`assert_one_alike`] with so many features in and so many out.
pub(crate) fn assert_one_alike_as<L: Layer<f64>>(
    layer: &L,
    buffers: &L::Buffers,
    config: L::Config,
    [inputs, outputs]: [usize; 2],
) {
    let x = normals(inputs * 37, 5);
    let mut rig = Rig::new(inputs, outputs, 37);
    rig.set(rig.x, &x);
    let together = rig.infer(layer, buffers, config);
    let mut alone = vec![0.0; outputs * 37];
    for (x, y) in x.chunks_exact(inputs).zip(alone.chunks_exact_mut(outputs)) {
        layer.infer_one::<Portable>(buffers, config, x, y);
    }
    assert_close(&together, &alone, 1e-14);
}

/// The edges around a layer, for some samples. Lanes without a sample hold nonsense, except in the output gradient.
pub(crate) struct Rig<T> {
    rows: Vec<Lanes<T>>,
    samples: usize,
    stride: usize,
    pub(crate) x: Slot,
    pub(crate) y: Slot,
    pub(crate) dy: Slot,
    pub(crate) dx: Slot,
    pub(crate) shared: Vec<T>,
    pub(crate) seed: u64,
}

impl<T: Real> Rig<T> {
    pub(crate) fn new(inputs: usize, outputs: usize, samples: usize) -> Self {
        let stride = 2 * (inputs + outputs);
        let chunks = samples.div_ceil(LANES * CHUNK);
        let mut rig = Self {
            rows: vec![Lanes::splat(T::from_f64(1e6)); chunks * CHUNK * stride],
            samples,
            stride,
            x: Slot::new(0, inputs),
            y: Slot::new(inputs, outputs),
            dy: Slot::new(inputs + outputs, outputs),
            dx: Slot::new(inputs + 2 * outputs, inputs),
            shared: Vec::new(),
            seed: 1,
        };
        for sample in 0..chunks * CHUNK * LANES {
            for feature in 0..outputs {
                *rig.at(rig.dy, sample, feature) = T::zero();
            }
        }
        rig
    }

    fn at(&mut self, slot: Slot, sample: usize, feature: usize) -> &mut T {
        let (block, lane) = (sample / LANES, sample % LANES);
        let row = (block / CHUNK * self.stride + slot.offset) * CHUNK + block % CHUNK * slot.features + feature;
        &mut self.rows[row][lane]
    }

    /// Fills an edge from values that lie sample by sample.
    pub(crate) fn set(&mut self, slot: Slot, values: &[T]) {
        assert_eq!(values.len(), slot.features * self.samples);
        for (i, value) in values.iter().enumerate() {
            *self.at(slot, i / slot.features, i % slot.features) = *value;
        }
    }

    /// The values of an edge, sample by sample.
    pub(crate) fn get(&mut self, slot: Slot) -> Vec<T> {
        (0..self.samples * slot.features).map(|i| *self.at(slot, i / slot.features, i % slot.features)).collect()
    }

    /// The values of an edge in the lanes without a sample.
    pub(crate) fn padding(&mut self, slot: Slot) -> Vec<T> {
        let all = self.samples.next_multiple_of(LANES);
        (self.samples * slot.features..all * slot.features)
            .map(|i| *self.at(slot, i / slot.features, i % slot.features))
            .collect()
    }

    fn chunks(&mut self, mut work: impl FnMut(Pass<'_, T>)) {
        let mut scratch = vec![Lanes::splat(T::zero()); self.stride];
        for (chunk, rows) in self.rows.chunks_exact_mut(CHUNK * self.stride).enumerate() {
            let samples = (self.samples - chunk * LANES * CHUNK).min(LANES * CHUNK);
            let blocks = samples.div_ceil(LANES);
            let place = Place { blocks, samples, first_block: chunk * CHUNK, seed: self.seed };
            work(Pass::new(rows, &mut scratch, &self.shared, place));
        }
    }

    fn arena(&self) -> Arena<'_, T> {
        Arena::new(&self.rows, self.stride, self.samples)
    }

    pub(crate) fn infer<L: Layer<T>>(&mut self, layer: &L, buffers: &L::Buffers, config: L::Config) -> Vec<T> {
        let (x, y) = (self.x, self.y);
        self.chunks(|mut pass| pass.infer(layer, buffers, config, x, y));
        self.get(y)
    }

    pub(crate) fn forward<L: Layer<T>>(&mut self, layer: &L, config: L::Config) -> Vec<T> {
        let (x, y) = (self.x, self.y);
        self.chunks(|mut pass| pass.forward(layer, config, x, y));
        self.get(y)
    }

    pub(crate) fn backward<L: Layer<T>>(&mut self, layer: &L, config: L::Config) -> Vec<T> {
        let ports = Ports { x: self.x, y: self.y, dy: self.dy, dx: self.dx };
        self.chunks(|mut pass| pass.backward(layer, config, ports));
        self.get(self.dx)
    }

    pub(crate) fn gradient<L: Layer<T>>(&self, layer: &L, config: L::Config, gradient: &mut L, accumulate: bool) {
        let arena = self.arena();
        layer.gradient(config, arena.edge(self.x), arena.edge(self.dy), &self.shared, gradient, accumulate);
    }

    pub(crate) fn prepare<L: BatchWide<T>>(&mut self, layer: &L, config: L::Config) {
        let mut shared = vec![T::from_f64(1e6); L::SHARED];
        layer.prepare(config, self.arena().edge(self.x), &mut shared);
        self.shared = shared;
    }

    pub(crate) fn prepare_backward<L: BatchWide<T>>(&mut self, layer: &L, config: L::Config) {
        let mut shared = core::mem::take(&mut self.shared);
        let arena = self.arena();
        layer.prepare_backward(config, arena.edge(self.x), arena.edge(self.dy), &mut shared);
        self.shared = shared;
    }
}
