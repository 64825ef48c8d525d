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
        let options = &self.0["options"];
        let value = match option {
            "beta1" => &options["betas"][0],
            "beta2" => &options["betas"][1],
            _ => &options[option],
        };
        value.as_f64().unwrap_or(default)
    }

    fn flag(self, option: &str) -> bool {
        self.0["options"][option].as_bool().unwrap_or(false)
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

#[allow(clippy::needless_update, reason = "some rows set all fields")]
fn walk(file: &Value, row: Row<'_>, name: &str) {
    // Fields, and the options that set them; the rest of an optimizer is as in `$rest`.
    macro_rules! follow {
        ($type:ident, $rest:expr, $($field:ident = $option:literal)*) => {{
            let default = $type::default();
            follow(file, row, &$type { $($field: row.number($option, default.$field),)* ..$rest })
        }};
    }
    macro_rules! adam {
        ($type:ident $($more:tt)*) => {
            follow!($type, $type::default(), learning_rate = "lr" beta1 = "beta1" beta2 = "beta2"
                weight_decay = "weight_decay" $($more)*)
        };
    }
    match name {
        "adadelta" => {
            follow!(Adadelta, Adadelta::default(), learning_rate = "lr" rho = "rho" weight_decay = "weight_decay");
        }
        "adagrad" => follow!(Adagrad, Adagrad::default(), learning_rate = "lr"
            learning_rate_decay = "lr_decay" initial_sum = "initial_accumulator_value" weight_decay = "weight_decay"),
        "adam" => adam!(Adam epsilon = "eps"),
        "adamax" => adam!(AdaMax),
        "adamw" => adam!(AdamW),
        "amsgrad" => adam!(AmsGrad),
        "lamb" => adam!(Lamb epsilon = "eps"),
        "lion" => adam!(Lion),
        "nadam" => adam!(NAdam momentum_decay = "momentum_decay"),
        "radam" => adam!(RAdam),
        "rmsprop" => {
            let rest = RmsProp { centered: row.flag("centered"), ..RmsProp::default() };
            follow!(RmsProp, rest, learning_rate = "lr" alpha = "alpha" momentum = "momentum"
                weight_decay = "weight_decay");
        }
        "sgd" => {
            let rest = Sgd { nesterov: row.flag("nesterov"), ..Sgd::default() };
            follow!(Sgd, rest, learning_rate = "lr" momentum = "momentum" dampening = "dampening"
                weight_decay = "weight_decay");
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
