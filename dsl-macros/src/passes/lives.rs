//! How long each edge is needed, and so where it may live.

use super::plan::{Want, plan};
use crate::ir::{Call, EdgeId, Interval, Size, Slots, Step};

/// Lives by id: values of the edges first, then their gradients.
struct Lives {
    lives: Vec<Option<Interval>>,
    edges: usize,
}

impl Lives {
    fn new(edges: usize) -> Self {
        Self { lives: vec![None; 2 * edges], edges }
    }

    fn value(&mut self, edge: EdgeId, time: usize) {
        self.use_at(edge.0, time);
    }

    fn gradient(&mut self, edge: EdgeId, time: usize) {
        self.use_at(self.edges + edge.0, time);
    }

    fn use_at(&mut self, id: usize, time: usize) {
        let life = self.lives[id].get_or_insert(Interval { from: time, to: time });
        *life = Interval { from: life.from.min(time), to: life.to.max(time) };
    }

    /// Slots of the values, of the gradients, and the features in all.
    fn plan(self, sizes: &[Size]) -> (Slots, Slots, Size) {
        let lives = self.lives.iter().enumerate().filter_map(|(id, life)| Some((id, (*life)?)));
        let wants = lives.map(|(id, life)| Want { id, size: sizes[id % self.edges].clone(), life }).collect();
        let (mut values, features) = plan(wants, 2 * self.edges);
        let gradients = Slots(values.0.split_off(self.edges));
        (values, gradients, features)
    }
}

/// Time in a training step: forward step i at i + 1, the loss behind them, then backward, then the parameter gradients.
pub(super) fn plan_training(sizes: &[Size], steps: &[Step], input: EdgeId, output: EdgeId) -> (Slots, Slots, Size) {
    let loss = steps.len() + 1;
    let end = 2 * loss;
    let mut lives = Lives::new(sizes.len());
    lives.value(input, 0);
    lives.value(output, loss);
    lives.gradient(output, loss);
    for (index, step) in steps.iter().enumerate() {
        let (forward, backward) = (index + 1, loss + steps.len() - index);
        forward_at(&mut lives, step, forward);
        if !step.has_backward() {
            continue;
        }
        match &step.call {
            Call::Fork(parts) => {
                for part in parts {
                    lives.gradient(*part, backward);
                }
                lives.gradient(step.x.gradient, backward);
                continue;
            }
            Call::Join(_, ports) => {
                for port in ports {
                    lives.gradient(port.gradient, backward);
                }
            }
            Call::Layer if step.passes_on => lives.gradient(step.x.gradient, backward),
            Call::Layer => {}
        }
        lives.gradient(step.y, backward);
        if step.reads_x {
            lives.value(step.x.value, backward);
        }
        if step.reads_y {
            lives.value(step.y, backward);
        }
        if step.parameters.is_some() {
            lives.value(step.x.value, end);
            lives.gradient(step.y, end);
        }
    }
    lives.plan(sizes)
}

pub(super) fn plan_inference(sizes: &[Size], steps: &[Step], input: EdgeId, output: EdgeId) -> (Slots, Size) {
    let mut lives = Lives::new(sizes.len());
    lives.value(input, 0);
    for (index, step) in steps.iter().enumerate() {
        forward_at(&mut lives, step, index + 1);
    }
    lives.value(output, steps.len() + 1);
    let (values, _, features) = lives.plan(sizes);
    (values, features)
}

fn forward_at(lives: &mut Lives, step: &Step, time: usize) {
    match &step.call {
        Call::Layer => lives.value(step.x.value, time),
        Call::Join(_, ports) => {
            for port in ports {
                lives.value(port.value, time);
            }
        }
        Call::Fork(_) => return,
    }
    lives.value(step.y, time);
}
