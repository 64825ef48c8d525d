//! Batch norm and dropout by hand, forward and back: plain loops, sample by sample, to be compiled as they are or for
//! the machine's vectors.

use crate::aligned::Aligned;
use crate::naive::EPSILON;

/// A batch with what the layers write.
#[derive(Debug)]
pub struct Buffers {
    features: usize,
    x: Aligned,
    dy: Aligned,
    /// The output.
    pub y: Aligned,
    /// The gradient of the input.
    pub dx: Aligned,
    /// Mean, 1/σ, gradient of the scale and of the shift.
    sums: [Aligned; 4],
    random: [u32; 16],
}

impl Buffers {
    /// For this input and this gradient of the output.
    pub fn new(features: usize, x: &[f32], dy: &[f32]) -> Self {
        Self {
            features,
            x: Aligned::of(x),
            dy: Aligned::of(dy),
            y: Aligned::zeros(x.len()),
            dx: Aligned::zeros(x.len()),
            sums: [(); 4].map(|()| Aligned::zeros(features)),
            random: std::array::from_fn(|lane| 0x9e37_79b9_u32.wrapping_mul(lane as u32 + 1)),
        }
    }
}

/// Batch norm with a scale of 1 and a shift of 0.
#[inline(always)]
pub fn batch_norm(buffers: &mut Buffers) {
    let Buffers { features, x, dy, y, dx, sums: [mean, inverse, dw, db], .. } = buffers;
    let share = *features as f32 / x.len() as f32;
    for sums in [&mut *mean, inverse, dw, db] {
        sums.fill(0.0);
    }
    for x in x.chunks_exact(*features) {
        for (mean, x) in mean.iter_mut().zip(x) {
            *mean += x * share;
        }
    }
    for x in x.chunks_exact(*features) {
        for ((square, mean), x) in inverse.iter_mut().zip(mean.iter()).zip(x) {
            *square += (x - mean) * (x - mean) * share;
        }
    }
    for variance in inverse.iter_mut() {
        *variance = 1.0 / (*variance + EPSILON).sqrt();
    }
    for (x, y) in x.chunks_exact(*features).zip(y.chunks_exact_mut(*features)) {
        for (((x, y), mean), inverse) in x.iter().zip(y).zip(mean.iter()).zip(inverse.iter()) {
            *y = (x - mean) * inverse;
        }
    }
    for (dy, y) in dy.chunks_exact(*features).zip(y.chunks_exact(*features)) {
        for (((dy, y), dw), db) in dy.iter().zip(y).zip(dw.iter_mut()).zip(db.iter_mut()) {
            *dw += dy * y;
            *db += dy;
        }
    }
    let rows = dx.chunks_exact_mut(*features).zip(dy.chunks_exact(*features)).zip(y.chunks_exact(*features));
    for ((dx, dy), y) in rows {
        let known = inverse.iter().zip(dw.iter().zip(db.iter()));
        for (((dx, dy), y), (inverse, (dw, db))) in dx.iter_mut().zip(dy).zip(y).zip(known) {
            *dx = inverse * (dy - (db + y * dw) * share);
        }
    }
}

/// Dropout of one half: what was dropped is what is 0.
#[inline(always)]
pub fn dropout(buffers: &mut Buffers) {
    let Buffers { x, dy, y, dx, random, .. } = buffers;
    for (x, y) in x.as_chunks::<16>().0.iter().zip(y.as_chunks_mut::<16>().0) {
        for ((random, x), y) in random.iter_mut().zip(x).zip(y) {
            *random ^= *random << 13;
            *random ^= *random >> 17;
            *random ^= *random << 5;
            *y = if *random >> 31 == 0 { 0.0 } else { 2.0 * *x };
        }
    }
    for ((dx, dy), y) in dx.iter_mut().zip(dy.iter()).zip(y.iter()) {
        *dx = if *y == 0.0 { 0.0 } else { 2.0 * dy };
    }
}
