//! What the hand-written versions share: the layers they know, their memory, and the order of a step.

use crate::aligned::Aligned;

/// Behind a dense layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// z
    Identity,
    /// max(z, 0)
    Relu,
    /// The hyperbolic tangent.
    Tanh,
}

/// A layer with what follows it at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Weights input by input, then the bias.
    Dense {
        /// Values before.
        inputs: usize,
        /// Values behind.
        outputs: usize,
        /// Behind it.
        activation: Activation,
    },
    /// A convolution of square maps with steps of 1, without padding, and relu. Weights tap by tap, then the bias.
    Conv {
        /// Maps before.
        channels: usize,
        /// Maps behind.
        maps: usize,
        /// Height and width of a map before.
        side: usize,
        /// Height and width of the kernel.
        kernel: usize,
    },
    /// The largest of each square of 2 × 2.
    Pool {
        /// Maps.
        maps: usize,
        /// Height and width of a map before.
        side: usize,
    },
    /// The output of an earlier layer, added to that of the one before.
    Add {
        /// Values.
        features: usize,
        /// How many layers before this one the earlier one is.
        back: usize,
    },
    /// Batch norm, relu, and dropout of one half.
    Norm {
        /// Values before and behind.
        features: usize,
    },
}

impl Layer {
    /// Values before.
    pub fn inputs(&self) -> usize {
        match *self {
            Self::Dense { inputs, .. } => inputs,
            Self::Conv { channels, side, .. } => channels * side * side,
            Self::Pool { maps, side } => maps * side * side,
            Self::Norm { features } | Self::Add { features, .. } => features,
        }
    }

    /// Values behind.
    pub fn outputs(&self) -> usize {
        match *self {
            Self::Dense { outputs, .. } => outputs,
            Self::Conv { maps, side, kernel, .. } => maps * (side - kernel + 1) * (side - kernel + 1),
            Self::Pool { maps, side } => maps * (side / 2) * (side / 2),
            Self::Norm { features } | Self::Add { features, .. } => features,
        }
    }

    /// Weights, without the bias.
    fn weights(&self) -> usize {
        match *self {
            Self::Dense { inputs, outputs, .. } => inputs * outputs,
            Self::Conv { channels, maps, kernel, .. } => channels * kernel * kernel * maps,
            Self::Pool { .. } | Self::Add { .. } => 0,
            Self::Norm { features } => features,
        }
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        match *self {
            Self::Dense { outputs, .. } => self.weights() + outputs,
            Self::Conv { maps, .. } => self.weights() + maps,
            Self::Pool { .. } | Self::Add { .. } => 0,
            Self::Norm { features } => self.weights() + features,
        }
    }

    /// Floating-point operations of the products for one sample; a multiply-add counts as 2.
    pub fn flops(&self) -> usize {
        match *self {
            Self::Dense { .. } => 2 * self.weights(),
            Self::Conv { maps, .. } => 2 * self.weights() * self.outputs() / maps,
            Self::Pool { .. } | Self::Norm { .. } | Self::Add { .. } => 0,
        }
    }

    /// A layer's parameters as weights and bias.
    pub fn split<'a>(&self, parameters: &'a [f32]) -> (&'a [f32], &'a [f32]) {
        parameters.split_at(self.weights())
    }

    /// A layer's gradients as those of weights and bias.
    pub fn split_mut<'a>(&self, gradients: &'a mut [f32]) -> (&'a mut [f32], &'a mut [f32]) {
        gradients.split_at_mut(self.weights())
    }
}

/// What a layer meets on the way back; everything lies sample by sample.
#[derive(Debug)]
pub struct Back<'a> {
    /// Of the layer.
    pub parameters: &'a [f32],
    /// Its input.
    pub x: &'a [f32],
    /// Its output.
    pub y: &'a [f32],
    /// The gradient of its output; used up.
    pub dy: &'a mut [f32],
    /// To be overwritten: the gradient of the parameters.
    pub gradients: &'a mut [f32],
    /// To be overwritten: the gradient of the input, where somebody needs it.
    pub dx: Option<&'a mut [f32]>,
}

/// How one version computes the layers.
pub trait Loops {
    /// A layer over some samples.
    fn forward(&mut self, layer: &Layer, parameters: &[f32], x: &[f32], y: &mut [f32]);
    /// The layer's way back, after its way forward.
    fn backward(&mut self, layer: &Layer, back: Back<'_>);
    /// `m ← 0.9·m + 0.1·g`, `v ← 0.999·v + 0.001·g²`, `p ← p − rate·m / (√v·root + 1e-8)`
    fn adam(p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32, root: f32);
}

/// A network by hand, with Adam's state.
#[derive(Debug)]
pub struct Hand<L> {
    loops: L,
    layers: &'static [Layer],
    batch: usize,
    parameters: Aligned,
    gradients: Aligned,
    m: Aligned,
    v: Aligned,
    steps: i32,
    /// Output of each layer, sample by sample, and its gradient.
    outputs: Vec<Aligned>,
    deltas: Vec<Aligned>,
}

impl<L: Loops> Hand<L> {
    /// Starts with these parameters, layer by layer.
    pub fn new(loops: L, layers: &'static [Layer], parameters: &[f32], batch: usize) -> Self {
        let zeros = || Aligned::zeros(parameters.len());
        let each_layer = || layers.iter().map(|layer| Aligned::zeros(batch * layer.outputs())).collect();
        Self {
            loops,
            layers,
            batch,
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
        let mut first = 0;
        for (index, layer) in self.layers.iter().enumerate() {
            let (before, after) = self.outputs.split_at_mut(index);
            let x = before.last().map_or(inputs, |x| &**x);
            if let Layer::Add { back, .. } = *layer {
                add(&mut after[0], x, &before[index - back]);
                continue;
            }
            self.loops.forward(layer, &self.parameters[first..][..layer.parameters()], x, &mut after[0]);
            first += layer.parameters();
        }
        &self.outputs[self.layers.len() - 1]
    }

    /// A whole training step: gives the mean loss before it.
    pub fn step(&mut self, inputs: &[f32], labels: &[u32]) -> f32 {
        let last = self.layers.len() - 1;
        let classes = self.layers[last].outputs();
        let scale = 1.0 / self.batch as f32;
        self.forward(inputs);
        let mut loss = 0.0;
        let logits = self.outputs[last].chunks_exact(classes);
        for ((logits, dy), &label) in logits.zip(self.deltas[last].chunks_exact_mut(classes)).zip(labels) {
            loss += cross_entropy(logits, label, scale, dy);
        }
        let mut end = self.parameters.len();
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let place = end - layer.parameters()..end;
            end = place.start;
            let (before, after) = self.deltas.split_at_mut(index);
            if let Layer::Add { .. } = layer {
                before[index - 1].copy_from_slice(&after[0]);
                continue;
            }
            let back = Back {
                parameters: &self.parameters[place.clone()],
                x: if index == 0 { inputs } else { &self.outputs[index - 1] },
                y: &self.outputs[index],
                dy: &mut after[0],
                gradients: &mut self.gradients[place],
                dx: before.last_mut().map(|dx| &mut **dx),
            };
            self.loops.backward(layer, back);
            let joins = self.layers.iter().enumerate().skip(index);
            for (join, layer) in joins {
                let Layer::Add { back, .. } = *layer else { continue };
                if join - back + 1 == index {
                    let (before, after) = self.deltas.split_at_mut(index);
                    before[index - 1].iter_mut().zip(&*after[join - index]).for_each(|(dx, dy)| *dx += dy);
                }
            }
        }
        self.steps += 1;
        let rate = 0.001 / (1.0 - 0.9_f32.powi(self.steps));
        let root = 1.0 / (1.0 - 0.999_f32.powi(self.steps)).sqrt();
        L::adam(&mut self.parameters, &self.gradients, &mut self.m, &mut self.v, rate, root);
        loss * scale
    }
}

/// `y = a + b`
fn add(y: &mut [f32], a: &[f32], b: &[f32]) {
    for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
        *y = a + b;
    }
}

/// Softmax cross-entropy of one sample; leaves `scale` times the gradient in `dy`.
#[inline(always)]
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
