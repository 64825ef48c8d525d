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

/// Where edges live in a training step.
pub(super) struct Training {
    pub(super) values: Slots,
    pub(super) gradients: Slots,
    /// Features in all.
    pub(super) features: Size,
    /// Features behind them: gradients that only the gradient of the input needs.
    pub(super) on_demand: Size,
}

/// Time in a training step: forward step i at i + 1, the loss behind them, then backward, then the parameter gradients.
pub(super) fn plan_training(sizes: &[Size], steps: &[Step], input: EdgeId, output: EdgeId) -> Training {
    let loss = steps.len() + 1;
    let end = 2 * loss;
    let mut lives = Lives::new(sizes.len());
    lives.value(input, 0);
    lives.value(output, loss);
    lives.gradient(output, loss);
    for (index, step) in steps.iter().enumerate() {
        let (forward, backward) = (index + 1, loss + steps.len() - index);
        forward_at(&mut lives, step, forward);
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
        if step.has_backward() && !step.is_fork() {
            lives.gradient(step.y, backward);
        }
        if step.passes_on {
            for edge in gradients_of_inputs(step) {
                lives.gradient(edge, backward);
            }
        }
    }
    let (values, mut gradients, features) = lives.plan(sizes);
    let mut on_demand = Size::default();
    for edge in steps.iter().flat_map(gradients_of_inputs) {
        if gradients.get(edge).is_none() {
            let size = &sizes[edge.0];
            gradients.0[edge.0] = Some((features.plus(&on_demand), size.clone()));
            on_demand = on_demand.plus(size);
        }
    }
    Training { values, gradients, features, on_demand }
}

/// The gradients that a step writes on the way back, and those that a fork adds up.
fn gradients_of_inputs(step: &Step) -> Vec<EdgeId> {
    match &step.call {
        Call::Layer => vec![step.x.gradient],
        Call::Join(_, ports) => ports.iter().map(|port| port.gradient).collect(),
        Call::Fork(parts) => parts.iter().copied().chain([step.x.gradient]).collect(),
    }
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
