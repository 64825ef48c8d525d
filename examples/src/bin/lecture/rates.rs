//! Learning rates, and how they change while training.

use shapewise::plot::{Bars, Curves, Panels};
use shapewise::prelude::*;
use shapewise::report::Verdict;
use shapewise::schedule::{
    Constant, Cosine, CosineWarmRestarts, Exponential, LinearWarmup, Memory, MultiStep, OneCycle, Per, Polynomial,
    Schedule, Step,
};

use crate::learn::{Images, Plan, digits, fresh, last, loss, mean_curve, train};
use crate::measured::{Measured, all, short};
use crate::page::Page;

network! {
    struct Net: [64] -> [10] { dense(64), relu, dense(64), relu, dense(10) }
}

const LOW: f64 = 0.001;
const RIGHT: f64 = 0.1;
const HIGH: f64 = 3.0;

/// Where the schedules begin: a rate that is fast at first and too large for the end.
const BASE: f64 = 0.5;
const BATCH: usize = 16;

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Learning rates",
        "Plain descent on digits, in batches of 32. Each step goes η against the gradient: too short, and it takes for ever; too \
         long, and it lands on the other side, higher up.",
    );
    let (data, _) = digits(page.options.seed)?;
    constant(page, &data)?;
    page.section(
        "Schedules",
        &format!(
            "All begin with η₀ = {BASE} and batches of {BATCH}; the loss is that of all training data after the last step. A large \
             rate gets far at first, but its noise keeps the network from settling, so a falling one should end lower."
        ),
    );
    schedules(page, &data)
}

fn constant(page: &mut Page, data: &Images) -> Result<()> {
    let epochs = page.scaled(15, 30);
    let runs = |rate: f64| -> Result<Vec<Vec<f64>>> {
        let run = |seed| train(&mut *fresh::<Net>(seed), Sgd::new(rate), data, Plan { epochs, batch: 32, seed });
        page.seeds().map(run).collect()
    };
    let named = [("too low", LOW), ("right", RIGHT), ("too high", HIGH)];
    let three = named.map(|(_, rate)| runs(rate));
    let [low, right, high] = three;
    let (low, right, high) = (low?, right?, high?);
    let chart = Curves::new("Three rates").x_label("epoch").y_label("training loss").log_y().y_range(0.02, 10.0);
    let chart = named
        .iter()
        .zip([&low, &right, &high])
        .fold(chart, |chart, ((name, rate), runs)| chart.values(format!("{name}, {rate}"), mean_curve(runs)));
    let [low, right, high] = [low, right, high].map(|runs| runs.iter().map(|run| last(run)).collect::<Measured>());
    page.finding(
        chart.level("guessing", 10.0_f64.ln()),
        "A rate that is too low is slow, one that is too high never gets below guessing, in between lies the right one.",
        format!("Loss after {epochs} epochs: {low}, {right} and {high}; guessing has {}.", short(10.0_f64.ln())),
        all([right.below(&low), right.below(&high), Verdict::of(high.mean() > 2.0 && low.mean() < 2.2)]),
    )
}

/// A schedule by name, with what it ended with.
struct Run {
    name: &'static str,
    /// The rate of each step.
    rates: Vec<f64>,
    loss: Measured,
}

fn schedules(page: &mut Page, data: &Images) -> Result<()> {
    let epochs = page.scaled(12, 30) as u64;
    let steps = epochs * data.len().div_ceil(BATCH) as u64;
    let milestones = [steps / 2, steps * 3 / 4];
    let course = Course { page, data, epochs, steps };
    let runs = [
        course.run("constant", Constant::default())?,
        course.run("step", Step::new(steps / 3 + 1))?,
        course.run("multi-step", MultiStep::new(&milestones))?,
        course.run("exponential", Exponential::new(0.02_f64.powf(1.0 / steps as f64)))?,
        course.run("polynomial", Polynomial::new(steps))?,
        course.run("cosine", Cosine::new(steps))?,
        course.run("warm restarts", CosineWarmRestarts::new(steps / 3 + 1))?,
        course.run("one-cycle", OneCycle::new(BASE, steps))?,
        course.run("warm-up, cosine", LinearWarmup::new(steps / 10, Cosine::new(steps - steps / 10)))?,
        course.run("right constant", RightConstant)?,
    ];
    let drawn = |title: &str, runs: &[Run]| {
        let chart =
            Curves::new(title).x_label("step").y_label("learning rate").size(420.0, 280.0).y_range(0.0, 1.1 * BASE);
        runs.iter().fold(chart, |chart, run| {
            chart.line(run.name, run.rates.iter().enumerate().step_by(5).map(|(at, rate)| (at as f64, *rate)))
        })
    };
    page.figure(
        Panels::new(2).panel(drawn("Falling", &runs[..5])).panel(drawn("Waves and warm-up", &runs[5..])),
        "The learning rate of each step.",
    )?;
    let bars = Bars::new("Training loss at the end").smallest_first().x_label("training loss");
    let bars = runs.iter().fold(bars, |bars, run| bars.bar(run.name, [run.loss.mean()]));
    let [flat, falling @ .., low] = &runs[..] else { return Ok(()) };
    let better = |bar: &Run| falling.iter().filter(|run| run.loss.below(&bar.loss) == Verdict::Holds).count();
    let cosine = &runs[5];
    page.finding(
        bars,
        "A rate that falls from large to small ends lower than the large one alone.",
        format!(
            "Constant {BASE} ends at {}, constant {RIGHT} at {}, cosine at {}. Of {} falling schedules {} end clearly below the first \
             and {} below the second.",
            flat.loss,
            low.loss,
            cosine.loss,
            falling.len(),
            better(flat),
            better(low)
        ),
        all(falling.iter().map(|run| run.loss.below(&flat.loss))),
    )
}

/// What every schedule goes through.
struct Course<'a> {
    page: &'a Page,
    data: &'a Images,
    epochs: u64,
    steps: u64,
}

impl Course<'_> {
    fn run<S: Schedule + Copy>(&self, name: &'static str, schedule: S) -> Result<Run> {
        let rates = (0..self.steps).map(|step| schedule.rate(BASE, step, &Memory::default())).collect();
        let run = |seed| {
            let mut net = Net::boxed(seed);
            let trainer =
                net.trainer(CrossEntropy::new(), Sgd::new(BASE)).epochs(self.epochs as usize).batch_size(BATCH);
            let trainer = trainer.schedule(Per::Step, schedule).seed(seed).threads(1).progress(Progress::off());
            { trainer }.fit(self.data)?;
            loss(&*net, self.data)
        };
        Ok(Run { name, rates, loss: self.page.seeds().map(run).collect::<Result<_>>()? })
    }
}

/// The best of the constant rates of the section before, whatever the base.
#[derive(Clone, Copy, Debug)]
struct RightConstant;

impl Schedule for RightConstant {
    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn rate(&self, _: f64, _: u64, _: &Memory) -> f64 {
        RIGHT
    }
}
