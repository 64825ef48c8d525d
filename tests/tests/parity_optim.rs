//! Every optimizer against PyTorch: the parameters after 1 to 100 steps with given gradients.

use serde_json::Value;
use shapewise::optim::{self, Adam, AdamW, Optimizer, Sgd};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

/// An option of a row, or the optimizer's default.
fn option(row: &Value, name: &str, default: f64) -> f64 {
    row["options"][name].as_f64().unwrap_or(default)
}

fn sgd(row: &Value) -> Sgd {
    let default = Sgd::default();
    Sgd {
        learning_rate: option(row, "lr", default.learning_rate),
        momentum: option(row, "momentum", default.momentum),
        dampening: option(row, "dampening", default.dampening),
        nesterov: row["options"]["nesterov"].as_bool().unwrap_or(default.nesterov),
        weight_decay: option(row, "weight_decay", default.weight_decay),
    }
}

fn adam(row: &Value) -> Adam {
    let default = Adam::default();
    Adam {
        learning_rate: option(row, "lr", default.learning_rate),
        beta1: row["options"]["betas"][0].as_f64().unwrap_or(default.beta1),
        beta2: row["options"]["betas"][1].as_f64().unwrap_or(default.beta2),
        epsilon: option(row, "eps", default.epsilon),
        weight_decay: option(row, "weight_decay", default.weight_decay),
    }
}

fn adamw(row: &Value) -> AdamW {
    let Adam { learning_rate, beta1, beta2, epsilon, .. } = adam(row);
    AdamW {
        learning_rate,
        beta1,
        beta2,
        epsilon,
        weight_decay: option(row, "weight_decay", AdamW::default().weight_decay),
    }
}

/// Follows the gradients of the file and stops by at every step that it knows.
fn follow<O: Optimizer<f64>>(file: &Value, row: &Value, optimizer: &O) {
    optimizer.check().expect("PyTorch took these options");
    let mut parameters = numbers(&file["start"]);
    let mut state = vec![0.0; O::SLOTS * parameters.len()];
    let mut stops = 0;
    for (step, gradients) in (1_u64..).zip(file["gradients"].as_array().expect("gradients")) {
        optimizer.update(step, &mut parameters, &numbers(gradients), &mut state, true);
        if let Some(after) = row["after"].get(step.to_string()) {
            let what = format!("{} {} after {step}", row["name"], row["options"]);
            assert_close(&what, &parameters, &numbers(after), 1e-10);
            stops += 1;
        }
    }
    assert_eq!(stops, 5);
}

#[test]
fn every_optimizer_walks_as_pytorchs() {
    let file = load("optimizers");
    for &name in optim::NAMES {
        for row in rows(&file, name) {
            match name {
                // AMSGrad is an optimizer of its own here.
                "adam" if row["options"]["amsgrad"] == true => {}
                "adam" => follow(&file, row, &adam(row)),
                "adamw" => follow(&file, row, &adamw(row)),
                "sgd" => follow(&file, row, &sgd(row)),
                _ => panic!("`{name}` has fixtures, but no reader of them here"),
            }
        }
    }
}
