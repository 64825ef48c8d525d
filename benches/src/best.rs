//! The best hand-made version: products by `matrixmultiply` or `gemm`, everything around them in fused loops that
//! are compiled for the machine's vectors, and for one sample a network whose sizes are all constants.

use shapewise::Real;
use shapewise::isa::{Isa, Task, dispatch};

use crate::aligned::Aligned;
use crate::naive::{Activation, Mlp, cross_entropy};

/// Who multiplies matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// The crate `matrixmultiply`.
    MatrixMultiply,
    /// The crate `gemm`, on one thread.
    Gemm,
}

/// A matrix to read.
#[derive(Clone, Copy)]
struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Row by row.
    fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        assert!(values.len() == rows * columns);
        Self { values, rows, columns, row_stride: columns, column_stride: 1 }
    }

    fn transposed(self) -> Self {
        Self {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

impl Product {
    /// `c = a · b`, row by row.
    #[allow(unsafe_code, reason = "both crates take pointers")]
    fn multiply(self, a: Matrix<'_>, b: Matrix<'_>, c: &mut [f32]) {
        assert!(a.columns == b.rows && c.len() == a.rows * b.columns);
        let (m, k, n) = (a.rows, a.columns, b.columns);
        let (a_row, a_column) = (a.row_stride.cast_signed(), a.column_stride.cast_signed());
        let (b_row, b_column) = (b.row_stride.cast_signed(), b.column_stride.cast_signed());
        let (a, b, c, c_row) = (a.values.as_ptr(), b.values.as_ptr(), c.as_mut_ptr(), n.cast_signed());
        match self {
            // SAFETY: `Matrix::new` and the assertion above measured all three slices, and `c` is borrowed alone.
            Self::MatrixMultiply => unsafe {
                matrixmultiply::sgemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, 0.0, c, c_row, 1);
            },
            // SAFETY: as above.
            Self::Gemm => unsafe {
                let one_thread = gemm::Parallelism::None;
                let (keep, scale) = (0.0, 1.0);
                gemm::gemm(
                    m, n, k, c, 1, c_row, false, a, a_column, a_row, b, b_column, b_row, keep, scale, false, false,
                    false, one_thread,
                );
            },
        }
    }
}

/// Runs a loop compiled for the machine's vectors.
fn vectors<R>(work: impl FnOnce() -> R) -> R {
    struct Vectors<F>(F);
    impl<R, F: FnOnce() -> R> Task for Vectors<F> {
        type Output = R;
        #[inline(always)]
        fn run<I: Isa>(self) -> R {
            (self.0)()
        }
    }
    dispatch(Vectors(work))
}

/// A network by products of whole batches, with Adam's state.
#[derive(Debug)]
pub struct Best {
    mlp: Mlp,
    product: Product,
    batch: usize,
    offsets: Vec<usize>,
    parameters: Aligned,
    gradients: Aligned,
    m: Aligned,
    v: Aligned,
    steps: i32,
    /// Output of each layer, sample by sample, and its gradient.
    outputs: Vec<Aligned>,
    deltas: Vec<Aligned>,
}

impl Best {
    /// Starts with these parameters: layer by layer, weights input by input, then the bias.
    pub fn new(mlp: Mlp, product: Product, parameters: &[f32], batch: usize) -> Self {
        let zeros = || Aligned::zeros(parameters.len());
        let each_layer = || mlp.layers().map(|(_, outputs)| Aligned::zeros(batch * outputs)).collect();
        Self {
            mlp,
            product,
            batch,
            offsets: mlp.offsets(),
            parameters: Aligned::of(parameters),
            gradients: zeros(),
            m: zeros(),
            v: zeros(),
            steps: 0,
            outputs: each_layer(),
            deltas: each_layer(),
        }
    }

    /// A batch forward: the logits, sample by sample.
    pub fn forward(&mut self, inputs: &[f32]) -> &[f32] {
        let last = self.offsets.len() - 1;
        for (layer, (from, to)) in self.mlp.layers().enumerate() {
            let (weight, bias) = self.parameters[self.offsets[layer]..].split_at(from * to);
            let (before, after) = self.outputs.split_at_mut(layer);
            let x = before.last().map_or(inputs, |x| &**x);
            let y = &mut *after[0];
            self.product.multiply(Matrix::new(x, self.batch, from), Matrix::new(weight, from, to), y);
            let activation = (layer < last).then_some(self.mlp.activation);
            dispatch(AddBias { y, bias: &bias[..to], activation });
        }
        &self.outputs[last]
    }

    /// A whole training step: gives the mean loss before it.
    pub fn step(&mut self, inputs: &[f32], labels: &[u32]) -> f32 {
        let last = self.offsets.len() - 1;
        let classes = self.mlp.sizes[last + 1];
        let scale = 1.0 / self.batch as f32;
        self.forward(inputs);
        let mut loss = 0.0;
        let logits = self.outputs[last].chunks_exact(classes);
        for ((logits, dy), &label) in logits.zip(self.deltas[last].chunks_exact_mut(classes)).zip(labels) {
            loss += cross_entropy(logits, label, scale, dy);
        }
        for (layer, (from, to)) in self.mlp.layers().enumerate().rev() {
            let (before, after) = self.deltas.split_at_mut(layer);
            let x = if layer == 0 { inputs } else { &self.outputs[layer - 1] };
            let dy = Matrix::new(&after[0], self.batch, to);
            let (dw, db) = self.gradients[self.offsets[layer]..].split_at_mut(from * to);
            self.product.multiply(Matrix::new(x, self.batch, from).transposed(), dy, dw);
            sum_rows(dy.values, &mut db[..to]);
            if let Some(dx) = before.last_mut() {
                let weight = &self.parameters[self.offsets[layer]..][..from * to];
                self.product.multiply(dy, Matrix::new(weight, from, to).transposed(), dx);
                match self.mlp.activation {
                    Activation::Relu => slopes(dx, x, |y| if y > 0.0 { 1.0 } else { 0.0 }),
                    Activation::Tanh => slopes(dx, x, |y| 1.0 - y * y),
                }
            }
        }
        self.adam();
        loss * scale
    }

    fn adam(&mut self) {
        self.steps += 1;
        let rate = 0.001 / (1.0 - 0.9_f32.powi(self.steps));
        let root = 1.0 / (1.0 - 0.999_f32.powi(self.steps)).sqrt();
        vectors(|| {
            let parameters = self.parameters.iter_mut().zip(&*self.gradients);
            for (((p, g), m), v) in parameters.zip(&mut *self.m).zip(&mut *self.v) {
                *m = 0.9 * *m + 0.1 * g;
                *v = 0.999 * *v + 0.001 * g * g;
                *p -= rate * *m / (v.sqrt() * root + 1e-8);
            }
        });
    }
}

/// `y ← f(y + bias)` in every row.
struct AddBias<'a> {
    y: &'a mut [f32],
    bias: &'a [f32],
    activation: Option<Activation>,
}

impl Task for AddBias<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        match self.activation {
            None => self.each(|z| z),
            Some(Activation::Relu) => self.each(|z| z.max(0.0)),
            Some(Activation::Tanh) => self.each(tanh::<I>),
        }
    }
}

impl AddBias<'_> {
    #[inline(always)]
    fn each(self, f: impl Fn(f32) -> f32) {
        for row in self.y.chunks_exact_mut(self.bias.len()) {
            for (y, bias) in row.iter_mut().zip(self.bias) {
                *y = f(*y + bias);
            }
        }
    }
}

/// `dy ← dy · f′`, with the slope from the output.
fn slopes(dy: &mut [f32], y: &[f32], slope: impl Fn(f32) -> f32) {
    vectors(|| {
        for (dy, y) in dy.iter_mut().zip(y) {
            *dy *= slope(*y);
        }
    });
}

/// The sum over all rows.
fn sum_rows(rows: &[f32], sums: &mut [f32]) {
    vectors(|| {
        sums.fill(0.0);
        for row in rows.chunks_exact(sums.len()) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    });
}

/// The hyperbolic tangent by a quotient of polynomials, good to a few units in the last place (Eigen's coefficients).
#[inline(always)]
fn tanh<I: Isa>(x: f32) -> f32 {
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
