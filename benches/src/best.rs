//! The best hand-made version: products by `matrixmultiply` or `gemm`, everything around them in fused loops that
//! are compiled for the machine's vectors.

use shapewise::isa::{Isa, Task, dispatch};

use crate::hand::{Activation, Back, Layer, Loops};
use crate::naive::EPSILON;
use crate::unrolled::tanh;

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
    /// `c = a · b`, row by row, added to what is there when `add`.
    #[allow(unsafe_code, reason = "both crates take pointers")]
    fn multiply(self, a: Matrix<'_>, b: Matrix<'_>, c: &mut [f32], add: bool) {
        assert!(a.columns == b.rows && c.len() == a.rows * b.columns);
        let (m, k, n) = (a.rows, a.columns, b.columns);
        let (a_row, a_column) = (a.row_stride.cast_signed(), a.column_stride.cast_signed());
        let (b_row, b_column) = (b.row_stride.cast_signed(), b.column_stride.cast_signed());
        let (a, b, c, c_row) = (a.values.as_ptr(), b.values.as_ptr(), c.as_mut_ptr(), n.cast_signed());
        let keep = f32::from(u8::from(add));
        match self {
            // SAFETY: `Matrix::new` and the assertion above measured all three slices, and `c` is borrowed alone.
            Self::MatrixMultiply => unsafe {
                matrixmultiply::sgemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, keep, c, c_row, 1);
            },
            // SAFETY: as above.
            Self::Gemm => unsafe {
                let one_thread = gemm::Parallelism::None;
                gemm::gemm(
                    m, n, k, c, 1, c_row, add, a, a_column, a_row, b, b_column, b_row, keep, 1.0, false, false, false,
                    one_thread,
                );
            },
        }
    }
}

/// Runs a loop compiled for the machine's vectors.
pub(crate) fn vectors<R>(work: impl FnOnce() -> R) -> R {
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

/// Runs a function that is always inlined, compiled for the machine's vectors: a closure around a long one would not be.
pub(crate) fn wide<A>(step: impl Fn(A), argument: A) {
    struct Wide<F, A>(F, A);
    impl<F: Fn(A), A> Task for Wide<F, A> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            (self.0)(self.1);
        }
    }
    dispatch(Wide(step, argument));
}

/// Products of whole batches for dense layers, of a sample's patches for convolutions, fused loops for the rest.
#[derive(Debug)]
pub struct Best {
    product: Product,
    /// A sample's patches, and their gradient.
    patches: Vec<f32>,
    delta: Vec<f32>,
    norm: Norm,
}

impl Best {
    /// Loops around this product.
    pub fn new(product: Product) -> Self {
        Self { product, patches: Vec::new(), delta: Vec::new(), norm: Norm::default() }
    }
}

impl Loops for Best {
    fn forward(&mut self, layer: &Layer, parameters: &[f32], x: &[f32], y: &mut [f32]) {
        let (weight, bias) = layer.split(parameters);
        match *layer {
            Layer::Dense { inputs, outputs, activation } => {
                let x = Matrix::new(x, x.len() / inputs, inputs);
                self.product.multiply(x, Matrix::new(weight, inputs, outputs), y, false);
                dispatch(AddBias { y, bias, activation });
            }
            Layer::Conv { maps, .. } => {
                let (patch, places) = (weight.len() / maps, layer.outputs() / maps);
                self.patches.resize(patch * places, 0.0);
                for (x, y) in x.chunks_exact(layer.inputs()).zip(y.chunks_exact_mut(layer.outputs())) {
                    to_patches(layer, x, &mut self.patches);
                    let patches = Matrix::new(&self.patches, patch, places);
                    self.product.multiply(Matrix::new(weight, patch, maps).transposed(), patches, y, false);
                    vectors(|| {
                        for (y, bias) in y.chunks_exact_mut(places).zip(bias) {
                            for y in y {
                                *y = (*y + bias).max(0.0);
                            }
                        }
                    });
                }
            }
            Layer::Pool { side, .. } => vectors(|| pool(side, x, y)),
            Layer::Norm { features } => vectors(|| self.norm.forward(features, weight, bias, x, y)),
            Layer::Add { .. } => {}
        }
    }

    fn backward(&mut self, layer: &Layer, back: Back<'_>) {
        let Back { parameters, x, y, dy, gradients, dx } = back;
        let (weight, _) = layer.split(parameters);
        let (dw, db) = layer.split_mut(gradients);
        match *layer {
            Layer::Dense { inputs, outputs, activation } => {
                let batch = x.len() / inputs;
                match activation {
                    Activation::Identity => {}
                    Activation::Relu => slopes(dy, y, |y| if y > 0.0 { 1.0 } else { 0.0 }),
                    Activation::Tanh => slopes(dy, y, |y| 1.0 - y * y),
                }
                sum_rows(dy, db);
                let dy = Matrix::new(dy, batch, outputs);
                self.product.multiply(Matrix::new(x, batch, inputs).transposed(), dy, dw, false);
                if let Some(dx) = dx {
                    self.product.multiply(dy, Matrix::new(weight, inputs, outputs).transposed(), dx, false);
                }
            }
            Layer::Conv { maps, .. } => {
                slopes(dy, y, |y| if y > 0.0 { 1.0 } else { 0.0 });
                self.conv_backward(layer, maps, weight, x, dy, [dw, db], dx);
            }
            Layer::Pool { side, .. } => {
                if let Some(dx) = dx {
                    vectors(|| pool_backward(side, x, y, dy, dx));
                }
            }
            Layer::Norm { features } => vectors(|| self.norm.backward(features, weight, y, dy, [dw, db], dx)),
            Layer::Add { .. } => {}
        }
    }

    fn adam(p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32, root: f32) {
        vectors(|| {
            for (((p, g), m), v) in p.iter_mut().zip(g).zip(m).zip(v) {
                *m = 0.9 * *m + 0.1 * g;
                *v = 0.999 * *v + 0.001 * g * g;
                *p -= rate * *m / (v.sqrt() * root + 1e-8);
            }
        });
    }
}

impl Best {
    fn conv_backward(
        &mut self,
        layer: &Layer,
        maps: usize,
        weight: &[f32],
        x: &[f32],
        dy: &[f32],
        [dw, db]: [&mut [f32]; 2],
        mut dx: Option<&mut [f32]>,
    ) {
        let (patch, places) = (weight.len() / maps, layer.outputs() / maps);
        self.patches.resize(patch * places, 0.0);
        self.delta.resize(patch * places, 0.0);
        db.fill(0.0);
        let samples = x.chunks_exact(layer.inputs()).zip(dy.chunks_exact(layer.outputs())).enumerate();
        for (sample, (x, dy)) in samples {
            to_patches(layer, x, &mut self.patches);
            let patches = Matrix::new(&self.patches, patch, places);
            let d = Matrix::new(dy, maps, places);
            self.product.multiply(patches, d.transposed(), dw, sample > 0);
            vectors(|| {
                for (db, dy) in db.iter_mut().zip(dy.chunks_exact(places)) {
                    // Sums side by side, so that they become vectors.
                    let mut sums = [0.0; 16];
                    for row in dy.as_chunks::<16>().0 {
                        for (sum, dy) in sums.iter_mut().zip(row) {
                            *sum += dy;
                        }
                    }
                    *db += sums.iter().sum::<f32>();
                }
            });
            if let Some(dx) = &mut dx {
                let dx = &mut dx[sample * layer.inputs()..][..layer.inputs()];
                self.product.multiply(Matrix::new(weight, patch, maps), d, &mut self.delta, false);
                dx.fill(0.0);
                rows(layer, |from, to, out| {
                    for (dx, delta) in dx[from..from + out].iter_mut().zip(&self.delta[to..to + out]) {
                        *dx += delta;
                    }
                });
            }
        }
    }
}

/// Calls `each(x, patches, length)` for every row of a map that one place of the kernel sees.
#[inline(always)]
fn rows(layer: &Layer, mut each: impl FnMut(usize, usize, usize)) {
    let Layer::Conv { channels, side, kernel, .. } = *layer else { return };
    let out = side - kernel + 1;
    let mut to = 0;
    for channel in 0..channels {
        for (ky, kx) in (0..kernel * kernel).map(|tap| (tap / kernel, tap % kernel)) {
            for row in 0..out {
                each((channel * side + row + ky) * side + kx, to, out);
                to += out;
            }
        }
    }
}

fn to_patches(layer: &Layer, x: &[f32], patches: &mut [f32]) {
    rows(layer, |from, to, out| patches[to..to + out].copy_from_slice(&x[from..from + out]));
}

#[inline(always)]
fn pool(side: usize, x: &[f32], y: &mut [f32]) {
    for (two, y) in x.chunks_exact(2 * side).zip(y.chunks_exact_mut(side / 2)) {
        let (upper, lower) = two.split_at(side);
        for ((y, a), b) in y.iter_mut().zip(upper.as_chunks::<2>().0).zip(lower.as_chunks::<2>().0) {
            *y = a[0].max(a[1]).max(b[0].max(b[1]));
        }
    }
}

#[inline(always)]
fn pool_backward(side: usize, x: &[f32], y: &[f32], dy: &[f32], dx: &mut [f32]) {
    let pooled = y.chunks_exact(side / 2).zip(dy.chunks_exact(side / 2));
    for ((x, dx), (y, dy)) in x.chunks_exact(2 * side).zip(dx.chunks_exact_mut(2 * side)).zip(pooled) {
        let ((upper, lower), (above, below)) = (x.split_at(side), dx.split_at_mut(side));
        let squares = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        let deltas = above.as_chunks_mut::<2>().0.iter_mut().zip(below.as_chunks_mut::<2>().0);
        for (((a, b), (above, below)), (y, dy)) in squares.zip(deltas).zip(y.iter().zip(dy)) {
            let mut rest = *dy;
            let mut take = |x: f32| {
                let taken = if x >= *y { rest } else { 0.0 };
                rest -= taken;
                taken
            };
            *above = [take(a[0]), take(a[1])];
            *below = [take(b[0]), take(b[1])];
        }
    }
}

/// What batch norm keeps for its way back.
#[derive(Debug)]
struct Norm {
    /// Sample by sample.
    normalised: Vec<f32>,
    /// A feature each.
    mean: Vec<f32>,
    inverse: Vec<f32>,
    running: [Vec<f32>; 2],
    random: [u32; 16],
}

impl Default for Norm {
    fn default() -> Self {
        let random = std::array::from_fn(|lane| 0x9e37_79b9_u32.wrapping_mul(lane as u32 + 1));
        Self { normalised: Vec::new(), mean: Vec::new(), inverse: Vec::new(), running: Default::default(), random }
    }
}

impl Norm {
    #[inline(always)]
    fn forward(&mut self, features: usize, weight: &[f32], bias: &[f32], x: &[f32], y: &mut [f32]) {
        let Self { normalised, mean, inverse, running, random } = self;
        let share = features as f32 / x.len() as f32;
        normalised.resize(x.len(), 0.0);
        for sums in [&mut *mean, &mut *inverse].into_iter().chain(&mut *running) {
            sums.resize(features, 0.0);
        }
        mean.fill(0.0);
        inverse.fill(0.0);
        for x in x.chunks_exact(features) {
            for (mean, x) in mean.iter_mut().zip(x) {
                *mean += x * share;
            }
        }
        for x in x.chunks_exact(features) {
            for ((square, mean), x) in inverse.iter_mut().zip(&*mean).zip(x) {
                *square += (x - mean) * (x - mean) * share;
            }
        }
        for (running, new) in running.iter_mut().zip([&*mean, &*inverse]) {
            for (running, new) in running.iter_mut().zip(new) {
                *running += 0.1 * (new - *running);
            }
        }
        for variance in inverse.iter_mut() {
            *variance = 1.0 / (*variance + EPSILON).sqrt();
        }
        let samples = x.chunks_exact(features).zip(y.chunks_exact_mut(features));
        for ((x, y), normalised) in samples.zip(normalised.chunks_exact_mut(features)) {
            let known = mean.iter().zip(&*inverse).zip(weight.iter().zip(bias));
            for (((x, y), n), ((mean, inverse), (w, b))) in x.iter().zip(y.iter_mut()).zip(normalised).zip(known) {
                *n = (x - mean) * inverse;
                *y = (*n * w + b).max(0.0);
            }
            for y in y.as_chunks_mut::<16>().0 {
                for (random, y) in random.iter_mut().zip(y) {
                    *random ^= *random << 13;
                    *random ^= *random >> 17;
                    *random ^= *random << 5;
                    *y = if *random >> 31 == 0 { 0.0 } else { 2.0 * *y };
                }
            }
        }
    }

    #[inline(always)]
    fn backward(
        &self,
        features: usize,
        weight: &[f32],
        y: &[f32],
        dy: &mut [f32],
        [dw, db]: [&mut [f32]; 2],
        dx: Option<&mut [f32]>,
    ) {
        let share = features as f32 / y.len() as f32;
        dw.fill(0.0);
        db.fill(0.0);
        let samples = y.chunks_exact(features).zip(dy.chunks_exact_mut(features));
        for ((y, dy), normalised) in samples.zip(self.normalised.chunks_exact(features)) {
            let sums = dw.iter_mut().zip(db.iter_mut());
            for (((y, dy), n), (dw, db)) in y.iter().zip(dy).zip(normalised).zip(sums) {
                *dy = if *y > 0.0 { 2.0 * *dy } else { 0.0 };
                *dw += *dy * n;
                *db += *dy;
            }
        }
        let Some(dx) = dx else { return };
        let samples = dx.chunks_exact_mut(features).zip(dy.chunks_exact(features));
        for ((dx, dy), normalised) in samples.zip(self.normalised.chunks_exact(features)) {
            let known = weight.iter().zip(&self.inverse).zip(dw.iter().zip(&*db));
            for (((dx, dy), n), ((w, inverse), (dw, db))) in dx.iter_mut().zip(dy).zip(normalised).zip(known) {
                *dx = w * inverse * (dy - (db + n * dw) * share);
            }
        }
    }
}

/// `y ← f(y + bias)` in every row.
struct AddBias<'a> {
    y: &'a mut [f32],
    bias: &'a [f32],
    activation: Activation,
}

impl Task for AddBias<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        match self.activation {
            Activation::Identity => self.each(|z| z),
            Activation::Relu => self.each(|z| z.max(0.0)),
            Activation::Tanh => self.each(tanh::<I>),
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
