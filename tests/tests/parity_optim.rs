//! Every optimizer against PyTorch or the paper's algorithm: the parameters after 1 to 100 steps with given gradients.

use serde_json::Value;
use shapewise::optim::{
    self, AdaMax, Adadelta, Adagrad, Adam, AdamW, AmsGrad, Lamb, Lion, NAdam, Optimizer, RAdam, RmsProp, Sgd,
};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

/// One optimizer with its options, by PyTorch's names; what a row leaves out is as by default.
#[derive(Clone, Copy)]
struct Row<'a>(&'a Value);

impl Row<'_> {
    fn number(self, option: &str, default: f64) -> f64 {
        self.0["options"][option].as_f64().unwrap_or(default)
    }

    fn beta(self, index: usize, default: f64) -> f64 {
        self.0["options"]["betas"][index].as_f64().unwrap_or(default)
    }
}

/// Follows the gradients of the file and stops by at every step that it knows.
fn follow<O: Optimizer<f64>>(file: &Value, row: Row<'_>, optimizer: &O) {
    optimizer.check().expect("options in their bounds");
    let mut parameters = numbers(&file["start"]);
    let mut state = vec![0.0; O::SLOTS * parameters.len()];
    let mut stops = 0;
    for (step, gradients) in (1_u64..).zip(file["gradients"].as_array().expect("gradients")) {
        optimizer.update(step, &mut parameters, &numbers(gradients), &mut state, true);
        if let Some(after) = row.0["after"].get(step.to_string()) {
            let what = format!("{} {} after {step}", row.0["name"], row.0["options"]);
            assert_close(&what, &parameters, &numbers(after), 1e-10);
            stops += 1;
        }
    }
    assert_eq!(stops, 5);
}

fn walk(file: &Value, row: Row<'_>, name: &str) {
    match name {
        "adadelta" => {
            let d = Adadelta::default();
            follow(
                file,
                row,
                &Adadelta {
                    learning_rate: row.number("lr", d.learning_rate),
                    rho: row.number("rho", d.rho),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "adagrad" => {
            let d = Adagrad::default();
            follow(
                file,
                row,
                &Adagrad {
                    learning_rate: row.number("lr", d.learning_rate),
                    learning_rate_decay: row.number("lr_decay", d.learning_rate_decay),
                    initial_sum: row.number("initial_accumulator_value", d.initial_sum),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "adam" => {
            let d = Adam::default();
            follow(
                file,
                row,
                &Adam {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "adamax" => {
            let d = AdaMax::default();
            follow(
                file,
                row,
                &AdaMax {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "adamw" => {
            let d = AdamW::default();
            follow(
                file,
                row,
                &AdamW {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "amsgrad" => {
            let d = AmsGrad::default();
            follow(
                file,
                row,
                &AmsGrad {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "lamb" => {
            let d = Lamb::default();
            follow(
                file,
                row,
                &Lamb {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "lion" => {
            let d = Lion::default();
            follow(
                file,
                row,
                &Lion {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "nadam" => {
            let d = NAdam::default();
            follow(
                file,
                row,
                &NAdam {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    epsilon: row.number("eps", d.epsilon),
                    momentum_decay: row.number("momentum_decay", d.momentum_decay),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "radam" => {
            let d = RAdam::default();
            follow(
                file,
                row,
                &RAdam {
                    learning_rate: row.number("lr", d.learning_rate),
                    beta1: row.beta(0, d.beta1),
                    beta2: row.beta(1, d.beta2),
                    epsilon: row.number("eps", d.epsilon),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "rmsprop" => {
            let d = RmsProp::default();
            follow(
                file,
                row,
                &RmsProp {
                    learning_rate: row.number("lr", d.learning_rate),
                    alpha: row.number("alpha", d.alpha),
                    epsilon: row.number("eps", d.epsilon),
                    momentum: row.number("momentum", d.momentum),
                    centered: row.0["options"]["centered"].as_bool().unwrap_or(d.centered),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        "sgd" => {
            let d = Sgd::default();
            follow(
                file,
                row,
                &Sgd {
                    learning_rate: row.number("lr", d.learning_rate),
                    momentum: row.number("momentum", d.momentum),
                    dampening: row.number("dampening", d.dampening),
                    nesterov: row.0["options"]["nesterov"].as_bool().unwrap_or(d.nesterov),
                    weight_decay: row.number("weight_decay", d.weight_decay),
                },
            );
        }
        _ => panic!("`{name}` has fixtures, but no reader of them here"),
    }
}

#[test]
fn every_optimizer_walks_as_its_source() {
    let file = load("optimizers");
    for &name in optim::NAMES {
        for row in rows(&file, name) {
            walk(&file, Row(row), name);
        }
    }
}
