//! One sample through a network whose sizes are all constants: the best hand-made inference.

use shapewise::Real;
use shapewise::isa::{Isa, Task};

use crate::hand::Activation;

/// The hyperbolic tangent by a quotient of polynomials, good to a few units in the last place (Eigen's coefficients).
#[inline(always)]
pub(crate) fn tanh<I: Isa>(x: f32) -> f32 {
    let x = x.clamp(-7.905_311, 7.905_311);
    let x2 = x * x;
    let p = x2.fma::<I>(-2.760_768_5e-16, 2.000_188e-13);
    let p = x2.fma::<I>(p, -8.604_672e-11);
    let p = x2.fma::<I>(p, 5.122_297e-8);
    let p = x2.fma::<I>(p, 1.485_722_4e-5);
    let p = x2.fma::<I>(p, 6.372_619_3e-4);
    let p = x2.fma::<I>(p, 4.893_524_6e-3);
    let q = x2.fma::<I>(1.198_258_4e-6, 1.185_347_1e-4);
    let q = x2.fma::<I>(q, 2.268_434_7e-3);
    let q = x2.fma::<I>(q, 4.893_525e-3);
    x * p / q
}

/// One sample through three dense layers whose sizes are constants, so that every loop is unrolled into vectors.
#[derive(Debug)]
pub struct Unrolled<'a, const A: usize, const B: usize, const C: usize, const D: usize> {
    /// Layer by layer, weights input by input, then the bias.
    pub parameters: &'a [f32],
    /// Between the layers.
    pub activation: Activation,
    /// The sample.
    pub x: &'a [f32; A],
}

impl<const A: usize, const B: usize, const C: usize, const D: usize> Task for Unrolled<'_, A, B, C, D> {
    type Output = [f32; D];

    #[inline(always)]
    fn run<I: Isa>(self) -> [f32; D] {
        match self.activation {
            Activation::Identity => self.forward::<I>(|z| z),
            Activation::Relu => self.forward::<I>(|z| z.max(0.0)),
            Activation::Tanh => self.forward::<I>(tanh::<I>),
        }
    }
}

impl<const A: usize, const B: usize, const C: usize, const D: usize> Unrolled<'_, A, B, C, D> {
    #[inline(always)]
    fn forward<I: Isa>(self, activation: impl Fn(f32) -> f32) -> [f32; D] {
        let (first, rest) = self.parameters.split_at((A + 1) * B);
        let (second, third) = rest.split_at((B + 1) * C);
        let mut hidden = dense::<I, A, B>(first, self.x);
        for z in &mut hidden {
            *z = activation(*z);
        }
        let mut hidden = dense::<I, B, C>(second, &hidden);
        for z in &mut hidden {
            *z = activation(*z);
        }
        dense::<I, C, D>(third, &hidden)
    }
}

/// One sample through one dense layer and relu.
#[derive(Debug)]
pub struct OneDense<'a, const SIDE: usize> {
    /// Weights input by input, then the bias.
    pub parameters: &'a [f32],
    /// The sample.
    pub x: &'a [f32; SIDE],
}

impl<const SIDE: usize> Task for OneDense<'_, SIDE> {
    type Output = [f32; SIDE];

    #[inline(always)]
    fn run<I: Isa>(self) -> [f32; SIDE] {
        dense::<I, SIDE, SIDE>(self.parameters, self.x).map(|z| z.max(0.0))
    }
}

#[inline(always)]
fn dense<I: Isa, const FROM: usize, const TO: usize>(parameters: &[f32], x: &[f32; FROM]) -> [f32; TO] {
    let (weight, bias) = parameters.split_at(FROM * TO);
    let (weight, _) = weight.as_chunks::<TO>();
    let (weight, bias) = (weight.first_chunk().expect("one row an input"), bias.first_chunk().expect("one an output"));
    // Four sums an output, so that no addition waits for the one before; wide layers have outputs enough without.
    if TO > 32 { sums::<I, FROM, TO, 1>(weight, bias, x) } else { sums::<I, FROM, TO, 4>(weight, bias, x) }
}

#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "loops over constants become vectors in registers, iterators do not")]
fn sums<I: Isa, const FROM: usize, const TO: usize, const SUMS: usize>(
    weight: &[[f32; TO]; FROM],
    bias: &[f32; TO],
    x: &[f32; FROM],
) -> [f32; TO] {
    const { assert!(FROM.is_multiple_of(SUMS), "every sum gets as many inputs") };
    let mut sums = [[0.0; TO]; SUMS];
    sums[0] = *bias;
    for first in (0..FROM).step_by(SUMS) {
        for s in 0..SUMS {
            for o in 0..TO {
                sums[s][o] = weight[first + s][o].fma::<I>(x[first + s], sums[s][o]);
            }
        }
    }
    let mut y = [0.0; TO];
    for o in 0..TO {
        for s in 0..SUMS {
            y[o] += sums[s][o];
        }
    }
    y
}

/// One sample through `LeNet-5`, with every size a constant.
#[derive(Debug)]
pub struct UnrolledLenet<'a> {
    /// Layer by layer, weights input by input or tap by tap, then the bias.
    pub parameters: &'a [f32],
    /// The picture.
    pub x: &'a [f32; 784],
}

impl Task for UnrolledLenet<'_> {
    type Output = [f32; 10];

    #[inline(always)]
    fn run<I: Isa>(self) -> [f32; 10] {
        let (conv1, rest) = self.parameters.split_at(26 * 6);
        let (conv2, rest) = rest.split_at(151 * 16);
        let (fc1, rest) = rest.split_at(257 * 120);
        let (fc2, fc3) = rest.split_at(121 * 84);
        let mut maps = [[0.0; 144]; 6];
        conv::<I, 1, 6, 28, 24, 784, 144>(conv1, std::array::from_ref(self.x), &mut maps);
        let mut small = [[0.0; 16]; 16];
        conv::<I, 6, 16, 12, 8, 144, 16>(conv2, &maps, &mut small);
        let mut flat = [0.0; 256];
        flat.copy_from_slice(small.as_flattened());
        let hidden = dense::<I, 256, 120>(fc1, &flat).map(|z| z.max(0.0));
        let hidden = dense::<I, 120, 84>(fc2, &hidden).map(|z| z.max(0.0));
        dense::<I, 84, 10>(fc3, &hidden)
    }
}

/// A 5 × 5 convolution, relu and the largest of each 2 × 2: two rows of a map at a time, a vector of columns each.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "loops over constants become vectors in registers, iterators do not")]
fn conv<
    I: Isa,
    const C: usize,
    const M: usize,
    const SIDE: usize,
    const OUT: usize,
    const IN: usize,
    const POOLED: usize,
>(
    parameters: &[f32],
    x: &[[f32; IN]; C],
    y: &mut [[f32; POOLED]; M],
) {
    let (weight, bias) = parameters.split_at(C * 25 * M);
    for map in 0..M {
        for pair in 0..OUT / 2 {
            let mut sums = [[bias[map]; OUT]; 2];
            for patch in 0..C * 25 {
                let (channel, ky, kx) = (patch / 25, patch / 5 % 5, patch % 5);
                let w = weight[patch * M + map];
                for row in 0..2 {
                    let x: &[f32; OUT] = x[channel][(2 * pair + row + ky) * SIDE + kx..].first_chunk().expect("a row");
                    for column in 0..OUT {
                        sums[row][column] = w.fma::<I>(x[column], sums[row][column]);
                    }
                }
            }
            for column in 0..OUT / 2 {
                let square =
                    [sums[0][2 * column], sums[0][2 * column + 1], sums[1][2 * column], sums[1][2 * column + 1]];
                y[map][pair * (OUT / 2) + column] = square.into_iter().fold(0.0, f32::max);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use shapewise::isa::Portable;

    use super::tanh;

    #[test]
    fn tanh_agrees_with_the_standard_library() {
        for i in -2000..=2000 {
            let x = i as f32 / 200.0;
            assert!((tanh::<Portable>(x) - x.tanh()).abs() < 5e-7, "{x}");
        }
    }
}
