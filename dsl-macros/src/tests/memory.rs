//! The memory plan, checked by an interpreter that knows nothing of lives: it replays a training step and marks
//! which edge each feature holds.

use std::collections::HashMap;

use crate::ir::{Call, EdgeId, Program, Slots, Step};
use crate::testing::program;

const SOURCES: &[&str] = &[
    "struct A: [4] -> [2] { dense(32), tanh, dense(32), tanh, dense(2) }",
    "struct B: [784] -> [10] { dense(128), relu, dense(64), relu, dense(10) }",
    "struct C: [3] -> [3] { gelu, dense(7), gelu, dropout(0.5), dense(5), batch_norm, silu, dense(3), softmax }",
    "struct D: [2, 3] -> [6] { flatten, prelu, batch_norm, batch_norm, prelu, log_softmax }",
    "struct E: [9] -> [9] { relu }",
    "struct F: [4] -> [3] { residual { dense(4), tanh }, residual(project = dense(8)) { dense(6), gelu, dense(8) }, dense(3) }",
    "struct G: [4] -> [14] { concat { [dense(4), relu], [gelu, dense(5)], [relu] }, residual { gelu }, concat { [relu], [dense(1)] } }",
    "struct H: [4] -> [4] { dense(4), repeat(3) { add { [fc: dense(4)], [batch_norm], [silu] }, relu } }",
    "struct J: [4] -> [2] { layer(A), dense(5), layer(B<5>) -> [3], residual { layer(C) }, activation(f, slope = g), dense(2) }",
    "struct M: [4] -> [4] { add { [gelu], [dense(8), tanh, dense(4)] } }",
    "struct N: [4] -> [8] { concat { [gelu, silu], [dense(8), tanh, dense(4)] }, gelu, residual { dense(8) } }",
    "struct K: [1, 14, 14] -> [10] { conv2d(6, kernel = 5), relu, max_pool2d(2), conv2d(4, kernel = 3), tanh, conv2d(3, kernel = 2), flatten, dense(10) }",
    "struct L: [3, 12, 12] -> [3, 12, 12] { residual { conv2d(3, kernel = 3, padding = same), batch_norm, relu, conv2d(3, kernel = 3, padding = same) } }",
    "struct I: [2, 2] -> [8] { concat { [flatten], [flatten] } }",
];

/// What each feature of a chunk holds of an edge.
struct Memory(HashMap<usize, (EdgeId, Held)>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Held {
    Values,
    Gradient,
    BlockGradient,
}

impl Memory {
    fn features(slots: &Slots, edge: EdgeId) -> std::ops::Range<usize> {
        let (start, size) = slots.get(edge).expect("a used edge has a place");
        let (start, size) = (start.value().expect("known"), size.value().expect("known"));
        start..start + size
    }

    fn write(&mut self, slots: &Slots, edge: EdgeId, held: Held) {
        for feature in Self::features(slots, edge) {
            self.0.insert(feature, (edge, held));
        }
    }

    fn read(&self, slots: &Slots, edge: EdgeId, held: Held) {
        for feature in Self::features(slots, edge) {
            assert_eq!(self.0.get(&feature), Some(&(edge, held)), "feature {feature} was overwritten");
        }
    }
}

/// An ordinary step, or one that also wants the gradient of the input.
fn replay(program: &Program, of_input: bool) {
    let Program { training, gradient, block_gradients, .. } = program;
    let mut memory = Memory(HashMap::new());
    memory.write(training, program.input_edge, Held::Values);
    for step in &program.steps {
        match &step.call {
            Call::Layer => memory.read(training, step.x.value, Held::Values),
            Call::Join(_, ports) => ports.iter().for_each(|port| memory.read(training, port.value, Held::Values)),
            Call::Fork(_) => continue,
        }
        memory.write(training, step.y, Held::Values);
    }
    memory.read(training, program.output_edge, Held::Values);
    memory.write(gradient, program.output_edge, Held::Gradient);
    memory.read(training, program.output_edge, Held::Values);
    for step in program.steps.iter().rev().filter(|step| of_input || step.has_backward()) {
        match &step.call {
            Call::Fork(parts) => {
                for part in parts {
                    memory.read(gradient, *part, Held::Gradient);
                }
                memory.write(gradient, step.x.gradient, Held::Gradient);
            }
            Call::Join(_, ports) => {
                memory.read(gradient, step.y, Held::Gradient);
                for port in ports {
                    memory.write(gradient, port.gradient, Held::Gradient);
                }
                memory.read(gradient, step.y, Held::Gradient);
            }
            Call::Layer => {
                memory.read(gradient, step.y, Held::Gradient);
                if step.in_place {
                    memory.read(training, step.x.value, Held::Values);
                }
                if of_input || step.passes_on {
                    memory.write(gradient, step.x.gradient, Held::Gradient);
                }
                if step.reads.x && !step.in_place {
                    memory.read(training, step.x.value, Held::Values);
                }
                if step.reads.y {
                    memory.read(training, step.y, Held::Values);
                }
                if step.block_gradient.is_some() {
                    memory.read(training, step.x.value, Held::Values);
                    memory.read(gradient, step.y, Held::Gradient);
                    memory.write(block_gradients, step.y, Held::BlockGradient);
                }
            }
        }
    }
    for step in program.steps.iter().filter(|step| step.parameters.is_some()) {
        if step.block_gradient.is_some() {
            memory.read(block_gradients, step.y, Held::BlockGradient);
            continue;
        }
        memory.read(training, step.x.value, Held::Values);
        memory.read(gradient, step.y, Held::Gradient);
    }
}

#[test]
fn no_edge_is_overwritten_while_it_is_needed() {
    for source in SOURCES {
        replay(&program(source), false);
        replay(&program(source), true);
    }
}

/// The expansion's variables are called like the edges.
#[test]
fn no_two_edges_have_one_name() {
    let colliding = [
        "struct A: [4] -> [2] { fc: dense(8), relu, repeat(2) { residual { fc: dense(8), relu } }, dense(2) }",
        "struct B: [4] -> [2] { residual { input_1: dense(4), input_2: dense(4) }, fc: dense(8), residual { gelu, fc_1: dense(8) }, dense(2) }",
        "@with { [Inner] { struct Inner: [4] -> [4] { fc: dense(4), relu } } } struct C: [4] -> [4] { a: Inner, a__fc: dense(4), residual { b: Inner } }",
    ];
    for source in SOURCES.iter().chain(&colliding) {
        let program = program(source);
        let mut edges = HashMap::new();
        for edge in program.steps.iter().flat_map(edges_of) {
            let name = program.edges[edge.0].to_string();
            assert_eq!(*edges.entry(name.clone()).or_insert(edge), edge, "`{name}` in {source}");
        }
    }
}

/// All that a step reads or writes.
fn edges_of(step: &Step) -> Vec<EdgeId> {
    let own = [step.x.value, step.x.gradient, step.y];
    match &step.call {
        Call::Layer => own.to_vec(),
        Call::Join(_, ports) => ports.iter().flat_map(|port| [port.value, port.gradient]).chain(own).collect(),
        Call::Fork(parts) => parts.iter().copied().chain(own).collect(),
    }
}

#[test]
fn the_gradient_of_the_input_costs_an_ordinary_step_nothing() {
    for source in SOURCES {
        let program = program(source);
        let end = program.training_features.value().expect("known");
        for step in program.steps.iter().filter(|step| !step.has_backward()) {
            assert!(Memory::features(&program.gradient, step.x.gradient).start >= end, "{source}");
        }
        let input = Memory::features(&program.gradient, program.input_edge);
        assert!(
            input.start >= end && input.end <= end + program.on_demand_features.value().expect("known"),
            "{source}"
        );
    }
}

#[test]
fn memory_is_reused() {
    let program = program("struct Deep: [8] -> [8] { gelu, gelu, gelu, gelu, gelu, gelu, gelu, gelu }");
    assert_eq!(program.inference_features.value(), Some(16));
}

#[test]
fn layers_in_front_of_the_first_parameters_have_no_backward() {
    let program = program("struct Net: [8] -> [2] { dropout(0.2), gelu, dense(4), relu, dense(2) }");
    let backward: Vec<_> = program.steps.iter().map(Step::has_backward).collect();
    assert_eq!(backward, [false, false, true, true]);
    assert_eq!(program.steps.iter().map(|step| step.passes_on).collect::<Vec<_>>(), [false, false, false, true]);
}

#[test]
fn work_is_counted() {
    let summary = program("struct Net: [784] -> [10] { dense(128), relu, dense(64), relu, dense(10) }").summary;
    assert!(summary.ends_with("109,386 parameters, 218,762 FLOPs a sample"), "{summary}");
}
