//! Every activation against PyTorch's values and against exact derivatives.

use num_dual::Dual64;
use serde_json::Value;
use shapewise::isa::Portable;
use shapewise::layers::Activation;
use shapewise::layers::activation::{Elu, LeakyRelu};
use shapewise::{Exact, Kernels, Lanes};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

/// The activation of a fixture row: the registered one, with the row's hyper-parameters.
fn of_row(default: Activation, parameters: &Value) -> Activation {
    let number = |name: &str| parameters[name].as_f64().expect(name);
    match default {
        Activation::LeakyRelu(_) => Activation::LeakyRelu(LeakyRelu { slope: number("slope") }),
        Activation::Elu(_) => Activation::Elu(Elu { alpha: number("alpha") }),
        other => {
            assert_eq!(parameters.as_object().map(serde_json::Map::len), Some(0), "{}", other.name());
            other
        }
    }
}

/// The slope as training sees it: where the output is enough, the input is not there.
fn slope(activation: Activation, x: f64, y: f64) -> f64 {
    activation.slope::<f64, Portable>(if activation.from_output() { y } else { x }, y)
}

/// Points on both sides of every kink, none on it.
fn smooth_points() -> impl Iterator<Item = f64> {
    (-400..400).map(|i| f64::from(i) * 0.0213 + 0.0101).chain([-300.0, -50.0, -20.5, 20.5, 50.0, 300.0])
}

#[test]
fn values_and_slopes_are_pytorchs() {
    let file = load("activations");
    let x = numbers(&file["x"]);
    for &default in Activation::ALL {
        for row in rows(&file, default.name()) {
            let activation = of_row(default, &row["parameters"]);
            let y: Vec<_> = x.iter().map(|&x| activation.value::<f64, Portable>(x)).collect();
            let slopes: Vec<_> = x.iter().zip(&y).map(|(&x, &y)| slope(activation, x, y)).collect();
            assert_close(activation.name(), &y, &numbers(&row["y"]), 1e-12);
            assert_close(&format!("{}'", activation.name()), &slopes, &numbers(&row["slope"]), 1e-12);
        }
    }
}

#[test]
fn kernels_in_f32_are_pytorchs() {
    let file = load("activations");
    let x = numbers(&file["x"]);
    let block: Vec<_> = x.iter().map(|&x| Lanes::splat(x as f32)).collect();
    for &default in Activation::ALL {
        for row in rows(&file, default.name()) {
            let activation = of_row(default, &row["parameters"]);
            let (mut y, mut dy) = (block.clone(), vec![Lanes::splat(1.0); x.len()]);
            f32::activate(activation, &mut y);
            f32::activate_backward(activation, if activation.from_output() { &y } else { &block }, &y, &mut dy);
            let column = |rows: &[Lanes<f32>]| rows.iter().map(|row| f64::from(row[7])).collect::<Vec<_>>();
            assert_close(activation.name(), &column(&y), &numbers(&row["y"]), 2e-6);
            // Inputs are rounded too: near a kink the slope may be that of the other side, so it is left out.
            let kink = |x: f64| matches!(default, Activation::HardSigmoid(_)) && x.abs() >= 2.999 && x.abs() <= 3.001;
            let (slopes, expected): (Vec<_>, Vec<_>) = x
                .iter()
                .zip(column(&dy))
                .zip(numbers(&row["slope"]))
                .filter(|((x, _), _)| !kink(**x))
                .map(|((_, a), b)| (a, b))
                .unzip();
            assert_close(&format!("{}'", activation.name()), &slopes, &expected, 4e-6);
        }
    }
}

#[test]
fn slopes_are_the_exact_derivatives() {
    for &activation in Activation::ALL {
        for x in smooth_points() {
            let y = activation.value::<_, Portable>(Exact(Dual64::new(x, 1.0))).0;
            let what = format!("{}'({x})", activation.name());
            assert_close(&what, &[slope(activation, x, y.re)], &[y.eps], 1e-12);
        }
    }
}

#[test]
fn f32_follows_f64() {
    for &activation in Activation::ALL {
        for x in smooth_points() {
            let exact = activation.value::<f64, Portable>(f64::from(x as f32));
            let single = activation.value::<f32, Portable>(x as f32);
            assert_close(&format!("{}({x})", activation.name()), &[f64::from(single)], &[exact], 2e-6);
        }
    }
}

#[test]
fn nan_stays_nan() {
    for &activation in Activation::ALL {
        assert!(activation.value::<f64, Portable>(f64::NAN).is_nan(), "{}", activation.name());
        assert!(activation.value::<f32, Portable>(f32::NAN).is_nan(), "{}", activation.name());
        let mut rows = [Lanes::splat(f32::NAN)];
        f32::activate(activation, &mut rows);
        assert!(rows[0].0.iter().all(|y| y.is_nan()), "{} as a kernel", activation.name());
    }
}

#[test]
fn any_finite_input_has_a_finite_value_and_slope() {
    for &activation in Activation::ALL {
        for x in [f32::MAX, 1e30, 1e10, 1e4, 89.0, 0.0] {
            for x in [x, -x] {
                let y = activation.value::<f32, Portable>(x);
                let slope = activation.slope::<f32, Portable>(if activation.from_output() { y } else { x }, y);
                // SELU stretches positive inputs by 1.05.
                assert!(y.is_finite() || x > 1e38, "{}({x}) = {y}", activation.name());
                assert!((-0.2..=1.8).contains(&slope), "{}'({x}) = {slope}", activation.name());
            }
        }
    }
}

#[test]
fn names_are_in_the_order_of_the_list() {
    let names: Vec<_> = Activation::ALL.iter().map(|activation| activation.name()).collect();
    assert_eq!(names, Activation::NAMES);
}
