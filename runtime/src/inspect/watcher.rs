//! Who is shown a pass, and keeps count.

use alloc::vec;
use alloc::vec::Vec;

use super::observation::LayerObservation;
use super::statistics::Statistics;
use crate::arena::{Observer, Place};
use crate::lanes::Lanes;
use crate::network::StepInfo;
use crate::real::Real;

/// Share of a range that counts as its edge.
const MARGIN: f64 = 0.015;

/// Follows a program step by step. It goes through everything twice: the first time for extremes and means, the second
/// for what needs them.
pub(super) struct Watcher {
    steps: &'static [StepInfo],
    seen: Vec<Seen>,
    /// The steps that will report next, the next one last.
    queue: Vec<usize>,
    forward: bool,
    again: bool,
}

/// What one step has shown.
struct Seen {
    values: Statistics,
    linear: Statistics,
    gradients: Statistics,
    /// The bounds of its values, where it has any.
    range: Option<(f64, f64)>,
    saturated: u64,
    /// Whether a unit has been seen away from its bounds.
    alive: Vec<bool>,
}

impl Watcher {
    pub(super) fn new(steps: &'static [StepInfo]) -> Self {
        let seen = steps.iter().map(|step| Seen {
            values: Statistics::default(),
            linear: Statistics::default(),
            gradients: Statistics::default(),
            range: None,
            saturated: 0,
            alive: vec![false; step.output.first().copied().unwrap_or(1)],
        });
        Self { steps, seen: seen.collect(), queue: Vec::new(), forward: true, again: false }
    }

    /// A chunk goes through a phase of the way forward.
    pub(super) fn begin_forward(&mut self, phase: usize) {
        self.forward = true;
        self.queue.clear();
        self.queue.extend((0..self.steps.len()).rev().filter(|&step| self.steps[step].forward == phase));
    }

    /// A chunk goes through a phase of the way back.
    pub(super) fn begin_backward(&mut self, phase: usize) {
        self.forward = false;
        self.queue.clear();
        self.queue.extend((0..self.steps.len()).filter(|&step| self.steps[step].backward == Some(phase)));
    }

    pub(super) fn begin_second_look(&mut self) {
        self.again = true;
        for seen in &mut self.seen {
            seen.values.begin_second_look();
            seen.linear.begin_second_look();
            seen.gradients.begin_second_look();
        }
    }

    pub(super) fn finish(self) -> Vec<LayerObservation> {
        let layers = self.steps.iter().zip(self.seen).map(|(step, mut seen)| {
            seen.values.finish();
            seen.linear.finish();
            seen.gradients.finish();
            let all = seen.values.count + seen.values.not_finite;
            LayerObservation {
                name: step.name,
                description: step.description,
                output: step.output,
                saturated: seen.range.map(|_| seen.saturated as f64 / all.max(1) as f64),
                units: seen.alive.len(),
                dead: seen.range.map(|_| seen.alive.iter().filter(|alive| !**alive).count()),
                values: seen.values,
                linear: (seen.linear.count + seen.linear.not_finite > 0).then_some(seen.linear),
                gradients: step.backward.map(|_| seen.gradients),
                tensors: Vec::new(),
            }
        });
        layers.collect()
    }

    fn show(&mut self, step: usize, value: f64) {
        let seen = &mut self.seen[step];
        let statistics = if self.forward { &mut seen.values } else { &mut seen.gradients };
        look(statistics, self.again, value);
    }

    /// Whether a value has room on both sides, to be asked once a value.
    fn watch_saturation(&mut self, step: usize, feature: usize, value: f64) {
        let seen = &mut self.seen[step];
        let Some((low, high)) = seen.range else { return };
        let margin = if high.is_finite() { MARGIN * (high - low) } else { MARGIN * low.abs() };
        if value <= low + margin || value >= high - margin {
            seen.saturated += 1;
        } else {
            let places = self.steps[step].output.iter().skip(1).product::<usize>().max(1);
            if let Some(alive) = seen.alive.get_mut(feature / places) {
                *alive = true;
            }
        }
    }
}

fn look(statistics: &mut Statistics, again: bool, value: f64) {
    if again { statistics.look_again(value) } else { statistics.look(value) }
}

impl<T: Real> Observer<T> for Watcher {
    fn linear(&mut self, z: &[Lanes<T>], place: Place) {
        let Some(&step) = self.queue.last() else { return };
        for (_, value) in samples(z, place) {
            look(&mut self.seen[step].linear, self.again, value);
        }
    }

    fn forward(&mut self, y: &[Lanes<T>], range: (f64, f64), place: Place) {
        // On the way back this is a fork that adds up gradients, which the layer in front of it will report.
        if !self.forward {
            return;
        }
        let Some(step) = self.queue.pop() else { return };
        self.seen[step].range = (range.0.is_finite()).then_some(range);
        for (feature, value) in samples(y, place) {
            self.show(step, value);
            if !self.again {
                self.watch_saturation(step, feature, value);
            }
        }
    }

    fn backward(&mut self, dy: &[Lanes<T>], place: Place) {
        let Some(step) = self.queue.pop() else { return };
        for (_, value) in samples(dy, place) {
            self.show(step, value);
        }
    }
}

/// The values of samples, each with its feature: lanes behind the last sample hold nothing.
fn samples<T: Real>(rows: &[Lanes<T>], place: Place) -> impl Iterator<Item = (usize, f64)> {
    let features = (rows.len() / place.blocks).max(1);
    rows.iter().enumerate().flat_map(move |(row, lanes)| {
        let samples = place.samples_in(row / features);
        lanes.0[..samples].iter().map(move |value| (row % features, value.to_f64()))
    })
}
