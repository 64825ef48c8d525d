//! Batch norm, relu, and dropout of one half.

use crate::naive::EPSILON;

/// What batch norm keeps for its way back.
#[derive(Debug)]
pub(super) struct Norm {
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
    pub(super) fn forward(&mut self, features: usize, weight: &[f32], bias: &[f32], x: &[f32], y: &mut [f32]) {
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
    pub(super) fn backward(
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
