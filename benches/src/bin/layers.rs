//! What single layers take: one sample, and inference and training per sample of a batch.
//!
//! Times are those of a network `prelu, layer` without those of a network `prelu`, so that the layer has a gradient to
//! hand on; a loss over as many values as the layer has outputs belongs to them. Layers are not compared with anything but the
//! rate of a loop of multiply-adds: a list in which those stand out that are worth a look.

use std::hint::black_box;
use std::process::ExitCode;

use shapewise::Block;
use shapewise::isa::Level;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise_bench::aligned::Aligned;
use shapewise_bench::limit::{FLOPS, multiply_adds};
use shapewise_bench::timing::{Contestant, alternate, pin, round};

const USAGE: &str =
    "usage: layers [--layer NAME] [--rounds N] [--isa portable|avx2|avx512] [--steps N --pass one|infer|train]";

/// Samples of a batch.
const BATCH: usize = 128;

/// What is timed.
const PASSES: [&str; 3] = ["one", "infer", "train"];

struct Row {
    name: &'static str,
    /// Floating-point operations of a sample forward.
    flops: usize,
    /// The layer's network and the one without it, by pass.
    contestants: fn() -> [[Contestant; 3]; 2],
}

macro_rules! rows {
    ($($name:ident: [$($input:tt)+] -> [$($output:tt)+] = { $($layer:tt)+ })+) => {
        mod networks {
            $(pub(super) mod $name {
                shapewise::network! {
                    #[shapewise(allow(softmax_last, dropout_last))]
                    pub(crate) struct Layer: [$($input)+] -> [$($output)+] { prelu, $($layer)+ }
                }
                shapewise::network! {
                    pub(crate) struct Base: [$($input)+] -> [$($input)+] { prelu }
                }
            })+
        }
        const ROWS: &[Row] = &[$(Row {
            name: stringify!($name),
            flops: networks::$name::Layer::FLOPS - networks::$name::Base::FLOPS,
            contestants: || [passes::<networks::$name::Layer>(), passes::<networks::$name::Base>()],
        }),+];
    };
}

rows! {
    dense_16: [16] -> [16] = { dense(16) }
    dense_64: [64] -> [64] = { dense(64) }
    dense_256: [256] -> [256] = { dense(256) }
    dense_1024: [1024] -> [1024] = { dense(1024) }
    relu: [4096] -> [4096] = { relu }
    leaky_relu: [4096] -> [4096] = { leaky_relu }
    elu: [4096] -> [4096] = { elu }
    sigmoid: [4096] -> [4096] = { sigmoid }
    tanh: [4096] -> [4096] = { tanh }
    gelu: [4096] -> [4096] = { gelu }
    silu: [4096] -> [4096] = { silu }
    softplus: [4096] -> [4096] = { softplus }
    softmax: [1024] -> [1024] = { softmax }
    dropout: [4096] -> [4096] = { dropout(0.5) }
    batch_norm: [1024] -> [1024] = { batch_norm }
    batch_norm_maps: [16, 32, 32] -> [16, 32, 32] = { batch_norm }
    layer_norm: [1024] -> [1024] = { layer_norm }
    group_norm: [16, 32, 32] -> [16, 32, 32] = { group_norm(4) }
    conv_5x5_from_1: [1, 28, 28] -> [6, 24, 24] = { conv2d(6, kernel = 5) }
    conv_5x5_6: [6, 12, 12] -> [16, 8, 8] = { conv2d(16, kernel = 5) }
    conv_3x3_from_1: [1, 28, 28] -> [16, 28, 28] = { conv2d(16, kernel = 3, padding = same) }
    conv_3x3_16: [16, 16, 16] -> [16, 16, 16] = { conv2d(16, kernel = 3, padding = same) }
    conv_3x3_64: [64, 8, 8] -> [64, 8, 8] = { conv2d(64, kernel = 3, padding = same) }
    conv_3x3_to_1: [16, 16, 16] -> [1, 16, 16] = { conv2d(1, kernel = 3, padding = same) }
    conv_3x3_stride_2: [32, 16, 16] -> [32, 8, 8] = { conv2d(32, kernel = 3, padding = 1, stride = 2) }
    conv_1x1: [64, 8, 8] -> [64, 8, 8] = { conv2d(64, kernel = 1) }
    conv_depthwise: [32, 16, 16] -> [32, 16, 16] = { conv2d(32, kernel = 3, padding = same, groups = 32) }
    conv_grouped: [32, 16, 16] -> [32, 16, 16] = { conv2d(32, kernel = 3, padding = same, groups = 4) }
    conv_sequence: [16, 256] -> [16, 256] = { pad(left = 2), conv1d(16, kernel = 3) }
    conv_dilated: [16, 256] -> [16, 256] = { pad(left = 16), conv1d(16, kernel = 3, dilation = 8) }
    transposed_4x4: [32, 8, 8] -> [32, 16, 16] = { conv_transpose2d(32, kernel = 4, stride = 2, padding = 1) }
    transposed_depthwise: [32, 8, 8] -> [32, 16, 16] = { conv_transpose2d(32, kernel = 4, stride = 2, padding = 1, groups = 32) }
    max_pool_2x2: [16, 32, 32] -> [16, 16, 16] = { max_pool2d(2) }
    max_pool_3x3: [16, 16, 16] -> [16, 16, 16] = { max_pool2d(3, stride = 1, padding = 1) }
    avg_pool_2x2: [16, 32, 32] -> [16, 16, 16] = { avg_pool2d(2) }
    avg_pool_3x3: [16, 16, 16] -> [16, 16, 16] = { avg_pool2d(3, stride = 1, padding = 1) }
    global_avg_pool: [64, 8, 8] -> [64] = { global_avg_pool }
    upsample: [16, 16, 16] -> [16, 32, 32] = { upsample(2) }
    upsample_bilinear: [16, 16, 16] -> [16, 32, 32] = { upsample(2, mode = bilinear) }
    residual: [4096] -> [4096] = { residual { relu } }
    concat: [16, 16, 16] -> [32, 16, 16] = { concat { [relu], [tanh] } }
}

/// One sample, inference of a batch, a training step of a batch.
fn passes<N: Network<Scalar = f32> + Block<f32>>() -> [Contestant; 3] {
    let network = || {
        let mut network = N::zeroed();
        network.initialise(1);
        network
    };
    let mut random = Random::new(1);
    let mut samples = |values: usize| {
        let mut array = Aligned::zeros(BATCH * values);
        array.fill_with(|| random.normal() as f32);
        array
    };
    let (x, targets) = (samples(N::INPUTS), samples(N::OUTPUTS));
    let (x1, x2) = (Aligned::of(&x), Aligned::of(&x));
    let (one, many, mut trained) = (network(), network(), network());
    let (mut y1, mut y) = (vec![0.0; N::OUTPUTS], vec![0.0; BATCH * N::OUTPUTS]);
    let mut inference = Inference::<N>::new();
    [
        Box::new(move |times| {
            round(times, || {
                one.infer_one(black_box(&x1[..N::INPUTS]), &mut y1);
                black_box(&y1)[0]
            })
        }),
        Box::new(move |times| {
            round(times, || {
                inference.forward_slice(&many, black_box(&x2), &mut y).expect("whole samples");
                black_box(&y)[0]
            })
        }),
        Box::new(move |times| {
            let mut training = trained.training(Mse, Sgd::new(1e-6));
            round(times, || training.step(black_box(&x), black_box(&targets)).expect("the batch fits the network"))
        }),
    ]
}

/// What the command line asks for.
struct Wishes {
    layer: Option<String>,
    rounds: usize,
    level: Level,
    /// Nothing but so many steps of a pass of the layer's network, for a profiler.
    steps: Option<usize>,
    pass: usize,
}

impl Wishes {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wishes = Self { layer: None, rounds: 21, level: Level::current(), steps: None, pass: 0 };
        while let Some(flag) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{flag} needs a value\n{USAGE}"))?;
            let wrong = || format!("{flag} {value}: not possible here\n{USAGE}");
            match flag.as_str() {
                "--layer" => wishes.layer = Some(value),
                "--rounds" => wishes.rounds = value.parse().map_err(|_| wrong())?,
                "--steps" => wishes.steps = Some(value.parse().map_err(|_| wrong())?),
                "--pass" => wishes.pass = PASSES.iter().position(|pass| *pass == value).ok_or_else(wrong)?,
                "--isa" => wishes.level = Level::available().find(|level| level.name() == value).ok_or_else(wrong)?,
                _ => return Err(format!("{flag}: no such flag\n{USAGE}")),
            }
        }
        Ok(wishes)
    }
}

fn run() -> Result<(), String> {
    let wishes = Wishes::read(std::env::args().skip(1))?;
    wishes.level.make_current();
    let rows: Vec<_> = ROWS.iter().filter(|row| wishes.layer.as_deref().is_none_or(|name| name == row.name)).collect();
    if rows.is_empty() {
        let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        return Err(format!("no such layer; there are {}", names.join(", ")));
    }
    if let Some(steps) = wishes.steps {
        for row in rows {
            let elapsed = (row.contestants)()[0][wishes.pass](steps).elapsed;
            println!("layer={} {}_us={:.3}", row.name, PASSES[wishes.pass], elapsed.as_secs_f64() * 1e6 / steps as f64);
        }
        return Ok(());
    }
    match pin(1) {
        Some(core) => eprintln!("{} on core {core}", wishes.level.name()),
        None => eprintln!("{}, not pinned: expect differences of nothing", wishes.level.name()),
    }
    for row in rows {
        let mut all: Vec<_> = (row.contestants)().into_iter().flatten().collect();
        all.push(multiply_adds());
        let us: Vec<_> = alternate(&mut all, wishes.rounds).iter().map(|rounds| rounds.fastest() * 1e6).collect();
        let layer = |pass: usize| us[pass] - us[PASSES.len() + pass];
        print!("layer={} one_us={:.3} ", row.name, layer(0));
        print!("infer_us={:.3} train_us={:.3} ", layer(1) / BATCH as f64, layer(2) / BATCH as f64);
        println!("limit_us={:.3}", row.flops as f64 * us[2 * PASSES.len()] / FLOPS as f64);
    }
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
