//! Plain loops: what one writes without thinking of vectors, neither clever nor careless.
//!
//! Samples go one by one. Weights lie input by input, so that the inner loops run along memory and the compiler may
//! use the vectors of its default target.

/// Between the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// max(z, 0)
    Relu,
    /// The hyperbolic tangent.
    Tanh,
}

/// A chain of dense layers, the last without activation.
#[derive(Clone, Copy, Debug)]
pub struct Mlp {
    /// Features before, between and after the layers.
    pub sizes: &'static [usize],
    /// Between the layers.
    pub activation: Activation,
}

impl Mlp {
    /// Inputs and outputs of each layer.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = (usize, usize)> + ExactSizeIterator {
        self.sizes.windows(2).map(|pair| (pair[0], pair[1]))
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        self.layers().map(|(inputs, outputs)| (inputs + 1) * outputs).sum()
    }

    /// Where each layer's weights begin among all parameters; its bias follows them.
    pub fn offsets(&self) -> Vec<usize> {
        let sizes = self.layers().map(|(inputs, outputs)| (inputs + 1) * outputs);
        let ends = sizes.scan(0, |end, size| {
            *end += size;
            Some(*end)
        });
        std::iter::once(0).chain(ends).take(self.sizes.len() - 1).collect()
    }

    /// The widest layer's features.
    pub fn widest(&self) -> usize {
        self.sizes.iter().copied().max().unwrap_or(0)
    }
}

/// A network in plain loops, with Adam's state.
#[derive(Debug)]
pub struct Naive {
    mlp: Mlp,
    offsets: Vec<usize>,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    m: Vec<f32>,
    v: Vec<f32>,
    steps: i32,
    /// Output of each layer, for one sample.
    outputs: Vec<Vec<f32>>,
    /// Gradient of the current layer's output, and of its input.
    dy: Vec<f32>,
    dx: Vec<f32>,
}

impl Naive {
    /// Starts with these parameters: layer by layer, weights input by input, then the bias.
    pub fn new(mlp: Mlp, parameters: &[f32]) -> Self {
        let zeros = vec![0.0; parameters.len()];
        Self {
            mlp,
            offsets: mlp.offsets(),
            parameters: parameters.to_vec(),
            gradients: zeros.clone(),
            m: zeros.clone(),
            v: zeros,
            steps: 0,
            outputs: mlp.layers().map(|(_, outputs)| vec![0.0; outputs]).collect(),
            dy: vec![0.0; mlp.widest()],
            dx: vec![0.0; mlp.widest()],
        }
    }

    /// One sample forward: the logits.
    pub fn forward(&mut self, x: &[f32]) -> &[f32] {
        let last = self.offsets.len() - 1;
        for (layer, (inputs, outputs)) in self.mlp.layers().enumerate() {
            let (weight, bias) = self.parameters[self.offsets[layer]..].split_at(inputs * outputs);
            let (before, after) = self.outputs.split_at_mut(layer);
            let x = before.last().map_or(x, Vec::as_slice);
            let y = &mut after[0];
            y.copy_from_slice(&bias[..outputs]);
            for (x, row) in x.iter().zip(weight.chunks_exact(outputs)) {
                for (y, w) in y.iter_mut().zip(row) {
                    *y += w * x;
                }
            }
            if layer < last {
                match self.mlp.activation {
                    Activation::Relu => y.iter_mut().for_each(|y| *y = y.max(0.0)),
                    Activation::Tanh => y.iter_mut().for_each(|y| *y = y.tanh()),
                }
            }
        }
        &self.outputs[last]
    }

    /// Adds one sample's gradient, times `scale`, after its forward pass; gives its loss.
    fn backward(&mut self, x: &[f32], label: u32, scale: f32) -> f32 {
        let last = self.offsets.len() - 1;
        let logits = &self.outputs[last];
        let loss = cross_entropy(logits, label, scale, &mut self.dy[..logits.len()]);
        for (layer, (inputs, outputs)) in self.mlp.layers().enumerate().rev() {
            let x = if layer == 0 { x } else { &self.outputs[layer - 1] };
            let (dw, db) = self.gradients[self.offsets[layer]..].split_at_mut(inputs * outputs);
            let dy = &self.dy[..outputs];
            for (db, dy) in db.iter_mut().zip(dy) {
                *db += dy;
            }
            for (x, row) in x.iter().zip(dw.chunks_exact_mut(outputs)) {
                for (dw, dy) in row.iter_mut().zip(dy) {
                    *dw += x * dy;
                }
            }
            if layer > 0 {
                let weight = &self.parameters[self.offsets[layer]..][..inputs * outputs];
                for ((dx, x), row) in self.dx.iter_mut().zip(x).zip(weight.chunks_exact(outputs)) {
                    let sum: f32 = row.iter().zip(dy).map(|(w, dy)| w * dy).sum();
                    *dx = match self.mlp.activation {
                        Activation::Relu if *x > 0.0 => sum,
                        Activation::Relu => 0.0,
                        Activation::Tanh => sum * (1.0 - x * x),
                    };
                }
                std::mem::swap(&mut self.dx, &mut self.dy);
            }
        }
        loss
    }

    /// A whole training step: gives the mean loss before it.
    pub fn step(&mut self, inputs: &[f32], labels: &[u32]) -> f32 {
        self.gradients.fill(0.0);
        let scale = 1.0 / labels.len() as f32;
        let mut loss = 0.0;
        for (x, &label) in inputs.chunks_exact(self.mlp.sizes[0]).zip(labels) {
            self.forward(x);
            loss += self.backward(x, label, scale);
        }
        self.adam();
        loss * scale
    }

    fn adam(&mut self) {
        self.steps += 1;
        let rate = 0.001 / (1.0 - 0.9_f32.powi(self.steps));
        let correction = 1.0 - 0.999_f32.powi(self.steps);
        let parameters = self.parameters.iter_mut().zip(&self.gradients);
        for (((p, g), m), v) in parameters.zip(&mut self.m).zip(&mut self.v) {
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            *p -= rate * *m / ((*v / correction).sqrt() + 1e-8);
        }
    }
}

/// Softmax cross-entropy of one sample; leaves `scale` times the gradient in `dy`.
pub(crate) fn cross_entropy(logits: &[f32], label: u32, scale: f32, dy: &mut [f32]) -> f32 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for (dy, z) in dy.iter_mut().zip(logits) {
        *dy = (z - largest).exp();
        sum += *dy;
    }
    for dy in dy.iter_mut() {
        *dy *= scale / sum;
    }
    let label = label as usize;
    dy[label] -= scale;
    sum.ln() + largest - logits[label]
}
