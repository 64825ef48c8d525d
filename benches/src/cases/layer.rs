//! Batch norm and dropout alone: forward and back over a batch of 128 samples of 256 values.

use std::hint::black_box;

use shapewise::layers::{BatchNorm, BatchNormConfig, BatchWide, Dropout, DropoutConfig, Layer};
use shapewise::nalgebra::SVector;
use shapewise::random::Random;
use shapewise::{Arena, CHUNK, LANES, Lanes, Pass, Place, Ports, Slot};

use super::{Case, Contestants, SETS, Work};
use crate::alone::{self, Buffers};
use crate::best::wide;
use crate::timing::{Contestant, Round, round};

const BATCH: usize = 128;
const FEATURES: usize = 256;

const X: Slot = Slot::new(0, FEATURES);
const Y: Slot = Slot::new(FEATURES, FEATURES);
const DY: Slot = Slot::new(2 * FEATURES, FEATURES);
const DX: Slot = Slot::new(3 * FEATURES, FEATURES);
const STRIDE: usize = 4 * FEATURES;

/// Both layers.
pub(super) fn cases() -> Vec<Case> {
    vec![case("batch_norm_b128", 1e-4, |_| batch_norm()), case("dropout_b128", 0.3, |_| dropout())]
}

fn case(name: &'static str, tolerance: f32, contestants: fn(usize) -> Contestants) -> Case {
    Case {
        set: SETS[1],
        name,
        network: "256",
        work: Work::Alone,
        flops: 0,
        parameters: BATCH * FEATURES,
        changed: 2,
        goal: None,
        tolerance,
        contestants,
    }
}

/// What both layers read: the input, and the gradient of the output.
fn samples() -> [Vec<f32>; 2] {
    let mut random = Random::new(1);
    std::array::from_fn(|_| (0..BATCH * FEATURES).map(|_| 1.0 + random.normal() as f32).collect())
}

/// The same in blocks.
fn blocks() -> Vec<Lanes<f32>> {
    let [x, dy] = samples();
    let mut rows = vec![Lanes::splat(0.0); BATCH / LANES * STRIDE];
    for (place, (x, dy)) in x.iter().zip(&dy).enumerate() {
        let (sample, feature) = (place / FEATURES, place % FEATURES);
        let (block, lane) = (sample / LANES, sample % LANES);
        for (slot, value) in [(X, x), (DY, dy)] {
            let row = (block / CHUNK * STRIDE + slot.offset) * CHUNK + block % CHUNK * FEATURES + feature;
            rows[row][lane] = *value;
        }
    }
    rows
}

fn chunks(rows: &mut [Lanes<f32>], shared: &[f32], mut work: impl FnMut(&mut Pass<'_, f32>)) {
    for (chunk, rows) in rows.chunks_exact_mut(CHUNK * STRIDE).enumerate() {
        let place = Place { blocks: CHUNK, samples: CHUNK * LANES, first_block: chunk * CHUNK, seed: 1 };
        work(&mut Pass::new(rows, &mut [], shared, place));
    }
}

const PORTS: Ports = Ports { x: X, y: Y, dy: DY, dx: DX };

/// The first value that the layer gives, and the first gradient.
fn first(rows: &[Lanes<f32>]) -> f32 {
    let at = |slot: Slot| rows[slot.offset * CHUNK][0];
    at(Y) + at(DX)
}

fn batch_norm() -> Contestants {
    type Norm = BatchNorm<f32, FEATURES>;
    let config = BatchNormConfig::DEFAULT;
    let layer = Norm { weight: SVector::repeat(1.0), bias: SVector::repeat(0.0) };
    let (mut gradient, mut rows) = (layer.clone(), blocks());
    let mut shared = vec![0.0; <Norm as BatchWide<f32>>::SHARED];
    let generated = move |times| {
        round(times, || {
            layer.prepare(config, Arena::new(&rows, STRIDE, BATCH).edge(X), &mut shared);
            chunks(&mut rows, &shared, |pass| pass.forward(&layer, config, X, Y));
            let arena = Arena::new(&rows, STRIDE, BATCH);
            layer.prepare_backward(config, arena.edge(X), arena.edge(DY), &mut shared);
            chunks(&mut rows, &shared, |pass| pass.backward(&layer, config, PORTS));
            let arena = Arena::new(&rows, STRIDE, BATCH);
            layer.gradient(config, arena.edge(X), arena.edge(DY), &shared, &mut gradient, false);
            black_box(&gradient);
            first(black_box(&rows))
        })
    };
    by_hand(Box::new(generated), alone::batch_norm, |buffers| buffers.y[0] + buffers.dx[0])
}

fn dropout() -> Contestants {
    let (config, mut rows) = (DropoutConfig::new(0.5, 0), blocks());
    let generated = move |times| {
        let timed = round(times, || {
            chunks(&mut rows, &[], |pass| {
                pass.forward(&Dropout, config, X, Y);
                pass.backward(&Dropout, config, PORTS);
            });
            black_box(&rows);
            0.0
        });
        let outputs = rows
            .chunks_exact(CHUNK * STRIDE)
            .flat_map(|rows| Lanes::flat(&rows[CHUNK * FEATURES..][..CHUNK * FEATURES]));
        Round { last: outputs.sum::<f32>() / (BATCH * FEATURES) as f32, ..timed }
    };
    let mean = |buffers: &Buffers| buffers.y.iter().sum::<f32>() / buffers.y.len() as f32;
    by_hand(Box::new(generated), alone::dropout, mean)
}

/// The same loops as they are, and for the machine's vectors; `last` is what tells whether they agree.
fn by_hand(
    generated: Contestant,
    step: impl Fn(&mut Buffers) + Copy + 'static,
    last: fn(&Buffers) -> f32,
) -> Contestants {
    let version = |vectors: bool| -> Contestant {
        let [x, dy] = samples();
        let mut buffers = Buffers::new(FEATURES, &x, &dy);
        Box::new(move |times| {
            let timed = round(times, || {
                let buffers = black_box(&mut buffers);
                if vectors {
                    wide(step, buffers);
                } else {
                    step(buffers);
                }
                0.0
            });
            Round { last: last(&buffers), ..timed }
        })
    };
    Contestants { generated, naive: version(false), best: vec![("vectors", version(true))] }
}
