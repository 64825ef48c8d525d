//! Layers as a user writes them: with parameters, without, with a configuration, and of another size than their input.
#![forbid(unsafe_code)]

use nalgebra::{SMatrix, SVector};
use shapewise::init::{Fan, Initialiser};
use shapewise::isa::Isa;
use shapewise::layers::{CustomLayer, Layer, Pointwise, Sizes};
use shapewise::random::Random;
use shapewise::{Backward, Edge, LANES, Lanes, Parameters, Place, Real, Role, TensorInfo};

/// Squashed distances to learned centres: `y = 1 / (1 + g·‖x − c‖²)`, a rational radial basis.
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct Radial<T, const IN: usize, const OUT: usize> {
    /// One column a centre.
    pub centres: SMatrix<T, IN, OUT>,
    /// How narrow each is.
    pub narrowness: SVector<T, OUT>,
}

impl<T: Real, const IN: usize, const OUT: usize> CustomLayer<T> for Radial<T, IN, OUT> {
    const SIZES: Sizes = Sizes::Of { inputs: IN, outputs: OUT };
    const SCRATCH: usize = 1;
    const FLOPS: usize = OUT * (3 * IN + 3);
}

impl<T: Real, const IN: usize, const OUT: usize> Layer<T> for Radial<T, IN, OUT> {
    type Config = ();
    type Buffers = ();

    const TENSORS: &'static [TensorInfo] =
        &[TensorInfo::new("centres", &[IN, OUT], Role::Weight), TensorInfo::new("narrowness", &[OUT], Role::Norm)];

    fn initialise(&mut self, scheme: Initialiser, random: &mut Random) {
        scheme.fill(self.centres.as_mut_slice(), Fan { inputs: IN, outputs: OUT }, random);
        self.narrowness.fill(T::one());
    }

    fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
        for (unit, y) in y.iter_mut().enumerate() {
            let apart = |i: usize| x[i] - self.centres[(i, unit)];
            let distance = (0..IN).fold(T::zero(), |sum, i| sum + apart(i) * apart(i));
            *y = T::one() / (T::one() + self.narrowness[unit] * distance);
        }
    }

    fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        for (x, y) in x.chunks_exact(IN).zip(y.chunks_exact_mut(OUT)) {
            for (unit, y) in y.iter_mut().enumerate() {
                for lane in 0..y.0.len() {
                    let distance = self.distance(x, unit, lane);
                    y[lane] = T::one() / (T::one() + self.narrowness[unit] * distance);
                }
            }
        }
    }

    fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), (), x, y, place);
    }

    /// `dz = −dy·y²` is the gradient of `g·‖x − c‖²`, and is left for [`Layer::gradient`].
    fn backward(&self, (): (), at: Backward<'_, T>) {
        for (dy, y) in at.dy.iter_mut().zip(at.y) {
            for lane in 0..y.0.len() {
                dy[lane] = -(dy[lane] * y[lane] * y[lane]);
            }
        }
        let Some(dx) = at.dx else { return };
        let two = T::from_f64(2.0);
        for ((dx, x), dz) in dx.chunks_exact_mut(IN).zip(at.x.chunks_exact(IN)).zip(at.dy.chunks_exact(OUT)) {
            for i in 0..IN {
                // Through the scratch memory, which it has asked for.
                at.scratch[0] = Lanes::splat(T::zero());
                for (unit, dz) in dz.iter().enumerate() {
                    for lane in 0..LANES {
                        let apart = x[i][lane] - self.centres[(i, unit)];
                        at.scratch[0][lane] += two * self.narrowness[unit] * apart * dz[lane];
                    }
                }
                dx[i] = at.scratch[0];
            }
        }
    }

    fn gradient(&self, (): (), x: Edge<'_, T>, dz: Edge<'_, T>, _: &[T], gradient: &mut Self, accumulate: bool) {
        if !accumulate {
            gradient.centres.fill(T::zero());
            gradient.narrowness.fill(T::zero());
        }
        let two = T::from_f64(2.0);
        for block in 0..x.blocks() {
            let (rows, dz) = (x.block(block), dz.block(block));
            for lane in 0..x.samples_in(block) {
                for unit in 0..OUT {
                    let dz = dz[unit][lane];
                    gradient.narrowness[unit] += dz * self.distance(rows, unit, lane);
                    for (i, row) in rows.iter().enumerate() {
                        let apart = row[lane] - self.centres[(i, unit)];
                        gradient.centres[(i, unit)] -= two * self.narrowness[unit] * apart * dz;
                    }
                }
            }
        }
    }
}

impl<T: Real, const IN: usize, const OUT: usize> Radial<T, IN, OUT> {
    /// ‖x − c‖² of one sample of a block.
    fn distance(&self, x: &[Lanes<T>], unit: usize, lane: usize) -> T {
        (0..IN).fold(T::zero(), |sum, i| {
            let apart = x[i][lane] - self.centres[(i, unit)];
            sum + apart * apart
        })
    }
}

/// `y = k·x` with a fixed `k`: no parameters, a configuration, any number of values.
#[derive(Clone, Debug, PartialEq, Eq, Parameters)]
pub struct Gain;

/// The `k` of a [`Gain`].
#[derive(Clone, Copy, Debug)]
pub struct Factor(pub f64);

impl Default for Factor {
    fn default() -> Self {
        Self(-0.5)
    }
}

impl<T: Real> CustomLayer<T> for Gain {}

impl<T: Real> Layer<T> for Gain {
    type Config = Factor;
    type Buffers = ();

    fn infer_one<I: Isa>(&self, (): &(), k: Factor, x: &[T], y: &mut [T]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = T::from_f64(k.0) * *x;
        }
    }

    fn infer(&self, (): &(), k: Factor, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        for (y, x) in Lanes::flat_mut(y).iter_mut().zip(Lanes::flat(x)) {
            *y = T::from_f64(k.0) * *x;
        }
    }

    fn forward(&self, k: Factor, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), k, x, y, place);
    }

    fn backward(&self, k: Factor, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            self.infer(&(), k, at.dy, dx, at.place);
        }
    }
}

/// x³
pub fn cube<T: Real>(x: T) -> T {
    x * x * x
}

/// 3·x²
pub fn cube_slope<T: Real>(x: T) -> T {
    T::from_f64(3.0) * x * x
}

/// `x·σ(β·x)` with a fixed β.
#[derive(Clone, Copy, Debug)]
pub struct Swish {
    /// β
    pub beta: f64,
}

impl Pointwise for Swish {
    const DEFAULT: Self = Self { beta: 1.0 };
    const FROM_OUTPUT: bool = false;
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x * (T::from_f64(self.beta) * x).sigmoid::<I>()
    }
    fn slope<T: Real, I: Isa>(self, x: T, y: T) -> T {
        let beta = T::from_f64(self.beta);
        let s = (beta * x).sigmoid::<I>();
        s + beta * y * (T::one() - s)
    }
}
