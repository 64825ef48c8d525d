//! Every loss against PyTorch's values and against exact derivatives.

use num_dual::Dual64;
use serde_json::{Value, json};
use shapewise::isa::Level;
use shapewise::loss::{
    BinaryCrossEntropy, BinaryHinge, CrossEntropy, Hinge, Huber, Loss, Mae, Mse, NAMES, SoftCrossEntropy, Targets,
};
use shapewise::{Exact, LANES, Lanes, Real};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

/// Mean loss and gradient of a batch, as a training step finds them; padding holds NaN on the way in.
fn run<T: Real, L: Loss<T>>(loss: &L, outputs: usize, output: &[T], targets: &[L::Target]) -> (T, Vec<T>) {
    loss.check(outputs, targets).expect("targets that the loss takes");
    let weight: T = loss.weight(outputs, targets);
    let scale = if weight > T::zero() { T::one() / weight } else { T::zero() };
    let nan = Lanes::splat(T::from_f64(f64::NAN));
    let width = loss.targets_per_sample(outputs);
    let (mut total, mut gradients) = (T::zero(), Vec::new());
    for (output, targets) in output.chunks(outputs * LANES).zip(targets.chunks(width * LANES)) {
        let (mut block, mut gradient) = (vec![nan; outputs], vec![nan; outputs]);
        for (lane, sample) in output.chunks(outputs).enumerate() {
            for (row, &value) in block.iter_mut().zip(sample) {
                row[lane] = value;
            }
        }
        total += loss.block(&block, Targets::new(targets, width), scale, &mut gradient);
        let samples = output.len() / outputs;
        for lane in 0..LANES {
            for row in &gradient {
                if lane < samples {
                    gradients.push(row[lane]);
                } else {
                    assert!(row[lane].to_f64().abs() <= 0.0, "padding has gradient {:?}", row[lane]);
                }
            }
        }
    }
    (total * scale, gradients)
}

/// Runs a loss by its name in the list and a fixture's options.
fn evaluate<T: Real>(name: &str, options: &Value, outputs: usize, output: &[T], target: &[f64]) -> (T, Vec<T>) {
    let values: Vec<T> = target.iter().map(|&t| T::from_f64(t)).collect();
    let labels: Vec<u32> = target.iter().map(|&t| t as u32).collect();
    match name {
        "mse" => run(&Mse, outputs, output, &values),
        "mae" => run(&Mae, outputs, output, &values),
        "huber" => {
            let delta = options["delta"].as_f64().unwrap_or(Huber::default().delta);
            run(&Huber { delta }, outputs, output, &values)
        }
        "binary_cross_entropy" => run(&BinaryCrossEntropy, outputs, output, &values),
        "binary_hinge" => run(&BinaryHinge, outputs, output, &values),
        "cross_entropy" => {
            let weights = options.get("weights").map(numbers).unwrap_or_default();
            let smoothing = options["label_smoothing"].as_f64().unwrap_or(0.0);
            let loss = CrossEntropy::new().label_smoothing(smoothing).weights(&weights);
            run(&loss, outputs, output, &labels)
        }
        "soft_cross_entropy" => run(&SoftCrossEntropy, outputs, output, &values),
        "hinge" => run(&Hinge, outputs, output, &labels),
        other => panic!("`{other}` is a loss that this test does not know"),
    }
}

struct Case {
    name: String,
    options: Value,
    outputs: usize,
    output: Vec<f64>,
    target: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
}

fn cases() -> Vec<Case> {
    let file = load("losses");
    let case = |name: &str, row: &Value| Case {
        name: name.to_owned(),
        options: row["options"].clone(),
        outputs: row["outputs"].as_u64().expect("outputs") as usize,
        output: numbers(&row["output"]),
        target: numbers(&row["target"]),
        loss: row["loss"].as_f64().expect("loss"),
        gradient: numbers(&row["gradient"]),
    };
    NAMES.iter().flat_map(|&name| rows(&file, name).into_iter().map(move |row| case(name, row))).collect()
}

fn parity<T: Real>(tolerance: f64) {
    for case in cases() {
        let output: Vec<T> = case.output.iter().map(|&y| T::from_f64(y)).collect();
        let (loss, gradient) = evaluate(&case.name, &case.options, case.outputs, &output, &case.target);
        let gradient: Vec<_> = gradient.into_iter().map(T::to_f64).collect();
        assert_close(&case.name, &[loss.to_f64()], &[case.loss], tolerance);
        assert_close(&case.name, &gradient, &case.gradient, tolerance);
    }
}

#[test]
fn values_and_gradients_are_pytorchs_on_every_level() {
    let best = Level::current();
    for level in Level::available() {
        level.make_current();
        parity::<f64>(1e-10);
        parity::<f32>(1e-5);
    }
    best.make_current();
}

#[test]
fn gradients_are_the_exact_derivatives() {
    for case in cases() {
        let dual = |i, y: f64| Exact(Dual64::new(y, if i == 0 { 1.0 } else { 0.0 }));
        let mut output: Vec<_> = case.output.iter().map(|&y| dual(1, y)).collect();
        let (_, gradient) = evaluate::<f64>(&case.name, &case.options, case.outputs, &case.output, &case.target);
        for i in 0..output.len() {
            output[i] = dual(0, case.output[i]);
            let (loss, _) = evaluate(&case.name, &case.options, case.outputs, &output, &case.target);
            output[i] = dual(1, case.output[i]);
            assert_close(&format!("{} {i}", case.name), &[gradient[i]], &[loss.0.eps], 1e-12);
        }
    }
}

#[test]
fn extreme_outputs_have_a_finite_loss() {
    for &name in NAMES {
        let targets: &[f64] = match name {
            "cross_entropy" | "hinge" => &[0.0, 1.0],
            "binary_hinge" => &[1.0, -1.0, -1.0, 1.0],
            _ => &[1.0, 0.0, 0.0, 1.0],
        };
        for options in [json!({}), json!({ "label_smoothing": 0.1 })] {
            for y in [0.0, 1e4, -1e4] {
                let (loss, gradient) = evaluate(name, &options, 2, &[y, -y, y, 0.5 * y], targets);
                assert!(f32::is_finite(loss), "{name} of {y}: {loss}");
                assert!(gradient.iter().all(|g: &f32| g.is_finite()), "{name} of {y}: {gradient:?}");
            }
        }
    }
}

#[test]
fn a_nan_in_the_output_is_a_nan_in_the_loss() {
    for &name in NAMES {
        for place in 0..2 {
            let mut output = [0.5, 0.25];
            output[place] = f64::NAN;
            let target: &[f64] = if matches!(name, "cross_entropy" | "hinge") { &[1.0] } else { &[1.0, 1.0] };
            assert!(evaluate(name, &json!({}), 2, &output, target).0.is_nan(), "{name}, output {place}");
        }
    }
}

#[test]
fn a_batch_without_weight_has_loss_and_gradient_zero() {
    let loss = CrossEntropy::new().weights([0.0, 1.0]);
    assert_eq!(run(&loss, 2, &[0.5_f32, -3.0], &[0]), (0.0, vec![0.0, 0.0]));
}

fn message<T: Real, L: Loss<T>>(loss: &L, outputs: usize, targets: &[L::Target]) -> String {
    loss.check(outputs, targets).expect_err("a target or option out of range").to_string()
}

#[test]
fn bad_targets_are_named() {
    let label = "sample 2 has label 3, but the network has 3 classes (0 to 2)";
    assert_eq!(message::<f32, _>(&CrossEntropy::default(), 3, &[0, 2, 3]), label);
    assert_eq!(message::<f32, _>(&Hinge, 3, &[0, 2, 3]), label);
    let finite = "target 1 holds a value that is infinite or not a number";
    assert_eq!(message::<f64, _>(&Mse, 2, &[0.0, 1.0, 2.0, f64::NAN]), finite);
    assert_eq!(message::<f64, _>(&Mae, 1, &[0.0, f64::INFINITY]), finite);
    assert_eq!(message::<f64, _>(&Huber::default(), 1, &[0.0, f64::NAN]), finite);
    assert_eq!(message::<f64, _>(&BinaryCrossEntropy, 1, &[0.0, f64::NAN]), finite);
    let range = "sample 1 has target -0.5, but must be in [0, 1]";
    assert_eq!(message::<f64, _>(&BinaryCrossEntropy, 2, &[0.0, 1.0, -0.5, 2.0]), range);
    assert_eq!(message::<f64, _>(&SoftCrossEntropy, 2, &[0.0, 1.0, -0.5, 2.0]), range);
    assert_eq!(message::<f64, _>(&BinaryHinge, 1, &[1.0, 0.5]), "sample 1 has target 0.5, but must be -1 or 1");
}

#[test]
fn bad_options_are_named() {
    let smoothing = CrossEntropy::new().label_smoothing(1.5);
    assert_eq!(message::<f32, _>(&smoothing, 3, &[0]), "label_smoothing is 1.5, but must be in [0, 1]");
    let short = CrossEntropy::new().weights([1.0, 2.0]);
    assert_eq!(message::<f32, _>(&short, 3, &[0]), "class weights: expected 3 values, found 2");
    let negative = CrossEntropy::new().weights([1.0, -2.0, 1.0]);
    assert_eq!(message::<f32, _>(&negative, 3, &[0]), "class weight is -2, but must be >= 0 and finite");
    assert_eq!(message::<f32, _>(&Huber { delta: 0.0 }, 1, &[0.0]), "delta is 0, but must be > 0 and finite");
    assert_eq!(message::<f32, _>(&Huber { delta: f64::NAN }, 1, &[0.0]), "delta is NaN, but must be > 0 and finite");
}
