//! How long each edge is needed, and so where it may live.

use super::plan::{Want, plan};
use crate::ir::{Call, EdgeId, Interval, Size, Slots, Step};

/// What is wanted by id: values of the edges first, then their gradients, then the block gradients of the layers that write them.
struct Lives<'a> {
    wants: Vec<Option<(&'a Size, Interval)>>,
    sizes: &'a [Size],
    /// Edges whose gradient takes the place of their values.
    in_place: Vec<EdgeId>,
}

impl<'a> Lives<'a> {
    fn new(sizes: &'a [Size]) -> Self {
        Self { wants: vec![None; 3 * sizes.len()], sizes, in_place: Vec::new() }
    }

    fn value(&mut self, edge: EdgeId, time: usize) {
        self.use_at(edge.0, &self.sizes[edge.0], time);
    }

    fn gradient(&mut self, edge: EdgeId, time: usize) {
        let id = if self.in_place.contains(&edge) { edge.0 } else { self.sizes.len() + edge.0 };
        self.use_at(id, &self.sizes[edge.0], time);
    }

    /// [`Lives::gradient`] of what lives anyway.
    fn extend_gradient(&mut self, edge: EdgeId, time: usize) {
        if self.wants[self.sizes.len() + edge.0].is_some() {
            self.gradient(edge, time);
        }
    }

    fn block_gradient(&mut self, edge: EdgeId, size: &'a Size, time: usize) {
        self.use_at(2 * self.sizes.len() + edge.0, size, time);
    }

    fn use_at(&mut self, id: usize, size: &'a Size, time: usize) {
        let (_, life) = self.wants[id].get_or_insert((size, Interval { from: time, to: time }));
        *life = Interval { from: life.from.min(time), to: life.to.max(time) };
    }

    /// Slots of the values, of the gradients and of the block gradients, and the features in all.
    fn plan(self) -> ([Slots; 3], Size) {
        let edges = self.sizes.len();
        let wants = self.wants.iter().enumerate().filter_map(|(id, want)| Some((id, (*want)?)));
        let wants = wants.map(|(id, (size, life))| Want { id, size: size.clone(), life }).collect();
        let (mut values, features) = plan(wants, 3 * edges);
        let block_gradients = Slots(values.0.split_off(2 * edges));
        let mut gradients = Slots(values.0.split_off(edges));
        for edge in self.in_place {
            gradients.0[edge.0].clone_from(&values.0[edge.0]);
        }
        ([values, gradients, block_gradients], features)
    }
}

/// Where edges live in a training step.
pub(super) struct Training {
    pub(super) values: Slots,
    pub(super) gradients: Slots,
    pub(super) block_gradients: Slots,
    /// Features in all.
    pub(super) features: Size,
    /// Features behind them: gradients that only the gradient of the input needs.
    pub(super) on_demand: Size,
}

/// Time in a training step: forward step i at i + 1, the loss behind them, then backward, then the parameter gradients.
pub(super) fn plan_training(sizes: &[Size], steps: &[Step], input: EdgeId, output: EdgeId) -> Training {
    let loss = steps.len() + 1;
    let end = 2 * loss;
    let mut lives = Lives::new(sizes);
    lives.in_place.extend(steps.iter().filter(|step| step.in_place).map(|step| step.x.value));
    lives.value(input, 0);
    lives.value(output, loss);
    lives.gradient(output, loss);
    let backward_of = |index: usize| loss + steps.len() - index;
    for (index, step) in steps.iter().enumerate() {
        let (forward, backward) = (index + 1, backward_of(index));
        forward_at(&mut lives, step, forward);
        if step.reads.x {
            lives.value(step.x.value, backward);
        }
        if step.reads.y {
            lives.value(step.y, backward);
        }
        if step.parameters.is_some() {
            let learning = if step.block_gradient.is_some() { backward } else { end };
            lives.value(step.x.value, learning);
            lives.gradient(step.y, learning);
        }
        if let Some(size) = &step.block_gradient {
            lives.block_gradient(step.y, size, backward);
            lives.block_gradient(step.y, size, end);
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
    // What an ordinary step writes, where another branch has parameters, but only the gradient of the input reads.
    for (index, step) in steps.iter().enumerate().filter(|(_, step)| !step.has_backward()) {
        let read = match &step.call {
            Call::Fork(parts) => parts.clone(),
            Call::Layer | Call::Join(..) => vec![step.y],
        };
        for edge in read {
            lives.extend_gradient(edge, backward_of(index));
        }
    }
    let ([values, mut gradients, block_gradients], features) = lives.plan();
    let mut on_demand = Size::default();
    for edge in steps.iter().flat_map(gradients_of_inputs) {
        if gradients.get(edge).is_none() {
            let size = &sizes[edge.0];
            gradients.0[edge.0] = Some((features.plus(&on_demand), size.clone()));
            on_demand = on_demand.plus(size);
        }
    }
    Training { values, gradients, block_gradients, features, on_demand }
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
    let mut lives = Lives::new(sizes);
    lives.value(input, 0);
    for (index, step) in steps.iter().enumerate() {
        forward_at(&mut lives, step, index + 1);
    }
    lives.value(output, steps.len() + 1);
    let ([values, ..], features) = lives.plan();
    (values, features)
}

fn forward_at(lives: &mut Lives<'_>, step: &Step, time: usize) {
    if step.is_fork() {
        return;
    }
    for edge in step.sources() {
        lives.value(edge, time);
    }
    lives.value(step.y, time);
}
