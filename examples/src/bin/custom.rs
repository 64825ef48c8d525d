//! A layer and an activation of one's own: radial basis functions with learned centres, on the spirals.

use shapewise::init::{Fan, Initialiser};
use shapewise::isa::Isa;
use shapewise::layers::{CustomLayer, Layer, Sizes};
use shapewise::nalgebra::{SMatrix, SVector};
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::metrics::Accuracy;
use shapewise::{Backward, Edge, LANES, Lanes, Parameters, Place, Role, TensorInfo};
use shapewise_examples::sets;

network! {
    /// A point of the plane in, three classes out; the first layer answers with how near its centres are.
    #[derive(Clone, Debug)]
    pub struct Spirals: [2] -> [3] {
        centres: layer(Radial<f32, 2, 48>, init = normal(0.6)) -> [48],
        dense(24), activation(|x| x / (1.0 + x * x).sqrt(), slope = |x| (1.0 + x * x).sqrt().powi(-3)),
        dense(3),
    }
}

/// ```text
/// y = 1 / (1 + s·‖x − c‖²)        z = s·‖x − c‖²        dz = −dy·y²
/// dx = Σ 2·s·(x − c)·dz           dc = −Σ 2·s·(x − c)·dz         ds = Σ ‖x − c‖²·dz
/// ```
///
/// Source: Broomhead, Lowe, "Multivariable functional interpolation and adaptive networks", 1988.
#[derive(Clone, Debug, Parameters)]
#[repr(C)]
pub struct Radial<T, const IN: usize, const UNITS: usize> {
    /// c, a column a unit.
    pub centre: SMatrix<T, IN, UNITS>,
    /// s, how sharp each unit is.
    pub sharpness: SVector<T, UNITS>,
}

impl<T: Real, const IN: usize, const UNITS: usize> CustomLayer<T> for Radial<T, IN, UNITS> {
    const SIZES: Sizes = Sizes::Of { inputs: IN, outputs: UNITS };
    const FLOPS: usize = UNITS * (3 * IN + 3);
}

impl<T: Real, const IN: usize, const UNITS: usize> Radial<T, IN, UNITS> {
    /// ‖x − c‖² of 16 samples.
    fn distance(&self, x: &[Lanes<T>], unit: usize) -> Lanes<T> {
        let mut sum = Lanes::splat(T::zero());
        for (i, x) in x.iter().enumerate() {
            for lane in 0..LANES {
                let apart = x[lane] - self.centre[(i, unit)];
                sum[lane] += apart * apart;
            }
        }
        sum
    }
}

impl<T: Real, const IN: usize, const UNITS: usize> Layer<T> for Radial<T, IN, UNITS> {
    type Config = ();
    type Buffers = ();

    const TENSORS: &'static [TensorInfo] =
        &[TensorInfo::new("centre", &[IN, UNITS], Role::Weight), TensorInfo::new("sharpness", &[UNITS], Role::Norm)];

    fn initialise(&mut self, scheme: Initialiser, random: &mut Random) {
        scheme.fill(self.centre.as_mut_slice(), Fan { inputs: IN, outputs: UNITS }, random);
        self.sharpness.fill(T::from_f64(8.0));
    }

    fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
        for (unit, y) in y.iter_mut().enumerate() {
            let apart = |i: usize| x[i] - self.centre[(i, unit)];
            let distance = (0..IN).fold(T::zero(), |sum, i| sum + apart(i) * apart(i));
            *y = T::one() / (T::one() + self.sharpness[unit] * distance);
        }
    }

    fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        for (x, y) in x.chunks_exact(IN).zip(y.chunks_exact_mut(UNITS)) {
            for (unit, y) in y.iter_mut().enumerate() {
                let (distance, s) = (self.distance(x, unit), self.sharpness[unit]);
                *y = Lanes(distance.0.map(|distance| T::one() / (T::one() + s * distance)));
            }
        }
    }

    fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), (), x, y, place);
    }

    fn backward(&self, (): (), at: Backward<'_, T>) {
        // dy becomes dz, which `gradient` wants too.
        for (dy, y) in Lanes::flat_mut(at.dy).iter_mut().zip(Lanes::flat(at.y)) {
            *dy = -(*dy * *y * *y);
        }
        let Some(dx) = at.dx else { return };
        dx.fill(Lanes::splat(T::zero()));
        for ((dx, x), dz) in dx.chunks_exact_mut(IN).zip(at.x.chunks_exact(IN)).zip(at.dy.chunks_exact(UNITS)) {
            for (unit, dz) in dz.iter().enumerate() {
                let twice = T::from_f64(2.0) * self.sharpness[unit];
                for i in 0..IN {
                    for lane in 0..LANES {
                        dx[i][lane] += twice * (x[i][lane] - self.centre[(i, unit)]) * dz[lane];
                    }
                }
            }
        }
    }

    fn gradient(&self, (): (), x: Edge<'_, T>, dz: Edge<'_, T>, _: &[T], gradient: &mut Self, accumulate: bool) {
        if !accumulate {
            gradient.centre.fill(T::zero());
            gradient.sharpness.fill(T::zero());
        }
        for block in 0..x.blocks() {
            let (rows, samples) = (x.block(block), x.samples_in(block));
            for (unit, dz) in dz.block(block).iter().enumerate() {
                let (distance, twice) = (self.distance(rows, unit), T::from_f64(2.0) * self.sharpness[unit]);
                for lane in 0..samples {
                    gradient.sharpness[unit] += distance[lane] * dz[lane];
                    for (i, row) in rows.iter().enumerate() {
                        gradient.centre[(i, unit)] -= twice * (row[lane] - self.centre[(i, unit)]) * dz[lane];
                    }
                }
            }
        }
    }
}

fn main() -> Result<()> {
    let (train, test) = sets::spirals(3, 200)?.split_by_class(0.25, 1)?;
    let mut net = Spirals::boxed(1);
    net.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(150).progress(Progress::off()).fit(&train)?;

    let mut accuracy = Accuracy::default();
    net.evaluate(&test, &CrossEntropy::new(), &mut [&mut accuracy])?;
    println!("{}", Spirals::SUMMARY);
    println!("a centre went to {:.2}, {:.2}", net.centres.centre[(0, 0)], net.centres.centre[(1, 0)]);
    println!("test accuracy {:.2} %", 100.0 * accuracy.ratio());
    Ok(())
}
