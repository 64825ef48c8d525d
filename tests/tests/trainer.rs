//! Training by the step, by hand and by the trainer, on a network written out by hand.

use std::io;
use std::sync::{Arc, Mutex};

use shapewise::__private::Block;
use shapewise::optim::Optimizer;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::schedule::{Exponential, Per};
use shapewise::train::callback::{Closure, Context};
use shapewise::train::metrics::{Accuracy, MeanLoss, TopKAccuracy};
use shapewise_tests::bomb::Bomb;
use shapewise_tests::mlp::Mlp;
use shapewise_tests::samples::labelled;

type Xor = Mlp<f32, 2, 8, 2>;
type Rings = Mlp<f32, 2, 24, 3>;
type Small = Mlp<f64, 3, 5, 4>;
/// So large that its chunks are worth several threads.
type Large = Mlp<f32, 64, 512, 10>;

fn xor() -> Dataset<f32, u32> {
    Dataset::new(2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], 1, vec![0, 1, 1, 0]).unwrap()
}

/// Three rings around each other: no line parts them.
fn rings(samples: usize, seed: u64) -> Dataset<f32, u32> {
    let mut random = Random::new(seed);
    let labels: Vec<u32> = (0..samples as u32).map(|sample| sample % 3).collect();
    let inputs = labels.iter().flat_map(|&label| {
        let radius = f64::from(label) + 0.3 * random.uniform();
        let (sin, cos) = (std::f64::consts::TAU * random.uniform()).sin_cos();
        [(radius * cos) as f32, (radius * sin) as f32]
    });
    Dataset::new(2, inputs.collect(), 1, labels).unwrap()
}

fn quiet<N: Network<Scalar = f32>>(network: &mut N) -> Trainer<'_, N, CrossEntropy, Adam> {
    network.trainer(CrossEntropy::new(), Adam::new(0.01)).progress(Progress::off())
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn the_manual_loop_learns_xor() {
    let (mut network, data) = (Xor::boxed(1), xor());
    let mut training = network.training(CrossEntropy::new(), Adam::new(0.05));
    let first = training.step(data.inputs(), data.targets()).unwrap();
    for _ in 0..300 {
        training.step(data.inputs(), data.targets()).unwrap();
    }
    assert_eq!(training.steps(), 301);
    let mut accuracy = Accuracy::new();
    let loss = network.evaluate(&data, &CrossEntropy::new(), &mut [&mut accuracy]).unwrap();
    assert!(loss < 0.01 * f64::from(first), "{first} to {loss}");
    assert!(accuracy.ratio() >= 1.0);
}

#[test]
fn the_trainer_learns_rings() {
    let (train, test) = (rings(600, 1), rings(150, 2));
    let mut network = Rings::boxed(3);
    let history = quiet(&mut *network)
        .epochs(40)
        .seed(7)
        .validation(&test)
        .metric(Accuracy::new())
        .metric(TopKAccuracy::new(2))
        .fit(&train)
        .unwrap();
    assert_eq!(history.metrics(), ["accuracy", "top_2_accuracy"]);
    assert_eq!(history.epochs().len(), 40);
    let (first, last) = (&history.epochs()[0], history.last().unwrap());
    assert_eq!((first.epoch, last.epoch), (1, 40));
    assert!(last.loss < 0.2 * first.loss, "{} to {}", first.loss, last.loss);
    assert!(last.validation_loss.unwrap() < 0.2, "{last:?}");
    assert!(last.metrics[0] > 0.95 && last.metrics[1] >= last.metrics[0], "{last:?}");
    assert!((last.learning_rate - 0.01).abs() < 1e-15 && last.seconds > 0.0);
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_does_not() {
    let run = |seed| {
        let mut network = Rings::boxed(3);
        let history = quiet(&mut *network).epochs(3).seed(seed).fit(&rings(100, 1)).unwrap();
        let losses: Vec<u64> = history.epochs().iter().map(|epoch| epoch.loss.to_bits()).collect();
        (bits(network.values()), losses)
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn two_short_runs_are_one_long_run() {
    let data = rings(100, 1);
    let mut whole = Rings::boxed(3);
    quiet(&mut *whole).epochs(4).seed(9).fit(&data).unwrap();
    let mut halves = Rings::boxed(3);
    let mut trainer = quiet(&mut *halves).epochs(2).seed(9);
    assert_eq!(trainer.fit(&data).unwrap().last().unwrap().epoch, 2);
    assert_eq!(trainer.fit(&data).unwrap().last().unwrap().epoch, 4);
    assert_eq!(bits(whole.values()), bits(trainer.training().network().values()));
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    // Batches of more than a span, a whole span, and a short last one.
    let data = labelled::<f32>(64, 10, 700);
    let run = |threads| {
        let mut network = Large::boxed(1);
        let history = quiet(&mut *network).batch_size(300).epochs(2).threads(threads).fit(&data).unwrap();
        (bits(network.values()), history.last().unwrap().loss.to_bits())
    };
    let one = run(1);
    for threads in [2, 3, 8] {
        assert_eq!(run(threads), one, "{threads} threads");
    }
}

#[test]
fn a_batch_has_the_mean_gradient_of_its_samples() {
    let data = labelled::<f64>(3, 4, 400);
    let mut network = Small::boxed(1);
    let mut workspace = Workspace::<Small>::new(1);
    let (inputs, labels) = (data.inputs(), data.targets());
    for size in [1, 7, 16, 17, 32, 33, 256, 257, 400] {
        let (mut sum, mut losses) = (vec![0.0; Small::PARAMETERS], 0.0);
        for sample in 0..size {
            let (x, t) = (&inputs[sample * 3..][..3], &labels[sample..=sample]);
            losses += workspace.step(&mut *network, &CrossEntropy::new(), x, t, 0).unwrap();
            sum.iter_mut().zip(workspace.gradients().values()).for_each(|(sum, g)| *sum += g);
        }
        let (x, t) = (&inputs[..size * 3], &labels[..size]);
        let loss = workspace.step(&mut *network, &CrossEntropy::new(), x, t, 0).unwrap();
        assert!((loss - losses / size as f64).abs() < 1e-12, "loss of {size}");
        for (g, sum) in workspace.gradients().values().iter().zip(&sum) {
            assert!((g - sum / size as f64).abs() < 1e-12, "gradient of {size}");
        }
    }
}

#[test]
fn the_gradient_is_that_of_central_differences() {
    let data = labelled::<f64>(3, 4, 20);
    let mut network = Small::boxed(1);
    let mut workspace = Workspace::<Small>::new(20);
    workspace.step(&mut *network, &CrossEntropy::new(), data.inputs(), data.targets(), 0).unwrap();
    let gradient = workspace.gradients().values().to_vec();
    for (index, g) in gradient.iter().enumerate() {
        let mut at = |offset: f64| {
            let before = network.values()[index];
            network.values_mut()[index] = before + offset;
            let loss = evaluate(&*network, &data, &CrossEntropy::new(), &mut []).unwrap();
            network.values_mut()[index] = before;
            loss
        };
        let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!((g - difference).abs() < 1e-8, "parameter {index}: {g} and {difference}");
    }
}

#[test]
fn picked_samples_are_read_where_they_lie() {
    let data = labelled::<f64>(3, 4, 50);
    let picked = [49, 0, 7, 7, 31, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 48];
    let gathered = picked.iter().flat_map(|&sample| data.input(sample)).copied().collect::<Vec<_>>();
    let labels = picked.iter().map(|&sample| data.targets()[sample]).collect::<Vec<_>>();
    let (mut a, mut b) = (Small::boxed(1), Small::boxed(1));
    let (mut by_hand, mut by_index) = (
        Training::new(&mut *a, CrossEntropy::new(), Adam::new(0.1)),
        Training::new(&mut *b, CrossEntropy::new(), Adam::new(0.1)),
    );
    for _ in 0..3 {
        let (x, y) = (by_hand.step(&gathered, &labels).unwrap(), by_index.step_on(&data, &picked).unwrap());
        assert!(x.to_bits() == y.to_bits());
    }
    assert_eq!(a, b);
}

#[test]
fn short_last_batches_are_trained_on_unless_dropped() {
    let data = rings(70, 1);
    let steps = |batch, drop| {
        let mut network = Rings::boxed(1);
        let mut trainer = quiet(&mut *network).batch_size(batch).drop_last(drop);
        trainer.fit(&data).unwrap();
        trainer.training().steps()
    };
    assert_eq!([steps(32, false), steps(32, true), steps(35, true), steps(100, false)], [3, 2, 2, 1]);
}

#[test]
fn without_shuffling_the_trainer_is_the_plain_loop() {
    let data = rings(70, 1);
    let (mut a, mut b) = (Rings::boxed(1), Rings::boxed(1));
    quiet(&mut *a).shuffle(false).epochs(2).fit(&data).unwrap();
    let mut training = Training::new(&mut *b, CrossEntropy::new(), Adam::new(0.01));
    for _ in 0..2 {
        for (inputs, labels) in data.inputs().chunks(64).zip(data.targets().chunks(32)) {
            training.step(inputs, labels).unwrap();
        }
    }
    assert_eq!(bits(a.values()), bits(b.values()));
}

#[test]
fn a_loss_that_leaves_the_numbers_is_named_with_epoch_and_batch() {
    let mut network = Rings::boxed(1);
    let before = bits(network.values());
    let data = rings(48, 1);
    let mut trainer =
        Trainer::new(&mut *network, Bomb::after(4), Adam::default()).batch_size(16).epochs(3).progress(Progress::off());
    let error = trainer.fit(&data).unwrap_err();
    assert_eq!(error.to_string(), "the loss became infinite or not a number in epoch 2, batch 2");
    assert_eq!(bits(trainer.training().network().values()), before);
    drop(trainer);

    let mut training = Training::new(&mut *network, Bomb::after(0), Adam::default());
    let error = training.step(data.inputs(), data.targets()).unwrap_err();
    assert_eq!(error.to_string(), "the loss of step 1 holds a value that is infinite or not a number");
}

#[test]
fn bad_settings_and_data_are_found_before_the_first_step() {
    let data = rings(30, 1);
    let fit = |change: &dyn Fn(
        Trainer<'static, Rings, CrossEntropy, Adam>,
    ) -> Trainer<'static, Rings, CrossEntropy, Adam>,
               data: &Dataset<f32, u32>| {
        let network: &'static mut Rings = Box::leak(Rings::boxed(1));
        let before = bits(network.values());
        let mut trainer = change(quiet(network).epochs(2));
        let message = trainer.fit(data).unwrap_err().to_string();
        assert_eq!(bits(trainer.training().network().values()), before, "{message}");
        assert_eq!(trainer.training().steps(), 0, "{message}");
        message
    };
    let same = |trainer| trainer;
    let set = |inputs: Vec<f32>, labels: Vec<u32>| Dataset::new(2, inputs, 1, labels).unwrap();

    assert_eq!(fit(&same, &set(vec![], vec![])), "the training data is empty");
    assert_eq!(fit(&same, &labelled(3, 3, 9)), "a sample: expected 2 values, found 3");
    let pairs = Dataset::new(2, vec![0.0; 4], 2, vec![0; 4]).unwrap();
    assert_eq!(fit(&same, &pairs), "targets of a sample: expected 1 values, found 2");
    assert_eq!(
        fit(&same, &set(vec![0.0; 4], vec![2, 3])),
        "sample 1 has label 3, but the network has 3 classes (0 to 2)"
    );
    for bad in [f32::NAN, f32::INFINITY] {
        assert_eq!(
            fit(&same, &set(vec![0.0, 0.0, 0.0, bad], vec![0, 0])),
            "input 1 holds a value that is infinite or not a number"
        );
    }
    assert_eq!(fit(&|trainer| trainer.batch_size(0), &data), "batch_size is 0, but must be >= 1");
    assert_eq!(
        fit(&|trainer| trainer.batch_size(31).drop_last(true), &data),
        "the training data without its last short batch is empty"
    );
    let bad: &'static _ = Box::leak(Box::new(labelled(2, 9, 40)));
    let problem = fit(&|trainer| trainer.validation(bad), &data);
    assert!(problem.starts_with("in the validation data: sample ") && problem.ends_with("3 classes (0 to 2)"));
    let empty: &'static _ = Box::leak(Box::new(set(vec![], vec![])));
    assert_eq!(fit(&|trainer| trainer.validation(empty), &data), "in the validation data: the set is empty");
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let change = |mut trainer: Trainer<'static, _, _, Adam>| {
            Optimizer::<f32>::set_learning_rate(trainer.training().optimizer_mut(), rate);
            trainer
        };
        assert_eq!(fit(&change, &data), format!("learning_rate is {rate}, but must be > 0 and finite"));
    }
}

#[test]
fn bad_batches_are_found_by_the_step() {
    let data = rings(30, 1);
    let mut network = Rings::boxed(1);
    let before = network.clone();
    let mut training = Training::new(&mut *network, CrossEntropy::new(), Adam::new(f64::NAN));
    let mut step = |inputs: &[f32], labels: &[u32]| training.step(inputs, labels).unwrap_err().to_string();
    assert_eq!(step(&[], &[]), "batch is empty");
    assert_eq!(step(&[0.0; 3], &[0]), "inputs hold 3 values, which is no whole number of samples of 2 features");
    assert_eq!(step(&[0.0; 4], &[0]), "targets: expected 2 values, found 1");
    assert_eq!(step(&[0.0; 2], &[3]), "sample 0 has label 3, but the network has 3 classes (0 to 2)");
    assert_eq!(step(&[0.0; 2], &[0]), "learning_rate is NaN, but must be > 0 and finite");
    assert_eq!(step(&[f32::NAN; 2], &[0]), "the loss of step 1 holds a value that is infinite or not a number");
    let mut pick = |picked: &[usize]| training.step_on(&data, picked).unwrap_err().to_string();
    assert_eq!(pick(&[0, 30]), "a picked sample is 30, but must be below the number of samples");
    assert_eq!(pick(&[]), "batch is empty");
    let error = training.step_on(&labelled(3, 3, 9), &[0]).unwrap_err().to_string();
    assert_eq!(error, "a sample: expected 2 values, found 3");
    assert_eq!(network, before);
}

#[test]
fn no_epochs_check_the_data_and_change_nothing() {
    let mut network = Rings::boxed(1);
    let before = network.clone();
    let history = quiet(&mut *network).epochs(0).fit(&rings(9, 1)).unwrap();
    assert_eq!((history.epochs(), history.last()), (&[][..], None));
    assert_eq!(network, before);
}

#[test]
fn a_history_is_csv_and_json() {
    /// A metric that is never a number, under a name that needs quotes.
    struct Never;
    impl Metric<f32, u32> for Never {
        fn name(&self) -> String {
            "a \"b\", c\n".into()
        }
        fn reset(&mut self) {}
        fn update(&mut self, _: shapewise::train::metrics::Predictions<'_, f32, u32>) {}
        fn value(&self) -> f64 {
            f64::NAN
        }
    }
    let data = rings(30, 1);
    let mut network = Rings::boxed(1);
    let history = quiet(&mut *network).epochs(2).metric(Accuracy::new()).metric(Never).fit(&data).unwrap();

    let json: serde_json::Value = serde_json::from_str(&history.to_json()).unwrap();
    let last = history.last().unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(json[1]["epoch"], 2);
    assert_eq!(json[1]["loss"].as_f64().unwrap().to_bits(), last.loss.to_bits());
    assert_eq!(json[1]["accuracy"].as_f64().unwrap().to_bits(), last.metrics[0].to_bits());
    assert_eq!(json[1]["learning_rate"], 0.01);
    assert!(json[1]["validation_loss"].is_null() && json[1]["a \"b\", c\n"].is_null());

    let csv = history.to_csv();
    let (header, lines) =
        csv.split_once("epoch,loss,validation_loss,accuracy,\"a \"\"b\"\", c\n\",seconds,learning_rate\n").unwrap();
    assert_eq!(header, "");
    let fields: Vec<&str> = lines.lines().nth(1).unwrap().split(',').collect();
    assert_eq!([fields[0], fields[2], fields[4], fields[6]], ["2", "", "", "0.01"]);
    assert_eq!(fields[1].parse::<f64>().unwrap().to_bits(), last.loss.to_bits());

    let folder = std::env::temp_dir().join(format!("shapewise-history-{}", std::process::id()));
    let error = history.save_csv(folder.join("history.csv")).unwrap_err().to_string();
    assert!(error.contains("history.csv: "), "{error}");
    std::fs::create_dir(&folder).unwrap();
    history.save_csv(folder.join("history.csv")).unwrap();
    history.save_json(folder.join("history.json")).unwrap();
    assert_eq!(std::fs::read_to_string(folder.join("history.csv")).unwrap(), csv);
    assert_eq!(std::fs::read_to_string(folder.join("history.json")).unwrap(), history.to_json());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "no temporary file is left");
    std::fs::remove_dir_all(folder).unwrap();
}

/// Keeps what is written, or fails like a closed pipe.
#[derive(Clone, Default)]
struct Sink {
    text: Arc<Mutex<Vec<u8>>>,
    closed: bool,
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.lock().unwrap().extend_from_slice(bytes);
        if self.closed { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn shown(progress: fn() -> Progress, closed: bool) -> String {
    shown_until(progress, closed, 10)
}

/// What a run of ten epochs shows that a callback ends after `last`.
fn shown_until(progress: fn() -> Progress, closed: bool, last: usize) -> String {
    let sink = Sink { closed, ..Sink::default() };
    let (data, mut network) = (rings(100, 1), Rings::boxed(1));
    let progress = progress().to(sink.clone());
    let stop = Closure::epoch_end(|context: &mut Context<'_, Rings>| {
        if context.position().epoch == last {
            context.stop();
        }
        Ok(())
    });
    let trainer = quiet(&mut *network).epochs(10).validation(&data).metric(Accuracy::new());
    trainer.callback(stop).progress(progress).fit(&data).unwrap();
    let text = sink.text.lock().unwrap().clone();
    String::from_utf8(text).unwrap()
}

#[test]
fn progress_is_silent_or_one_line_an_epoch_or_a_bar() {
    assert_eq!(shown(Progress::off, false), "");

    let lines = shown(Progress::lines, false);
    assert_eq!(lines.lines().count(), 10);
    assert!(!lines.contains(['\r', '\x1b']), "{lines:?}");
    assert!(lines.starts_with("epoch  1/10  loss "), "{lines}");
    let last = lines.lines().last().unwrap();
    assert!(last.starts_with("epoch 10/10  loss ") && last.ends_with(" s"), "{last}");
    assert!(last.contains("  validation_loss ") && last.contains("  accuracy "), "{last}");

    let bar = shown(Progress::bar, false);
    assert!(bar.starts_with("\repoch  1/10 [=====...............] 1/4  loss "), "{bar:?}");
    assert!(bar.contains(" samples/s  ETA 0:0"), "{bar:?}");
    assert!(bar.ends_with(" s\x1b[K\n") && bar.matches('\n').count() == 1, "{bar:?}");
    assert!(bar.matches('\r').count() < 40, "throttled: {bar:?}");

    let stopped = shown_until(Progress::bar, false, 3);
    let last = stopped.rsplit('\r').next().unwrap();
    assert!(last.starts_with("epoch  3/10  loss ") && last.ends_with(" s\x1b[K\n"), "{stopped:?}");
    assert_eq!(stopped.matches('\n').count(), 1, "{stopped:?}");
}

#[test]
fn a_closed_pipe_ends_the_progress_and_not_the_training() {
    assert_eq!(shown(Progress::lines, true).lines().count(), 1);
    assert_eq!(shown(Progress::bar, true).matches('\r').count(), 1);
}

#[test]
fn a_workspace_says_what_it_allocates() {
    // 400 samples go in spans of up to 16 blocks, each with its loss.
    let rows = 16 * Small::TRAIN_FEATURES + 2 * Small::SCRATCH_FEATURES;
    assert_eq!(Workspace::<Small>::bytes(400, 2), rows * 16 * 8 + 16 * 8 + size_of::<Small>().next_multiple_of(64));
    assert_eq!(Small::BYTES, size_of::<Small>() + Workspace::<Small>::bytes(128, 1));
    assert!(Workspace::<Small>::bytes(1, 1) < Workspace::<Small>::bytes(256, 1));
}

/// Until a callback ends it.
#[test]
fn a_run_may_have_no_end_of_its_own() {
    for progress in [Progress::off, Progress::bar] {
        let (data, mut network) = (xor(), Rings::boxed(1));
        let stop = Closure::epoch_end(|context: &mut Context<'_, Rings>| {
            context.stop();
            Ok(())
        });
        let trainer = quiet(&mut *network).epochs(usize::MAX).threads(usize::MAX).callback(stop);
        let mut trainer = trainer.schedule(Per::Step, Exponential::new(0.9)).progress(progress().to(Sink::default()));
        for run in 1..=2 {
            assert_eq!(trainer.fit(&data).unwrap().epochs().len(), run);
        }
    }
}

/// What earlier epochs did not measure is not a number in them; what they did stays.
#[test]
fn a_metric_may_come_later() {
    let (data, mut network) = (xor(), Rings::boxed(1));
    let mut trainer = quiet(&mut *network).metric(Accuracy::new());
    let first = trainer.fit(&data).unwrap();
    let history = trainer.metric(TopKAccuracy::new(2)).fit(&data).unwrap();
    let [before, after] = history.epochs() else { panic!("{history:?}") };
    assert_eq!(before.metrics[0].to_bits(), first.epochs()[0].metrics[0].to_bits());
    assert!(before.metrics[1].is_nan() && after.metrics[1] > 0.99, "{history:?}");
    assert_eq!(history.metrics(), ["accuracy", "top_2_accuracy"]);
}

/// In the history of another run, too.
#[test]
fn metrics_of_one_name_keep_their_values() {
    let (data, mut network) = (xor(), Rings::boxed(1));
    let losses = [CrossEntropy::new(), CrossEntropy::new().label_smoothing(0.5)];
    let [first, second] = losses.each_ref().map(|loss| MeanLoss::new(loss, 3));
    let mut trainer = quiet(&mut *network).metric(first).metric(second);
    let before = trainer.fit(&data).unwrap().epochs()[0].metrics.clone();
    assert!((before[0] - before[1]).abs() > 1e-3, "{before:?}");
    assert_eq!(trainer.fit(&data).unwrap().epochs()[0].metrics, before);
}

/// Between two runs, a layer can be trained otherwise than it was declared to be.
#[test]
fn layers_set_between_runs_stay_so() {
    let (data, mut network) = (xor(), Rings::boxed(1));
    let mut trainer = quiet(&mut *network).layer("out", Group::FROZEN);
    trainer.fit(&data).unwrap();
    let before = bits(trainer.training().network().out.weight.as_slice());
    trainer.training().set_layer("out", Group::default()).unwrap();
    trainer.fit(&data).unwrap();
    assert_ne!(bits(trainer.training().network().out.weight.as_slice()), before);
}

#[test]
fn what_is_said_last_of_a_layer_holds() {
    let (data, mut network) = (xor(), Rings::boxed(1));
    let start = bits(network.out.weight.as_slice());
    let mut trainer = quiet(&mut *network).layer("out", Group::FROZEN);
    trainer.training().set_layer("out", Group::default()).unwrap();
    trainer.fit(&data).unwrap();
    drop(trainer);
    let trained = bits(network.out.weight.as_slice());
    assert_ne!(trained, start);
    quiet(&mut *network).layer("out", Group::default()).every_layer(Group::FROZEN).fit(&data).unwrap();
    assert_eq!(bits(network.out.weight.as_slice()), trained);
}
