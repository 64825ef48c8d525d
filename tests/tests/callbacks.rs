//! Callbacks: the order of their hooks, what they see, what they can ask for, and the files that they write.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use shapewise::Block;
use shapewise::LANES;
use shapewise::inspect::Recorder;
use shapewise::prelude::*;
use shapewise::schedule::{Cosine, Exponential, Mode, Per};
use shapewise::train::callback::{
    Callback, Checkpoint, Closure, Context, CsvLog, EarlyStopping, Inspect, JsonLines, Monitor, TensorBoard,
    TerminateOnNan,
};
use shapewise::train::metrics::{Accuracy, Predictions};
use shapewise_tests::bomb::Bomb;
use shapewise_tests::mlp::Mlp;
use shapewise_tests::samples::labelled;
use shapewise_tests::scratch::{Folder, message};

type Net = Mlp<f32, 2, 6, 3>;

fn data(samples: usize) -> Dataset<f32, u32> {
    labelled(2, 3, samples)
}

fn quiet(network: &mut Net) -> Trainer<'_, Net, CrossEntropy, Adam> {
    network.trainer(CrossEntropy::new(), Adam::new(0.01)).progress(Progress::off())
}

/// Writes down its hooks.
struct Diary<'a>(&'a RefCell<Vec<String>>);

impl Diary<'_> {
    fn note(&self, hook: &str, context: &Context<'_, Net>) {
        let at = context.position();
        self.0
            .borrow_mut()
            .push(format!("{hook} {}/{} {}/{} {}", at.epoch, at.last_epoch, at.batch, at.batches, at.step));
    }
}

impl Callback<Net> for Diary<'_> {
    fn name(&self) -> &'static str {
        "diary"
    }
    fn fit_begin(&mut self, context: &mut Context<'_, Net>) -> Result<()> {
        self.note("fit_begin", context);
        Ok(())
    }
    fn epoch_begin(&mut self, context: &mut Context<'_, Net>) -> Result<()> {
        self.note("epoch_begin", context);
        Ok(())
    }
    fn batch_end(&mut self, context: &mut Context<'_, Net>) -> Result<()> {
        assert!(context.position().batch_loss.is_finite() && context.position().loss.is_finite());
        assert!(context.gradients().values().iter().any(|g| *g != 0.0));
        self.note("batch_end", context);
        Ok(())
    }
    fn epoch_end(&mut self, context: &mut Context<'_, Net>) -> Result<()> {
        assert_eq!(context.last().unwrap().epoch, context.position().epoch);
        self.note("epoch_end", context);
        Ok(())
    }
    fn fit_end(&mut self, context: &mut Context<'_, Net>) -> Result<()> {
        self.note("fit_end", context);
        Ok(())
    }
}

#[test]
fn hooks_come_in_order_with_their_position() {
    let (diary, mut network) = (RefCell::new(Vec::new()), Net::boxed(1));
    quiet(&mut network).batch_size(8).epochs(2).callback(Diary(&diary)).fit(&data(12)).unwrap();
    let expected = [
        "fit_begin 0/2 0/2 0",
        "epoch_begin 1/2 0/2 0",
        "batch_end 1/2 1/2 1",
        "batch_end 1/2 2/2 2",
        "epoch_end 1/2 0/2 2",
        "epoch_begin 2/2 0/2 2",
        "batch_end 2/2 1/2 3",
        "batch_end 2/2 2/2 4",
        "epoch_end 2/2 0/2 4",
        "fit_end 2/2 0/2 4",
    ];
    assert_eq!(*diary.borrow(), expected);
}

#[test]
fn callbacks_that_only_look_change_no_bit() {
    let (mut a, mut b) = (Net::boxed(1), Net::boxed(1));
    quiet(&mut a).epochs(3).fit(&data(40)).unwrap();
    let diary = RefCell::new(Vec::new());
    quiet(&mut b)
        .epochs(3)
        .callback(Diary(&diary))
        .callback(EarlyStopping::new(9).restore_best(false))
        .fit(&data(40))
        .unwrap();
    assert_eq!(a.values(), b.values());
}

#[test]
fn a_closure_sets_the_rate_changes_the_schedule_and_stops() {
    let mut network = Net::boxed(1);
    let history = quiet(&mut network)
        .epochs(9)
        .schedule(Per::Epoch, Exponential::new(0.9))
        .callback(Closure::epoch_end(|context: &mut Context<'_, Net>| {
            match context.position().epoch {
                2 => context.set_learning_rate(0.5),
                4 => context.set_schedule(Per::Epoch, Exponential::new(0.5)),
                6 => context.stop(),
                _ => {}
            }
            Ok(())
        }))
        .fit(&data(10))
        .unwrap();
    let rates: Vec<f64> = history.epochs().iter().map(|epoch| epoch.learning_rate).collect();
    assert_eq!(rates, [0.01, 0.01 * 0.9, 0.5, 0.5, 0.5, 0.25]);

    let mut network = Net::boxed(1);
    let mut steps = 0;
    let mut trainer =
        quiet(&mut network).batch_size(2).callback(Closure::batch_end(|context: &mut Context<'_, Net>| {
            steps += 1;
            if steps == 3 {
                context.stop();
            }
            Ok(())
        }));
    assert!(trainer.fit(&data(10)).unwrap().epochs().is_empty(), "the epoch did not end");
    assert_eq!(trainer.training().steps(), 3);
}

#[test]
fn an_error_of_a_hook_ends_the_run() {
    let mut network = Net::boxed(1);
    let fails = Closure::epoch_end(|_: &mut Context<'_, Net>| Err(Error::Empty { what: "the callback's patience" }));
    assert_eq!(message(quiet(&mut network).callback(fails).fit(&data(9))), "the callback's patience is empty");
}

/// A metric that follows a script, epoch by epoch.
struct Script(std::vec::IntoIter<f64>, f64);

impl Metric<f32, u32> for Script {
    fn name(&self) -> String {
        "script".into()
    }
    fn reset(&mut self) {
        self.1 = self.0.next().unwrap();
    }
    fn update(&mut self, _: Predictions<'_, f32, u32>) {}
    fn value(&self) -> f64 {
        self.1
    }
}

/// Epochs until the run stops, and the epoch whose weights are left.
fn stop(script: Vec<f64>, stopping: EarlyStopping<f32>) -> (usize, usize) {
    let mut network = Net::boxed(1);
    let weights = RefCell::new(Vec::new());
    let history = quiet(&mut network)
        .epochs(script.len())
        .metric(Script(script.into_iter(), f64::NAN))
        .callback(Closure::epoch_end(|context: &mut Context<'_, Net>| {
            weights.borrow_mut().push(context.network().values().to_vec());
            Ok(())
        }))
        .callback(stopping)
        .fit(&data(20))
        .unwrap();
    let left = weights.borrow().iter().position(|values| values == network.values()).unwrap();
    (history.epochs().len(), left + 1)
}

#[test]
fn early_stopping_waits_and_restores() {
    let watch = |mode| Monitor::new("script", mode);
    let falling = vec![5.0, 4.0, 3.0, 3.5, 3.0, 2.9, 9.0, 9.0];
    let min = |patience| EarlyStopping::new(patience).monitor(watch(Mode::Min));
    assert_eq!(stop(falling.clone(), min(2)), (5, 3));
    assert_eq!(stop(falling.clone(), min(3)), (8, 6));
    assert_eq!(stop(falling.clone(), min(2).restore_best(false)), (5, 5));
    assert_eq!(stop(falling.clone(), min(2).min_improvement(2.5)), (3, 1));
    assert_eq!(stop(vec![f64::NAN, 1.0, f64::NAN, f64::NAN, 0.0], min(2)), (4, 2));
    let max = EarlyStopping::new(1).monitor(watch(Mode::Max));
    assert_eq!(stop(vec![0.1, 0.2, 0.2, 0.9], max), (3, 2));
}

#[test]
fn early_stopping_waits_anew_in_another_run() {
    let mut network = Net::boxed(1);
    let script = vec![1.0, 2.0, 2.0, 2.0, 2.0, 2.0];
    let stopping = EarlyStopping::new(2).monitor(Monitor::new("script", Mode::Min));
    let mut trainer = quiet(&mut network).epochs(4).metric(Script(script.into_iter(), f64::NAN)).callback(stopping);
    assert_eq!(trainer.fit(&data(20)).unwrap().epochs().len(), 3);
    assert_eq!(trainer.fit(&data(20)).unwrap().epochs().len(), 5);
}

/// `Cosine` would rise again.
#[test]
fn a_schedule_that_a_callback_sets_must_last() {
    let mut network = Net::boxed(1);
    let follow = Closure::epoch_end(|context: &mut Context<'_, Net>| {
        context.set_schedule(Per::Epoch, Cosine::new(3));
        Ok(())
    });
    let result = quiet(&mut network).epochs(5).callback(follow).fit(&data(20));
    assert_eq!(message(result), "the schedule lasts 3 epochs, but the run has 4");
}

#[test]
fn bad_settings_of_callbacks_are_named_before_the_first_step() {
    let fit =
        |change: &dyn Fn(Trainer<'static, Net, CrossEntropy, Adam>) -> Trainer<'static, Net, CrossEntropy, Adam>| {
            let mut trainer = change(quiet(Box::leak(Net::boxed(1))).metric(Accuracy::new()));
            let message = message(trainer.fit(&data(9)));
            assert_eq!(trainer.training().steps(), 0);
            message
        };
    assert_eq!(fit(&|t| t.callback(EarlyStopping::new(0))), "patience is 0, but must be >= 1");
    for (value, text) in [(f64::NAN, "NaN"), (-0.5, "-0.5"), (f64::INFINITY, "inf")] {
        assert_eq!(
            fit(&|t| t.callback(EarlyStopping::new(1).min_improvement(value))),
            format!("min_improvement is {text}, but must be >= 0 and finite")
        );
    }
    assert_eq!(fit(&|t| t.callback(Checkpoint::every(0, "x"))), "epochs between checkpoints is 0, but must be >= 1");
    assert_eq!(
        fit(&|t| t.callback(Checkpoint::every_steps(0, "x"))),
        "steps between checkpoints is 0, but must be >= 1"
    );
    let recorder = || Box::leak(Box::new(Recorder::new()));
    let look = || Inspect::new(recorder(), CrossEntropy::new(), &[], &[]).every(0);
    assert_eq!(fit(&|t| t.callback(look())), "epochs between looks is 0, but must be >= 1");
    let misspelt = || Monitor::new("acuracy", Mode::Max);
    for failure in [
        fit(&|t| t.callback(EarlyStopping::new(1).monitor(misspelt()))),
        fit(&|t| t.callback(Checkpoint::best_of(misspelt(), "x"))),
    ] {
        assert_eq!(failure, "there is no value `acuracy` to watch; there are loss, accuracy");
    }
    let unwritable = std::path::Path::new("no such folder/log");
    assert!(fit(&|t| t.callback(CsvLog::new(unwritable))).starts_with("no such folder/log: "));
    assert!(fit(&|t| t.callback(JsonLines::new(unwritable))).starts_with("no such folder/log: "));
    let folder = Folder::new("no-folder");
    let file = folder.file("a file", b"");
    assert!(fit(&|t| t.callback(TensorBoard::new(&file))).contains("a file: "));
}

#[test]
fn termination_on_nan_is_an_end_and_not_a_failure() {
    let (data, mut network) = (data(2 * LANES), Net::boxed(1));
    let mut trainer =
        network.trainer(Bomb::after(3), Adam::new(0.1)).batch_size(LANES).epochs(5).progress(Progress::off());
    assert_eq!(message(trainer.fit(&data)), "the loss became infinite or not a number in epoch 2, batch 2");
    let mut trainer = trainer.callback(TerminateOnNan);
    assert_eq!(trainer.fit(&data).unwrap().epochs().len(), 1);
    assert_eq!(trainer.training().steps(), 3);
}

#[test]
fn a_flag_ends_the_run_behind_the_batch_and_the_next_goes_on() {
    let data = data(40);
    let run = |stop_at: u64| {
        let (flag, mut network) = (AtomicBool::new(false), Net::boxed(1));
        let mut trainer = quiet(&mut network).batch_size(8).epochs(3).stop_when(&flag).callback(Closure::batch_end(
            |context: &mut Context<'_, Net>| {
                if context.position().step == stop_at {
                    flag.store(true, Ordering::Relaxed);
                }
                Ok(())
            },
        ));
        let first = trainer.fit(&data).unwrap();
        let steps = trainer.training().steps();
        flag.store(false, Ordering::Relaxed);
        let history = trainer.fit(&data).unwrap();
        let losses: Vec<u64> = history.epochs().iter().map(|epoch| epoch.loss.to_bits()).collect();
        drop(trainer);
        (first.epochs().len(), steps, losses, network.values().to_vec())
    };
    let (epochs, steps, losses, values) = run(7);
    assert_eq!((epochs, steps), (1, 7));
    let mut network = Net::boxed(1);
    let history = quiet(&mut network).batch_size(8).epochs(3).fit(&data).unwrap();
    assert_eq!(losses, history.epochs().iter().map(|epoch| epoch.loss.to_bits()).collect::<Vec<_>>());
    assert_eq!(values, network.values());
    assert_eq!(run(10).0, 2, "the last batch of an epoch ends it");
}

#[test]
fn logs_hold_what_the_history_holds() {
    let (folder, data, mut network) = (Folder::new("logs"), data(30), Net::boxed(1));
    let (csv, json) = (folder.path("log.csv"), folder.path("log.jsonl"));
    let history = quiet(&mut network)
        .epochs(3)
        .validation(&data)
        .metric(Accuracy::new())
        .callback(CsvLog::new(&csv))
        .callback(JsonLines::new(&json))
        .fit(&data)
        .unwrap();
    assert_eq!(std::fs::read_to_string(csv).unwrap(), history.to_csv());
    let json = std::fs::read_to_string(json).unwrap();
    let objects: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let whole: serde_json::Value = serde_json::from_str(&history.to_json()).unwrap();
    assert_eq!(whole, serde_json::Value::Array(objects));
}

/// The records of an event file, without a look at their checksums.
fn records(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut records) = (bytes, Vec::new());
    while !rest.is_empty() {
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        records.push(&rest[12..][..length]);
        rest = &rest[16 + length..];
    }
    records
}

#[test]
fn event_files_hold_the_scalars_of_each_epoch() {
    let (folder, data, mut network) = (Folder::new("events"), data(30), Net::boxed(1));
    let runs = folder.path("runs");
    let mut trainer =
        quiet(&mut network).epochs(2).validation(&data).metric(Accuracy::new()).callback(TensorBoard::new(&runs));
    let history = trainer.fit(&data).unwrap();
    let names: Vec<_> = std::fs::read_dir(&runs).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 1);
    assert!(names[0].file_name().unwrap().to_str().unwrap().starts_with("events.out.tfevents."));
    let bytes = std::fs::read(&names[0]).unwrap();
    let records = records(&bytes);
    assert_eq!(records.len(), 3);
    assert!(records[0].ends_with(b"brain.Event:2"));
    for (record, epoch) in records[1..].iter().zip(history.epochs()) {
        let contains = |bytes: &[u8]| record.windows(bytes.len()).any(|window| window == bytes);
        for (name, value) in [
            ("loss", epoch.loss),
            ("validation_loss", epoch.validation_loss.unwrap()),
            ("accuracy", epoch.metrics[0]),
            ("learning_rate", epoch.learning_rate),
        ] {
            let mut field = vec![name.len() as u8];
            field.extend(name.as_bytes());
            field.push(0x15);
            field.extend((value as f32).to_le_bytes());
            assert!(contains(&field), "{name} {value}");
        }
    }
    // A second run tells TensorBoard where it begins.
    trainer.fit(&data).unwrap();
    assert_eq!(std::fs::read_dir(&runs).unwrap().count(), 2);
}

#[test]
fn the_folder_of_checkpoints_is_made_before_the_first_step() {
    let (folder, mut network) = (Folder::new("folder_of_checkpoints"), Net::boxed(1));
    let path = folder.path("runs/1/last.safetensors");
    quiet(&mut network).callback(Checkpoint::last(&path)).fit(&data(52)).unwrap();
    assert!(path.exists());
    std::fs::write(folder.path("file"), "").unwrap();
    let blocked = Checkpoint::every(100, folder.path("file/last.safetensors"));
    let fails = quiet(&mut network).callback(blocked).fit(&data(52));
    assert!(message(fails).contains("last.safetensors: "), "though none is due");
}
