//! A training that goes on from a checkpoint is to the bit the one that was never interrupted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use shapewise::Block;
use shapewise::data::augment::Noise;
use shapewise::files;
use shapewise::loss::Mse;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::schedule::{CosineWarmRestarts, LinearWarmup, Per, ReduceOnPlateau};
use shapewise::train::callback::{Checkpoint, Closure, Context, CsvLog, EarlyStopping, TensorBoard};
use shapewise::train::metrics::MeanAbsoluteError;
use shapewise_tests::scratch::{Folder, message};
use shapewise_tests::zoo::{Everything, Maps, Wide};

type Net = Everything<f32>;

fn data(samples: usize) -> Dataset<f32, f32> {
    let mut random = Random::new(5);
    let mut draw = |count: usize| (0..count).map(|_| random.normal() as f32).collect::<Vec<_>>();
    Dataset::new(4, draw(samples * 4), 3, draw(samples * 3)).unwrap()
}

/// Everything at once, and early stopping.
fn trainer<'a>(network: &'a mut Net, validation: &'a Dataset<f32, f32>) -> Trainer<'a, Net, Mse, Adam> {
    plain(network, validation).callback(EarlyStopping::new(50))
}

/// Dropout, batch norm, shuffling, accumulation, changed images, a schedule, an average.
fn plain<'a>(network: &'a mut Net, validation: &'a Dataset<f32, f32>) -> Trainer<'a, Net, Mse, Adam> {
    network
        .trainer(Mse, Adam::new(0.02))
        .batch_size(4)
        .accumulate(2)
        .seed(9)
        .average(0.9)
        .clip(Clip::Norm(1.0))
        .layer("fc2", Group { learning_rate: 0.5, l1: 1e-3, ..Group::default() })
        .schedule(Per::Step, LinearWarmup::new(5, CosineWarmRestarts::new(7)))
        .augment(Noise::new(0.1).unwrap())
        .validation(validation)
        .metric(MeanAbsoluteError::new())
        .threads(2)
        .progress(Progress::off())
}

/// Network, buffers, average and losses, all that a run leaves behind.
#[derive(PartialEq, Debug)]
struct Left(Vec<u32>, Vec<u32>, Vec<[Option<u64>; 4]>);

fn left(trainer: &mut Trainer<'_, Net, Mse, Adam>, history: &History) -> Left {
    let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    let training = trainer.training();
    let network = training.network();
    let values = [bits(network.values()), bits(network.buffers())].concat();
    let epochs = history.epochs().iter().map(|epoch| {
        [Some(epoch.loss), epoch.validation_loss, epoch.metrics.first().copied(), Some(epoch.learning_rate)]
            .map(|value| value.map(f64::to_bits))
    });
    Left(values, bits(training.averaged().unwrap()), epochs.collect())
}

fn straight(epochs: usize) -> Left {
    let (data, validation, mut network) = (data(52), data(20), Net::boxed(1));
    let mut trainer = trainer(&mut network, &validation).epochs(epochs);
    let history = trainer.fit(&data).unwrap();
    left(&mut trainer, &history)
}

#[test]
fn four_epochs_and_six_are_ten() {
    let (folder, data, validation) = (Folder::new("four-six"), data(52), data(20));
    let path = folder.path("training.safetensors");
    let mut network = Net::boxed(1);
    let mut whole = plain(&mut network, &validation).epochs(10);
    let history = whole.fit(&data).unwrap();
    let expected = left(&mut whole, &history);
    drop(whole);

    let mut network = Net::boxed(1);
    let mut first = plain(&mut network, &validation).epochs(4);
    first.fit(&data).unwrap();
    first.checkpoint(&path).unwrap();
    drop(first);

    // Another network and another trainer: nothing is left but the file.
    let mut network = Net::boxed(77);
    let mut second = plain(&mut network, &validation).epochs(6).threads(1);
    second.resume(&path).unwrap();
    let history = second.fit(&data).unwrap();
    assert_eq!(history.epochs().len(), 10);
    assert_eq!(left(&mut second, &history), expected);
}

#[test]
fn a_run_that_was_interrupted_anywhere_goes_on_to_the_bit() {
    let (folder, data, validation) = (Folder::new("interrupted"), data(52), data(20));
    let path = folder.path("training.safetensors");
    let expected = straight(4);
    // 7 steps an epoch: at its first, in the middle, at its last.
    for stop_at in [1, 7, 8, 11, 14, 20, 27] {
        let (flag, mut network) = (AtomicBool::new(false), Net::boxed(1));
        let mut first = trainer(&mut network, &validation).epochs(4).stop_when(&flag).callback(Closure::batch_end(
            |context: &mut Context<'_, Net>| {
                flag.store(context.position().step >= stop_at, Ordering::Relaxed);
                Ok(())
            },
        ));
        first.fit(&data).unwrap();
        assert_eq!(first.training().steps(), stop_at);
        first.checkpoint(&path).unwrap();
        drop(first);

        let mut network = Net::boxed(77);
        let mut second = trainer(&mut network, &validation).epochs(4);
        second.resume(&path).unwrap();
        let history = second.fit(&data).unwrap();
        assert_eq!(left(&mut second, &history), expected, "stopped after step {stop_at}");
    }
}

#[test]
fn checkpoints_of_a_run_go_on_to_the_bit() {
    let (folder, data, validation) = (Folder::new("callbacks"), data(52), data(20));
    let mut network = Net::boxed(1);
    let mut first = trainer(&mut network, &validation)
        .epochs(4)
        .callback(Checkpoint::every(2, folder.path("epoch-{epoch}.safetensors")))
        .callback(Checkpoint::every_steps(10, folder.path("step-{step}.safetensors")))
        .callback(Checkpoint::last(folder.path("last.safetensors")));
    first.fit(&data).unwrap();
    drop(first);
    let names = ["epoch-2", "epoch-4", "last", "step-10", "step-20"].map(|name| format!("{name}.safetensors"));
    assert_eq!(folder.names(), names);
    let expected = straight(4);
    for name in names {
        let mut network = Net::boxed(77);
        let mut second = trainer(&mut network, &validation).epochs(4);
        second.resume(folder.path(&name)).unwrap();
        let history = second.fit(&data).unwrap();
        assert_eq!(left(&mut second, &history), expected, "from {name}");
    }
}

#[test]
fn the_best_is_kept_and_its_memory_too() {
    let (folder, data, validation) = (Folder::new("best"), data(52), data(20));
    let path = folder.path("best.safetensors");
    let best = || Checkpoint::best(&path);
    let mut network = Net::boxed(1);
    let mut first = trainer(&mut network, &validation).epochs(6).callback(best());
    let history = first.fit(&data).unwrap();
    drop(first);
    let losses: Vec<f64> = history.epochs().iter().map(|epoch| epoch.validation_loss.unwrap()).collect();
    let epoch = 1 + (0..6).min_by(|&a, &b| losses[a].total_cmp(&losses[b])).unwrap();
    let mut second_network = Net::boxed(77);
    let mut second = trainer(&mut second_network, &validation).epochs(epoch).callback(best());
    second.resume(&path).unwrap();
    assert_eq!(second.fit(&data).unwrap().epochs().len(), epoch, "nothing was left to do");
    drop(second);
    // Early stopping left the best weights in the first network.
    assert_eq!(network.values(), second_network.values());
    // And the network can be read by itself.
    let mut third = Net::boxed(5);
    files::load(&mut *third, &path).unwrap();
    assert_eq!(network.values(), third.values());
    assert_eq!(network.buffers(), third.buffers());
}

/// What remembers how the training went: a schedule and a callback.
fn small(network: &mut Net) -> Trainer<'_, Net, Mse, Sgd> {
    let plateau = ReduceOnPlateau { patience: 1, factor: 0.5, ..ReduceOnPlateau::default() };
    let trainer = network.trainer(Mse, Sgd { momentum: 0.9, ..Sgd::new(0.5) }).schedule(Per::Epoch, plateau);
    trainer.callback(EarlyStopping::new(6)).progress(Progress::off()).epochs(40)
}

#[test]
fn early_stopping_and_plateaus_remember() {
    let (folder, data) = (Folder::new("memory"), data(24));
    let path = folder.path("training.safetensors");
    let mut network = Net::boxed(1);
    let whole = small(&mut network).fit(&data).unwrap();
    let stopped = whole.epochs().len();
    assert!(stopped < 40 && whole.last().unwrap().learning_rate < 0.5, "{whole:?}");
    for at in [stopped - 5, stopped - 1, stopped] {
        let mut other = Net::boxed(1);
        let save = path.clone();
        let mut first = small(&mut other).callback(Closure::epoch_end(move |context: &mut Context<'_, Net>| {
            if context.position().epoch == at {
                context.checkpoint(&save);
            }
            Ok(())
        }));
        first.fit(&data).unwrap();
        drop(first);
        let mut second = Net::boxed(3);
        let mut trainer = small(&mut second);
        trainer.resume(&path).unwrap();
        let history = trainer.fit(&data).unwrap();
        drop(trainer);
        assert_eq!(history.epochs().len(), stopped, "from epoch {at}");
        assert_eq!(second.values(), network.values(), "from epoch {at}");
    }
}

#[test]
fn logs_go_on_where_the_checkpoint_was() {
    let (folder, data, validation) = (Folder::new("logs-go-on"), data(52), data(20));
    let (path, csv) = (folder.path("training.safetensors"), folder.path("log.csv"));
    let logged = |network| {
        trainer(network, &validation).callback(CsvLog::new(&csv)).callback(TensorBoard::new(folder.path("events")))
    };
    let mut network = Net::boxed(1);
    logged(&mut network).epochs(5).callback(Checkpoint::every(3, &path)).fit(&data).unwrap();
    let epochs = |text: String| text.lines().map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(epochs(std::fs::read_to_string(&csv).unwrap()), ["epoch", "1", "2", "3", "4", "5"]);
    let mut network = Net::boxed(77);
    let mut second = logged(&mut network).epochs(4);
    second.resume(&path).unwrap();
    second.fit(&data).unwrap();
    assert_eq!(epochs(std::fs::read_to_string(&csv).unwrap()), ["epoch", "1", "2", "3", "4"]);
    assert_eq!(std::fs::read_dir(folder.path("events")).unwrap().count(), 2);
}

/// A checkpoint after two epochs, of the trainer of all tests above.
fn saved(folder: &Folder) -> PathBuf {
    let (path, data, validation) = (folder.path("training.safetensors"), data(52), data(20));
    let mut network = Net::boxed(1);
    let mut trainer = trainer(&mut network, &validation).epochs(2);
    trainer.fit(&data).unwrap();
    trainer.checkpoint(&path).unwrap();
    path
}

type Change = fn(Trainer<'_, Net, Mse, Adam>) -> Trainer<'_, Net, Mse, Adam>;

#[test]
fn what_differs_is_named_with_both_values() {
    let folder = Folder::new("differs");
    let (path, validation) = (saved(&folder), data(20));
    let cases: [(Change, &str); 9] = [
        (|t| t.batch_size(8), "batch_size is 4, but this training has 8"),
        (|t| t.accumulate(1), "accumulate is 2, but this training has 1"),
        (|t| t.seed(8), "seed is 9, but this training has 8"),
        (|t| t.shuffle(false), "shuffle is true, but this training has false"),
        (|t| t.drop_last(true), "drop_last is false, but this training has true"),
        (|t| t.average(0.5), "average is Some(0.9), but this training has Some(0.5)"),
        (|t| t.layer("fc2", Group::FROZEN), "layer `fc2`.learning_rate is 0.5, but this training has 1.0"),
        (|t| t.clip(Clip::Norm(2.0)), "clip is Some(Norm(1.0)), but this training has Some(Norm(2.0))"),
        (
            |t| t.schedule(Per::Step, LinearWarmup::new(5, CosineWarmRestarts::new(8))),
            "schedule.first is 7, but this training has 8",
        ),
    ];
    for (change, expected) in cases {
        let mut network = Net::boxed(77);
        let before = network.values().to_vec();
        let mut other = change(trainer(&mut network, &validation));
        assert_eq!(message(other.resume(&path)), format!("{}: {expected}", path.display()));
        assert_eq!(other.training().steps(), 0);
        assert_eq!(other.training().network().values(), before);
    }
    let mut network = Net::boxed(77);
    let mut other = trainer(&mut network, &validation);
    other.training().optimizer_mut().beta2 = 0.9;
    assert!(message(other.resume(&path)).ends_with("optimizer.beta2 is 0.999, but this training has 0.9"));
    other.training().optimizer_mut().beta2 = 0.999;
    other.training().optimizer_mut().learning_rate = 0.5;
    let failure = message(other.resume(&path));
    assert!(failure.ends_with("optimizer.learning_rate is 0.02, but this training has 0.5"), "{failure}");
    drop(other);

    let mut sgd = network.trainer(Mse, Sgd::new(0.02));
    let failure = message(sgd.resume(&path));
    assert!(
        failure.contains("optimizer is Adam { learning_rate: 0.02, ") && failure.contains("this training has Sgd {"),
        "{failure}"
    );
    drop(sgd);

    let mut wide = Wide::<f32, 4>::boxed(1);
    let failure = message(wide.trainer(CrossEntropy::new(), Adam::new(0.02)).resume(&path));
    assert!(failure.ends_with("network is Everything, but this training has Wide"), "{failure}");
    let mut maps = Maps::<f64>::boxed(1);
    assert!(maps.trainer(CrossEntropy::new(), Adam::new(0.02)).resume(&path).is_err());
}

#[test]
fn another_metric_callback_or_data_is_named() {
    let folder = Folder::new("data-differs");
    let (path, validation) = (saved(&folder), data(20));
    let resume = |set: &Dataset<f32, f32>| {
        let mut network = Net::boxed(77);
        let mut other = trainer(&mut network, &validation).epochs(1);
        other.resume(&path).unwrap();
        let result = other.fit(set);
        assert_eq!(other.training().steps(), if result.is_ok() { 21 } else { 14 });
        message(result)
    };
    let ends = |failure: String, expected: &str| assert!(failure.ends_with(expected), "{failure}");
    ends(resume(&data(51)), "the number of training samples is 52, but this training has 51");
    let mut order: Vec<usize> = (0..52).collect();
    order.swap(3, 40);
    let swapped = resume(&data(52).subset(&order).unwrap());
    assert!(swapped.contains("the fingerprint of the training data is "), "{swapped}");

    let mut network = Net::boxed(77);
    let mut other = trainer(&mut network, &validation).callback(Checkpoint::best("x"));
    ends(
        message(other.resume(&path)),
        "callbacks is early_stopping, but this training has early_stopping, best_checkpoint",
    );
    drop(other);
    let mut other = trainer(&mut network, &validation).metric(MeanAbsoluteError::new());
    let name = "mae";
    ends(message(other.resume(&path)), &format!("metrics is {name}, but this training has {name}, {name}"));
}

#[test]
fn damage_is_found_wherever_it_is() {
    let folder = Folder::new("damage");
    let path = saved(&folder);
    let content = std::fs::read(&path).unwrap();
    let validation = data(20);
    let mut network = Net::boxed(77);
    let before = network.values().to_vec();
    let mut other = trainer(&mut network, &validation);
    let mut refuse = |content: &[u8], what: &str| {
        let damaged = folder.file("damaged.safetensors", content);
        match other.resume(damaged) {
            Ok(()) => panic!("{what} was not found"),
            Err(error) => assert!(
                matches!(error, Error::Format { .. } | Error::Tensor { .. } | Error::Checkpoint { .. }),
                "{what}: {error}"
            ),
        }
    };
    let mut random = Random::new(1);
    for _ in 0..400 {
        let (place, bit) = (random.below(content.len()), random.below(8));
        let mut damaged = content.clone();
        damaged[place] ^= 1 << bit;
        refuse(&damaged, &format!("bit {bit} of byte {place}"));
    }
    for length in [0, 7, 8, 100, content.len() / 2, content.len() - 1] {
        refuse(&content[..length], &format!("the end after {length} bytes"));
    }
    refuse(b"not a checkpoint at all", "another format");
    drop(other);
    assert_eq!(network.values(), before);

    // One flipped bit of a weight: the format is sound, only the checksum tells.
    let mut damaged = content.clone();
    let last = damaged.len() - 3;
    damaged[last] ^= 1;
    let damaged = folder.file("damaged.safetensors", &damaged);
    let mut other = trainer(&mut network, &validation);
    assert!(message(other.resume(damaged)).contains(": is damaged: its checksum is "));
    let plain = folder.path("plain.safetensors");
    files::save(other.training().network(), &plain).unwrap();
    assert!(message(other.resume(plain)).ends_with("is no checkpoint of a training, but perhaps a network's file"));
    assert!(message(other.resume(folder.path("missing"))).contains("missing: "));
}

/// A checkpoint in which a text has changed, with the checksum that it then has.
fn with_text(content: &[u8], name: &str, text: &str) -> Vec<u8> {
    let (length, rest) = content.split_first_chunk().unwrap();
    let (header, values) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let mut header: BTreeMap<String, Value> = serde_json::from_slice(header).unwrap();
    let mut texts: BTreeMap<String, String> = serde_json::from_value(header["__metadata__"].clone()).unwrap();
    assert!(texts.insert(name.into(), text.into()).is_some() && texts.remove("checksum").is_some());
    let mut parts: Vec<&[u8]> = texts.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]).collect();
    for (name, tensor) in header.iter().filter(|(name, _)| *name != "__metadata__") {
        let [from, to] = serde_json::from_value(tensor["data_offsets"].clone()).unwrap();
        parts.extend([name.as_bytes(), &values[from..to]]);
    }
    let message = parts.iter().flat_map(|part| [&(part.len() as u64).to_le_bytes(), *part].concat());
    let remainder = message.fold(u32::MAX, |remainder, byte| {
        (0..8).fold(remainder ^ u32::from(byte), |r, _| (r >> 1) ^ (0x82f6_3b78 * (r & 1)))
    });
    texts.insert("checksum".into(), format!("{:08x}", !remainder));
    header.insert("__metadata__".into(), serde_json::to_value(texts).unwrap());
    let header = serde_json::to_vec(&header).unwrap();
    [&(header.len() as u64).to_le_bytes(), &header[..], values].concat()
}

#[test]
fn checkpoints_of_another_version_are_refused() {
    let folder = Folder::new("version");
    let content = std::fs::read(saved(&folder)).unwrap();
    let (validation, mut network) = (data(20), Net::boxed(77));
    let mut other = trainer(&mut network, &validation);
    let mut resume = |name, text| {
        let result = other.resume(folder.file("changed.safetensors", &with_text(&content, name, text)));
        assert_eq!(other.training().steps(), if result.is_ok() { 14 } else { 0 });
        result
    };
    let layout = "layout of the optimizer's state";
    let refused = resume(layout, "tiles of 512").unwrap_err();
    assert!(matches!(refused, Error::Checkpoint { .. }), "{refused}");
    let expected = format!("{layout} is tiles of 512, but this training has falling tiles of 8704");
    assert!(refused.to_string().ends_with(&expected), "{refused}");
    let refused = resume("checkpoint", "2").unwrap_err();
    assert!(matches!(refused, Error::Format { .. }), "{refused}");
    assert!(refused.to_string().ends_with("is a checkpoint of format 2, but this is 1"), "{refused}");
    resume(layout, "falling tiles of 8704").unwrap();
}

#[test]
fn a_failed_write_keeps_the_checkpoint_before_it() {
    let (folder, validation) = (Folder::new("failed-write"), data(20));
    let path = saved(&folder);
    let content = std::fs::read(&path).unwrap();
    let mut network = Net::boxed(1);
    let mut other = trainer(&mut network, &validation);
    // A folder in the place of the file: the rename fails, behind all writing.
    let blocked = folder.path("blocked");
    std::fs::create_dir_all(blocked.join("inside")).unwrap();
    assert!(message(other.checkpoint(&blocked)).contains("blocked: "));
    assert!(message(other.checkpoint(folder.path("no such folder/x"))).contains("no such folder/x: "));
    // A full disk: the temporary file cannot be written to its end.
    if Path::new("/dev/full").exists() {
        let failure =
            files::write_atomically(folder.path("training.safetensors"), |_| std::fs::write("/dev/full", &content));
        assert!(message(failure).contains("training.safetensors: "));
    }
    assert_eq!(std::fs::read(&path).unwrap(), content);
    assert_eq!(folder.names(), ["blocked", "training.safetensors"], "no temporary file is left");

    let fails = other.epochs(2).callback(Checkpoint::last(&blocked)).fit(&data(52));
    assert!(message(fails).contains("blocked: "), "a run says so");
}

const CHILD: &str = "SHAPEWISE_CHECKPOINT_CHILD";

/// What the killed processes do: go on, with a checkpoint after each step.
#[test]
#[ignore = "run by `kill_at_any_instant_leaves_a_checkpoint`"]
fn child() {
    let Some(path) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let (data, validation, mut network) = (data(52), data(20), Net::boxed(1));
    let mut trainer = trainer(&mut network, &validation).epochs(20).callback(Checkpoint::every_steps(1, &path));
    if path.exists() {
        trainer.resume(&path).unwrap();
    }
    trainer.fit(&data).unwrap();
    trainer.checkpoint(path.with_extension("done")).unwrap();
}

#[test]
fn kill_at_any_instant_leaves_a_checkpoint() {
    let folder = Folder::new("kill");
    let path = folder.path("training.safetensors");
    let spawn = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--ignored"])
            .env(CHILD, &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let validation = data(20);
    let mut random = Random::new(3);
    let mut kills = 0;
    for _ in 0..12 {
        let mut child = spawn();
        while !path.exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(random.below(20_000) as u64));
        child.kill().unwrap();
        kills += usize::from(!child.wait().unwrap().success());
        let mut network = Net::boxed(77);
        trainer(&mut network, &validation).resume(&path).unwrap();
    }
    assert!(kills > 0, "the processes were too fast to be killed");
    assert!(spawn().wait().unwrap().success());

    let expected = straight(20);
    let mut network = Net::boxed(77);
    let mut last = trainer(&mut network, &validation).epochs(0);
    last.resume(path.with_extension("done")).unwrap();
    let history = last.fit(&data(52)).unwrap();
    assert_eq!(left(&mut last, &history), expected, "killed {kills} times");
}
