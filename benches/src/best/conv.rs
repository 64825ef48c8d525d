//! Convolutions, as products with a sample's patches.

use super::product::Matrix;
use super::{Best, vectors};
use crate::hand::Layer;

impl Best {
    pub(super) fn conv_backward(
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

pub(super) fn to_patches(layer: &Layer, x: &[f32], patches: &mut [f32]) {
    rows(layer, |from, to, out| patches[to..to + out].copy_from_slice(&x[from..from + out]));
}
