//! Plain loops: what one writes without thinking of vectors, neither clever nor careless.
//!
//! Samples go one by one. Weights lie input by input, so that the inner loops run along memory and the compiler may
//! use the vectors of its default target.

use crate::hand::{Activation, Back, Layer, Loops};

/// ε of batch norm.
pub(crate) const EPSILON: f32 = 1e-5;

/// Plain loops, and what batch norm keeps for its way back.
#[derive(Debug, Default)]
pub struct Naive {
    /// Sample by sample.
    normalised: Vec<f32>,
    /// 1/σ, a feature each.
    inverse: Vec<f32>,
    /// Mean, then variance.
    running: Vec<f32>,
    random: u32,
}

impl Loops for Naive {
    fn forward(&mut self, layer: &Layer, parameters: &[f32], x: &[f32], y: &mut [f32]) {
        let (weight, bias) = layer.split(parameters);
        if let Layer::Norm { features } = *layer {
            return self.norm(features, weight, bias, x, y);
        }
        for (x, y) in x.chunks_exact(layer.inputs()).zip(y.chunks_exact_mut(layer.outputs())) {
            match *layer {
                Layer::Dense { activation, .. } => dense(weight, bias, activation, x, y),
                Layer::Conv { .. } => {
                    places(layer, |map, to| y[to] = bias[map]);
                    products(layer, |w, from, to| y[to] += weight[w] * x[from]);
                    for y in y {
                        *y = y.max(0.0);
                    }
                }
                Layer::Pool { .. } => squares(layer, |to, from| {
                    y[to] = from.iter().map(|&from| x[from]).fold(f32::NEG_INFINITY, f32::max);
                }),
                Layer::Norm { .. } | Layer::Add { .. } => {}
            }
        }
    }

    fn backward(&mut self, layer: &Layer, back: Back<'_>) {
        let Back { parameters, x, y, dy, gradients, mut dx } = back;
        let (weight, _) = layer.split(parameters);
        gradients.fill(0.0);
        let (dw, db) = layer.split_mut(gradients);
        if let Some(dx) = &mut dx {
            dx.fill(0.0);
        }
        if let Layer::Norm { features } = *layer {
            return self.norm_backward(features, weight, y, dy, [dw, db], dx);
        }
        let (inputs, outputs) = (layer.inputs(), layer.outputs());
        for sample in 0..x.len() / inputs {
            let (x, y) = (&x[sample * inputs..][..inputs], &y[sample * outputs..][..outputs]);
            let dy = &mut dy[sample * outputs..][..outputs];
            let mut dx = dx.as_mut().map(|dx| &mut dx[sample * inputs..][..inputs]);
            match *layer {
                Layer::Dense { activation, .. } => {
                    for (dy, y) in dy.iter_mut().zip(y) {
                        *dy *= activation.slope(*y);
                    }
                    for (db, dy) in db.iter_mut().zip(&*dy) {
                        *db += dy;
                    }
                    for (x, row) in x.iter().zip(dw.chunks_exact_mut(outputs)) {
                        for (dw, dy) in row.iter_mut().zip(&*dy) {
                            *dw += x * dy;
                        }
                    }
                    if let Some(dx) = dx {
                        for (dx, row) in dx.iter_mut().zip(weight.chunks_exact(outputs)) {
                            *dx = row.iter().zip(&*dy).map(|(w, dy)| w * dy).sum();
                        }
                    }
                }
                Layer::Conv { .. } => {
                    for (dy, y) in dy.iter_mut().zip(y) {
                        *dy *= Activation::Relu.slope(*y);
                    }
                    places(layer, |map, to| db[map] += dy[to]);
                    products(layer, |w, from, to| dw[w] += x[from] * dy[to]);
                    if let Some(dx) = &mut dx {
                        products(layer, |w, from, to| dx[from] += weight[w] * dy[to]);
                    }
                }
                Layer::Pool { .. } => squares(layer, |to, from| {
                    if let (Some(dx), Some(from)) = (&mut dx, from.into_iter().find(|&from| x[from] >= y[to])) {
                        dx[from] = dy[to];
                    }
                }),
                Layer::Norm { .. } | Layer::Add { .. } => {}
            }
        }
    }

    fn adam(p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32, root: f32) {
        for (((p, g), m), v) in p.iter_mut().zip(g).zip(m).zip(v) {
            *m = 0.9 * *m + 0.1 * g;
            *v = 0.999 * *v + 0.001 * g * g;
            *p -= rate * *m / (v.sqrt() * root + 1e-8);
        }
    }
}

impl Naive {
    fn norm(&mut self, features: usize, weight: &[f32], bias: &[f32], x: &[f32], y: &mut [f32]) {
        let samples = (x.len() / features) as f32;
        self.normalised.resize(x.len(), 0.0);
        self.inverse.resize(features, 0.0);
        self.running.resize(2 * features, 0.0);
        for feature in 0..features {
            let values = || x.iter().skip(feature).step_by(features);
            let mean = values().sum::<f32>() / samples;
            let variance = values().map(|x| (x - mean) * (x - mean)).sum::<f32>() / samples;
            self.running[feature] += 0.1 * (mean - self.running[feature]);
            self.running[features + feature] += 0.1 * (variance - self.running[features + feature]);
            let inverse = 1.0 / (variance + EPSILON).sqrt();
            self.inverse[feature] = inverse;
            for place in (feature..x.len()).step_by(features) {
                let normalised = (x[place] - mean) * inverse;
                self.normalised[place] = normalised;
                y[place] = (normalised * weight[feature] + bias[feature]).max(0.0);
            }
        }
        self.random |= 1;
        for y in y {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 17;
            self.random ^= self.random << 5;
            *y = if self.random >> 31 == 0 { 0.0 } else { 2.0 * *y };
        }
    }

    fn norm_backward(
        &self,
        features: usize,
        weight: &[f32],
        y: &[f32],
        dy: &mut [f32],
        [dw, db]: [&mut [f32]; 2],
        dx: Option<&mut [f32]>,
    ) {
        let samples = (y.len() / features) as f32;
        for (dy, y) in dy.iter_mut().zip(y) {
            *dy = if *y > 0.0 { 2.0 * *dy } else { 0.0 };
        }
        for place in 0..y.len() {
            dw[place % features] += dy[place] * self.normalised[place];
            db[place % features] += dy[place];
        }
        if let Some(dx) = dx {
            for place in 0..y.len() {
                let f = place % features;
                let centred = dy[place] - (db[f] + self.normalised[place] * dw[f]) / samples;
                dx[place] = weight[f] * self.inverse[f] * centred;
            }
        }
    }
}

impl Activation {
    fn slope(self, y: f32) -> f32 {
        match self {
            Self::Identity => 1.0,
            Self::Relu if y > 0.0 => 1.0,
            Self::Relu => 0.0,
            Self::Tanh => 1.0 - y * y,
        }
    }
}

fn dense(weight: &[f32], bias: &[f32], activation: Activation, x: &[f32], y: &mut [f32]) {
    y.copy_from_slice(bias);
    for (x, row) in x.iter().zip(weight.chunks_exact(bias.len())) {
        for (y, w) in y.iter_mut().zip(row) {
            *y += w * x;
        }
    }
    match activation {
        Activation::Identity => {}
        Activation::Relu => y.iter_mut().for_each(|y| *y = y.max(0.0)),
        Activation::Tanh => y.iter_mut().for_each(|y| *y = y.tanh()),
    }
}

/// Calls `each(map, y)` for every place behind a convolution.
fn places(layer: &Layer, mut each: impl FnMut(usize, usize)) {
    let Layer::Conv { maps, .. } = *layer else { return };
    for to in 0..layer.outputs() {
        each(to / (layer.outputs() / maps), to);
    }
}

/// Calls `each(weight, x, y)` for every product of a convolution.
fn products(layer: &Layer, mut each: impl FnMut(usize, usize, usize)) {
    let Layer::Conv { channels, maps, side, kernel } = *layer else { return };
    let out = side - kernel + 1;
    for patch in 0..channels * kernel * kernel {
        let (channel, ky, kx) = (patch / kernel / kernel, patch / kernel % kernel, patch % kernel);
        for map in 0..maps {
            for row in 0..out {
                let (from, to) = ((channel * side + row + ky) * side + kx, (map * out + row) * out);
                for column in 0..out {
                    each(patch * maps + map, from + column, to + column);
                }
            }
        }
    }
}

/// Calls `each(y, x)` for every square of a pool.
fn squares(layer: &Layer, mut each: impl FnMut(usize, [usize; 4])) {
    let Layer::Pool { maps, side } = *layer else { return };
    for map in 0..maps {
        for row in 0..side / 2 {
            for column in 0..side / 2 {
                let from = (map * side + 2 * row) * side + 2 * column;
                each((map * (side / 2) + row) * (side / 2) + column, [from, from + 1, from + side, from + side + 1]);
            }
        }
    }
}
