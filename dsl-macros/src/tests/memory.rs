//! The memory plan, checked by an interpreter that knows nothing of lives: it replays a training step and marks
//! which edge each feature holds.

use std::collections::HashMap;

use crate::ir::{Call, EdgeId, Program, Slots};
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
    "struct I: [2, 2] -> [8] { concat { [flatten], [flatten] } }",
];

/// What each feature of a chunk holds: an edge, or the gradient of one.
struct Memory(HashMap<usize, (EdgeId, bool)>);

impl Memory {
    fn features(slots: &Slots, edge: EdgeId) -> std::ops::Range<usize> {
        let (start, size) = slots.get(edge).expect("a used edge has a place");
        let (start, size) = (start.value().expect("known"), size.value().expect("known"));
        start..start + size
    }

    fn write(&mut self, slots: &Slots, edge: EdgeId, gradient: bool) {
        for feature in Self::features(slots, edge) {
            self.0.insert(feature, (edge, gradient));
        }
    }

    fn read(&self, slots: &Slots, edge: EdgeId, gradient: bool) {
        for feature in Self::features(slots, edge) {
            assert_eq!(self.0.get(&feature), Some(&(edge, gradient)), "feature {feature} was overwritten");
        }
    }
}

/// An ordinary step, or one that also wants the gradient of the input.
fn replay(program: &Program, of_input: bool) {
    let Program { training, gradient, .. } = program;
    let mut memory = Memory(HashMap::new());
    memory.write(training, program.input_edge, false);
    for step in &program.steps {
        match &step.call {
            Call::Layer => memory.read(training, step.x.value, false),
            Call::Join(_, ports) => ports.iter().for_each(|port| memory.read(training, port.value, false)),
            Call::Fork(_) => continue,
        }
        memory.write(training, step.y, false);
    }
    memory.read(training, program.output_edge, false);
    memory.write(gradient, program.output_edge, true);
    memory.read(training, program.output_edge, false);
    for step in program.steps.iter().rev().filter(|step| of_input || step.has_backward()) {
        match &step.call {
            Call::Fork(parts) => {
                for part in parts {
                    memory.read(gradient, *part, true);
                }
                memory.write(gradient, step.x.gradient, true);
            }
            Call::Join(_, ports) => {
                memory.read(gradient, step.y, true);
                for port in ports {
                    memory.write(gradient, port.gradient, true);
                }
                memory.read(gradient, step.y, true);
            }
            Call::Layer => {
                memory.read(gradient, step.y, true);
                if of_input || step.passes_on {
                    memory.write(gradient, step.x.gradient, true);
                }
                if step.reads_x {
                    memory.read(training, step.x.value, false);
                }
                if step.reads_y {
                    memory.read(training, step.y, false);
                }
            }
        }
    }
    for step in program.steps.iter().filter(|step| step.parameters.is_some()) {
        memory.read(training, step.x.value, false);
        memory.read(gradient, step.y, true);
    }
}

#[test]
fn no_edge_is_overwritten_while_it_is_needed() {
    for source in SOURCES {
        replay(&program(source), false);
        replay(&program(source), true);
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
    let backward: Vec<_> = program.steps.iter().map(crate::ir::Step::has_backward).collect();
    assert_eq!(backward, [false, false, true, true]);
    assert_eq!(program.steps.iter().map(|step| step.passes_on).collect::<Vec<_>>(), [false, false, false, true]);
}

#[test]
fn work_is_counted() {
    let summary = program("struct Net: [784] -> [10] { dense(128), relu, dense(64), relu, dense(10) }").summary;
    assert!(summary.ends_with("109,386 parameters, 218,762 FLOPs a sample"), "{summary}");
}
