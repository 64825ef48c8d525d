//! Few samples, many parameters: what helps.

use shapewise::data::augment::{Noise, Rotation};
use shapewise::plot::{Bars, Curves};
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::callback::EarlyStopping;
use shapewise::train::{Epoch, Group};

use crate::learn::{Images, accuracy, few_digits, fresh, loss, mean_curve};
use crate::measured::{Measured, all as worst, short};
use crate::page::Page;

/// Two hidden layers of 128 units, and what comes behind each.
macro_rules! wide {
    ($($name:ident $($dropout:literal)?;)*) => {
        $(network! {
            struct $name: [1, 8, 8] -> [10] {
                flatten,
                dense(128), relu, $(dropout($dropout),)?
                dense(128), relu, $(dropout($dropout),)?
                out: dense(10),
            }
        })*
    };
}
wide! {
    Plain;
    Dropout20 0.2;
    Dropout50 0.5;
    Dropout80 0.8;
}

/// Digits to learn from.
const SAMPLES: usize = 300;

/// Every fifth of them has a wrong label.
const WRONG: usize = 5;

/// What is done against overfitting.
#[derive(Clone, Copy, PartialEq)]
enum Remedy {
    Nothing,
    Decay(f64),
    Stopping(usize),
    Augmentation,
}

/// How it went, one run a seed.
struct Case {
    name: &'static str,
    training: Vec<Vec<f64>>,
    held_out: Vec<Vec<f64>>,
    loss: Measured,
    accuracy: Measured,
}

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Overfitting",
        &format!(
            "{SAMPLES} digits to learn from, every fifth with a wrong label, and 26,122 parameters: the network can learn all of it by \
             heart, the mistakes included. Loss and accuracy are those of all other digits, whose labels are right; \
             they also tell early stopping when to stop."
        ),
    );
    let sets = page.seeds().map(|seed| Ok((seed, noisy(seed)?))).collect::<Result<Vec<_>>>()?;
    let epochs = page.scaled(50, 100);
    let cases = [
        case::<Plain>("nothing", Remedy::Nothing, &sets, epochs)?,
        case::<Dropout20>("dropout 0.2", Remedy::Nothing, &sets, epochs)?,
        case::<Dropout50>("dropout 0.5", Remedy::Nothing, &sets, epochs)?,
        case::<Dropout80>("dropout 0.8", Remedy::Nothing, &sets, epochs)?,
        case::<Plain>("weight decay", Remedy::Decay(0.003), &sets, epochs)?,
        case::<Plain>("early stopping", Remedy::Stopping(5), &sets, epochs)?,
        case::<Plain>("augmentation", Remedy::Augmentation, &sets, epochs)?,
    ];
    let [plain, remedies @ ..] = &cases;
    overfits(page, plain)?;
    compare(page, plain, remedies)
}

/// Few digits to learn from, some of them with wrong labels, and all others.
fn noisy(seed: u64) -> Result<(Images, Images)> {
    let (few, rest) = few_digits(SAMPLES, seed)?;
    let (mut random, mut sample) = (Random::new(seed), 0);
    let few = few.map_targets(|label| {
        sample += 1;
        if sample % WRONG == 0 { (label + 1 + random.below(9) as u32) % 10 } else { label }
    });
    Ok((few, rest))
}

fn overfits(page: &mut Page, plain: &Case) -> Result<()> {
    let (training, held_out) = (mean_curve(&plain.training), mean_curve(&plain.held_out));
    let lowest: Measured = plain.held_out.iter().map(|run| run.iter().copied().fold(f64::INFINITY, f64::min)).collect();
    let best = held_out.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(epoch, _)| epoch + 1);
    page.finding(
        Curves::new("Nothing done")
            .x_label("epoch")
            .y_label("loss")
            .log_y()
            .values("training", training.clone())
            .values("held out", held_out),
        "The training loss falls on and on, the held-out loss turns and rises.",
        format!(
            "Held out, the loss is {lowest} at its lowest, on average in epoch {best}, and {} at the end; in training {}.",
            plain.loss,
            training.last().map_or("none".into(), |loss| short(*loss))
        ),
        lowest.below(&plain.loss),
    )
}

fn compare(page: &mut Page, plain: &Case, remedies: &[Case]) -> Result<()> {
    let chart = Curves::new("Held-out loss").x_label("epoch").y_label("loss").log_y();
    let chart = [plain]
        .into_iter()
        .chain(remedies)
        .filter(|case| !case.name.contains("0.8"))
        .fold(chart, |chart, case| chart.values(case.name, mean_curve(&case.held_out)));
    page.figure(chart, "Held-out loss over the epochs, the mean of all runs as far as all of them went.")?;
    let all = || [plain].into_iter().chain(remedies);
    let bars = all().fold(Bars::new("Held-out loss at the end").smallest_first(), |bars, case| {
        bars.bar(case.name, [case.loss.mean()])
    });
    page.figure(bars, "Held-out loss at the end, the mean of all runs.")?;
    for case in remedies {
        let chart = Curves::new(case.name)
            .size(480.0, 240.0)
            .x_label("epoch")
            .y_label("loss")
            .log_y()
            .values("training", mean_curve(&case.training))
            .values("held out", mean_curve(&case.held_out))
            .values("held out, nothing done", mean_curve(&plain.held_out));
        page.finding(
            chart,
            &format!("Against overfitting, {} lowers the held-out loss.", case.name),
            format!(
                "At the end {} instead of {}; accuracy {} % instead of {} %.",
                case.loss, plain.loss, case.accuracy, plain.accuracy
            ),
            case.loss.below(&plain.loss),
        )?;
    }
    let rates: Vec<_> = remedies.iter().filter(|case| case.name.starts_with("dropout")).collect();
    let [few, half, most] = rates[..] else { return Ok(()) };
    let gaps = [plain, few, half, most].map(gap);
    page.finding(
        Bars::new("Dropout by its rate")
            .series(["training", "held out"])
            .bar("0", ends(plain))
            .bar("0.2", ends(few))
            .bar("0.5", ends(half))
            .bar("0.8", ends(most)),
        "The more units drop out, the less is learned by heart: the gap between training and held-out loss shrinks.",
        format!(
            "Gap at the end: {} without, {} at 0.2, {} at 0.5, {} at 0.8. With dropout the training loss is that of the thinned \
             networks, so the gap can fall below 0.",
            gaps[0], gaps[1], gaps[2], gaps[3]
        ),
        worst(gaps.windows(2).map(|pair| pair[1].below(&pair[0]))),
    )
}

/// Training and held-out loss at the end.
fn ends(case: &Case) -> [f64; 2] {
    let last = |runs: &[Vec<f64>]| mean_curve(runs).last().copied().unwrap_or(f64::NAN);
    [last(&case.training), case.loss.mean()]
}

/// How much lower the loss is in training than held out, run by run.
fn gap(case: &Case) -> Measured {
    let last = |run: &Vec<f64>| run.last().copied().unwrap_or(f64::NAN);
    case.training.iter().zip(&case.held_out).map(|(training, held_out)| last(held_out) - last(training)).collect()
}

fn case<N>(name: &'static str, remedy: Remedy, sets: &[(u64, (Images, Images))], epochs: usize) -> Result<Case>
where
    N: Network<Scalar = f32>,
{
    let mut case =
        Case { name, training: vec![], held_out: vec![], loss: Measured::default(), accuracy: Measured::default() };
    let (mut losses, mut accuracies) = (vec![], vec![]);
    for (seed, (few, rest)) in sets {
        let mut net = fresh::<N>(*seed);
        let trainer = net.trainer(CrossEntropy::new(), Adam::new(0.003)).epochs(epochs).batch_size(16).seed(*seed);
        let trainer = trainer.threads(1).progress(Progress::off()).validation(rest);
        let mut trainer = match remedy {
            Remedy::Nothing => trainer,
            Remedy::Decay(strength) => trainer.every_layer(Group { l2: strength, ..Group::default() }),
            Remedy::Stopping(patience) => trainer.callback(EarlyStopping::new(patience)),
            Remedy::Augmentation => trainer.augment((Rotation::new(10.0)?, Noise::new(0.1)?)),
        };
        let history = trainer.fit(few)?;
        drop(trainer);
        let of = |value: fn(&Epoch) -> f64| history.epochs().iter().map(value).collect::<Vec<_>>();
        case.training.push(of(|epoch| epoch.loss));
        case.held_out.push(of(|epoch| epoch.validation_loss.unwrap_or(f64::NAN)));
        losses.push(loss(&*net, rest)?);
        accuracies.push(accuracy(&*net, rest)?);
    }
    case.loss = losses.into_iter().collect();
    case.accuracy = accuracies.into_iter().collect();
    Ok(case)
}
