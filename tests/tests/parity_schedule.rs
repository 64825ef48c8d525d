//! Every schedule against PyTorch: the rate in each of 60 units.

use serde_json::Value;
use shapewise::schedule::{
    self, Anneal, Constant, Cosine, CosineWarmRestarts, Cyclic, Exponential, Lambda, LinearWarmup, Memory, Mode,
    MultiStep, OneCycle, Polynomial, ReduceOnPlateau, Schedule, Step, Threshold, Wave,
};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

/// An option of a row, or the default.
fn option(row: &Value, name: &str, default: f64) -> f64 {
    row["options"][name].as_f64().unwrap_or(default)
}

fn count(row: &Value, name: &str, default: u64) -> u64 {
    row["options"][name].as_u64().unwrap_or(default)
}

fn one_cycle(row: &Value) -> OneCycle {
    let default = OneCycle::new(option(row, "max_lr", f64::NAN), count(row, "total_steps", 0));
    OneCycle {
        rise: option(row, "pct_start", default.rise),
        div_factor: option(row, "div_factor", default.div_factor),
        final_div_factor: option(row, "final_div_factor", default.final_div_factor),
        anneal: if row["options"]["anneal_strategy"] == "linear" { Anneal::Linear } else { default.anneal },
        three_phase: row["options"]["three_phase"].as_bool().unwrap_or(default.three_phase),
        ..default
    }
}

fn cyclic(row: &Value) -> Cyclic {
    let up = count(row, "step_size_up", 0);
    Cyclic {
        up,
        down: count(row, "step_size_down", up),
        wave: match row["options"]["mode"].as_str() {
            Some("triangular2") => Wave::Triangular2,
            Some("exp_range") => Wave::ExpRange(option(row, "gamma", f64::NAN)),
            _ => Wave::Triangular,
        },
        ..Cyclic::new(option(row, "base_lr", f64::NAN), option(row, "max_lr", f64::NAN))
    }
}

fn plateau(row: &Value) -> ReduceOnPlateau {
    let default = ReduceOnPlateau::default();
    let threshold = option(row, "threshold", 1e-4);
    ReduceOnPlateau {
        factor: option(row, "factor", default.factor),
        patience: count(row, "patience", default.patience.into()) as u32,
        threshold: if row["options"]["threshold_mode"] == "abs" {
            Threshold::Absolute(threshold)
        } else {
            Threshold::Relative(threshold)
        },
        cooldown: count(row, "cooldown", default.cooldown.into()) as u32,
        min_rate: option(row, "min_lr", default.min_rate),
        mode: if row["options"]["mode"] == "max" { Mode::Max } else { default.mode },
    }
}

fn follow(file: &Value, row: &Value, schedule: &dyn Schedule) {
    schedule.check().expect("PyTorch took these options");
    let base = file["base"].as_f64().expect("a rate");
    let mut memory = Memory::default();
    let mut rates = Vec::new();
    for (at, loss) in (0..).zip(numbers(&file["losses"])) {
        rates.push(schedule.rate(base, at, &memory));
        schedule.observe(base, loss, &mut memory);
    }
    let expected = numbers(&row["rates"]);
    // Relative to the expected rate, which is below 1.
    let found: Vec<f64> = rates.iter().zip(&expected).map(|(found, expected)| found / expected).collect();
    let ones = vec![1.0; expected.len()];
    assert_close(&format!("{} {}", row["name"], row["options"]), &found, &ones, 1e-12);
}

#[test]
fn every_schedule_gives_pytorchs_rates() {
    let file = load("schedules");
    for &name in schedule::NAMES {
        for row in rows(&file, name) {
            let gamma = option(row, "gamma", 0.1);
            let min_rate = option(row, "eta_min", 0.0);
            let total = count(row, "total_iters", 0);
            match name {
                "constant" => follow(&file, row, &Constant { factor: option(row, "factor", f64::NAN), total }),
                "cosine" => follow(&file, row, &Cosine { total: count(row, "T_max", 0), min_rate }),
                "cosine_warm_restarts" => {
                    let (first, multiplier) = (count(row, "T_0", 0), count(row, "T_mult", 0));
                    follow(&file, row, &CosineWarmRestarts { first, multiplier, min_rate });
                }
                "cyclic" => follow(&file, row, &cyclic(row)),
                "exponential" => follow(&file, row, &Exponential { gamma }),
                "lambda" => follow(&file, row, &Lambda(|at| 1.0 / (1.0 + at as f64 / 4.0))),
                "linear_warmup" => {
                    let start_factor = option(row, "start_factor", f64::NAN);
                    follow(&file, row, &LinearWarmup { warmup: total, start_factor, then: Cosine::new(60) });
                }
                "multi_step" => {
                    let milestones = row["options"]["milestones"].as_array().expect("milestones");
                    let milestones: Vec<u64> = milestones.iter().filter_map(Value::as_u64).collect();
                    follow(&file, row, &MultiStep { milestones: &milestones, gamma });
                }
                "one_cycle" => follow(&file, row, &one_cycle(row)),
                "polynomial" => follow(&file, row, &Polynomial { total, power: option(row, "power", f64::NAN) }),
                "reduce_on_plateau" => follow(&file, row, &plateau(row)),
                "step" => follow(&file, row, &Step { step_size: count(row, "step_size", 0), gamma }),
                _ => panic!("`{name}` has fixtures, but no reader of them here"),
            }
        }
    }
}
