//! Every initialiser against the formula of its source.

use shapewise::Real;
use shapewise::init::{Constant, Fan, Initialiser, Normal, Orthogonal, Sparse, TruncatedNormal, Uniform};
use shapewise::random::Random;
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

const FAN: Fan = Fan { inputs: 800, outputs: 1250 };

fn filled<T: Real>(scheme: Initialiser, fan: Fan, seed: u64) -> Vec<T> {
    let mut weights = vec![T::from_f64(f64::NAN); fan.inputs * fan.outputs];
    scheme.fill(&mut weights, fan, &mut Random::new(seed));
    weights
}

/// What the weights of a scheme are drawn from.
enum Law {
    Normal {
        std: f64,
    },
    /// Cut at 2σ of the whole normal; `std` is that of the whole.
    Truncated {
        std: f64,
    },
    Uniform {
        bound: f64,
    },
    /// `zeros` of the weights of each input.
    Sparse {
        zeros: usize,
        std: f64,
    },
    Constant {
        value: f64,
    },
    Orthogonal,
}

/// Standard deviation and kurtosis of a standard normal cut at 2, from its moments: 1 − 4·φ(2)/(2·Φ(2) − 1) is
/// the second, 3 − 28·φ(2)/(2·Φ(2) − 1) the fourth.
const LEFT: (f64, f64) = (0.879_625_66, 2.365_5);

/// The law of each scheme as its source states it; one without a line here fails.
fn law(scheme: Initialiser) -> Law {
    let (inputs, outputs) = (FAN.inputs as f64, FAN.outputs as f64);
    match scheme {
        Initialiser::HeNormal(_) => Law::Normal { std: (2.0 / inputs).sqrt() },
        Initialiser::HeTruncatedNormal(_) => Law::Truncated { std: (2.0 / inputs).sqrt() / LEFT.0 },
        Initialiser::HeUniform(_) => Law::Uniform { bound: (6.0 / inputs).sqrt() },
        Initialiser::XavierNormal(_) => Law::Normal { std: (2.0 / (inputs + outputs)).sqrt() },
        Initialiser::XavierTruncatedNormal(_) => Law::Truncated { std: (2.0 / (inputs + outputs)).sqrt() / LEFT.0 },
        Initialiser::XavierUniform(_) => Law::Uniform { bound: (6.0 / (inputs + outputs)).sqrt() },
        Initialiser::LecunNormal(_) => Law::Normal { std: (1.0 / inputs).sqrt() },
        Initialiser::LecunTruncatedNormal(_) => Law::Truncated { std: (1.0 / inputs).sqrt() / LEFT.0 },
        Initialiser::LecunUniform(_) => Law::Uniform { bound: (3.0 / inputs).sqrt() },
        Initialiser::Orthogonal(_) => Law::Orthogonal,
        Initialiser::Constant(Constant { value }) => Law::Constant { value },
        Initialiser::Zeros(_) => Law::Constant { value: 0.0 },
        Initialiser::Normal(Normal { deviation }) => Law::Normal { std: deviation },
        Initialiser::TruncatedNormal(TruncatedNormal { deviation }) => Law::Truncated { std: deviation },
        Initialiser::Sparse(Sparse { sparsity, deviation }) => {
            Law::Sparse { zeros: (sparsity * outputs).ceil() as usize, std: deviation }
        }
        Initialiser::Uniform(Uniform { bound }) => Law::Uniform { bound },
        other => panic!("`{}` is an initialiser that this test does not know", other.name()),
    }
}

/// Mean, standard deviation and fourth moment over the square of the second.
fn moments(weights: &[f64]) -> (f64, f64, f64) {
    let mean_of = |power| weights.iter().map(|w| w.powi(power)).sum::<f64>() / weights.len() as f64;
    let square = mean_of(2);
    (mean_of(1), square.sqrt(), mean_of(4) / (square * square))
}

#[test]
fn a_million_weights_follow_the_law() {
    let others = [
        Initialiser::Constant(Constant { value: -0.5 }),
        Initialiser::Normal(Normal { deviation: 0.02 }),
        Initialiser::Uniform(Uniform { bound: 0.05 }),
    ];
    for &scheme in Initialiser::ALL.iter().chain(&others) {
        let name = scheme.name();
        let (std, kurtosis, bound) = match law(scheme) {
            Law::Normal { std } => (std, 3.0, 6.0 * std),
            Law::Uniform { bound } => (bound / 3.0_f64.sqrt(), 1.8, bound),
            Law::Truncated { std } => (LEFT.0 * std, LEFT.1, 2.0 * std),
            Law::Sparse { zeros, std } => {
                sparse_follows_its_law(scheme, zeros, std);
                continue;
            }
            Law::Constant { value } => {
                assert!(filled::<f64>(scheme, FAN, 1).iter().all(|w| [value].contains(w)), "{name}");
                continue;
            }
            Law::Orthogonal => continue,
        };
        let weights = filled::<f64>(scheme, FAN, 1);
        let (mean, found, found_kurtosis) = moments(&weights);
        // Five standard errors of each estimate, at most.
        assert!(mean.abs() < 5e-3 * std, "{name}: mean {mean}");
        assert!((found / std - 1.0).abs() < 4e-3, "{name}: deviation {found}, expected {std}");
        assert!((found_kurtosis - kurtosis).abs() < 2.5e-2, "{name}: kurtosis {found_kurtosis}, expected {kurtosis}");
        assert!(weights.iter().all(|w| w.abs() <= bound), "{name}: beyond {bound}");
    }
}

/// Each input has its zeros, anywhere, and the other weights are normal.
fn sparse_follows_its_law(scheme: Initialiser, zeros: usize, std: f64) {
    let weights = filled::<f64>(scheme, FAN, 1);
    let is_zero = |weight: &&f64| **weight == 0.0;
    for of_input in weights.chunks(FAN.outputs) {
        assert_eq!(of_input.iter().filter(is_zero).count(), zeros);
    }
    let expected = zeros as f64 / FAN.outputs as f64;
    for output in [0, FAN.outputs / 2, FAN.outputs - 1] {
        let share = weights.iter().skip(output).step_by(FAN.outputs).filter(is_zero).count() as f64 / FAN.inputs as f64;
        assert!((share - expected).abs() < 0.05, "output {output}: {share} zeros, expected {expected}");
    }
    let others: Vec<f64> = weights.iter().copied().filter(|weight| !is_zero(&weight)).collect();
    let (mean, found, kurtosis) = moments(&others);
    assert!(mean.abs() < 0.02 * std && (found / std - 1.0).abs() < 0.02, "mean {mean}, deviation {found}");
    assert!((kurtosis - 3.0).abs() < 0.1, "kurtosis {kurtosis}");
}

#[test]
fn a_sparsity_out_of_range_counts_as_the_nearer_bound() {
    let fan = Fan { inputs: 5, outputs: 8 };
    let zeros = |sparsity| {
        let weights = filled::<f32>(Initialiser::Sparse(Sparse { sparsity, deviation: 1.0 }), fan, 3);
        weights.iter().filter(|weight| **weight == 0.0).count()
    };
    assert_eq!([f64::NAN, -1.0, 0.0, 0.01, 1.0, 7.0].map(zeros), [0, 0, 0, 5, 40, 40]);
}

#[test]
fn the_seed_decides() {
    let fan = Fan { inputs: 6, outputs: 40 };
    for &scheme in Initialiser::ALL {
        let name = scheme.name();
        let (a, b, c) = (filled::<f32>(scheme, fan, 1), filled::<f32>(scheme, fan, 1), filled::<f32>(scheme, fan, 2));
        assert_eq!(a, b, "{name}");
        assert_eq!(a == c, matches!(law(scheme), Law::Constant { .. }), "{name}");
        // Both scalars see the same random numbers.
        for (single, double) in a.iter().zip(filled::<f64>(scheme, fan, 1)) {
            assert!((f64::from(*single) - double).abs() < 1e-6, "{name}: {single} and {double}");
        }
    }
}

/// The largest deviation of the shorter side's products from the identity.
fn orthogonality<T: Real>(fan: Fan) -> f64 {
    let weights = filled::<T>(Initialiser::Orthogonal(Orthogonal), fan, 7);
    let at = |output: usize, input: usize| weights[input * fan.outputs + output].to_f64();
    let (vectors, length) = (fan.inputs.min(fan.outputs), fan.inputs.max(fan.outputs));
    let of = |vector, i| if fan.outputs >= fan.inputs { at(i, vector) } else { at(vector, i) };
    let mut worst = 0.0_f64;
    for a in 0..vectors {
        for b in 0..=a {
            let dot: f64 = (0..length).map(|i| of(a, i) * of(b, i)).sum();
            worst = worst.max((dot - f64::from(u8::from(a == b))).abs());
        }
    }
    worst
}

#[test]
fn orthogonal_is_orthogonal() {
    for (inputs, outputs) in [(1, 1), (1, 5), (5, 1), (3, 3), (7, 40), (40, 7), (64, 64), (200, 200), (300, 33)] {
        let fan = Fan { inputs, outputs };
        let (single, double) = (orthogonality::<f32>(fan), orthogonality::<f64>(fan));
        assert!(single < 1e-6, "{inputs} to {outputs} in f32: {single:e}");
        assert!(double < 1e-12, "{inputs} to {outputs} in f64: {double:e}");
    }
}

#[test]
fn orthogonal_has_no_preferred_sign() {
    let scheme = Initialiser::Orthogonal(Orthogonal);
    let positive =
        (0..1000).filter(|&seed| filled::<f64>(scheme, Fan { inputs: 2, outputs: 2 }, seed)[3] > 0.0).count();
    assert!((400..600).contains(&positive), "{positive} of 1000 are positive");
}

#[test]
fn names_are_in_the_order_of_the_list() {
    let names: Vec<_> = Initialiser::ALL.iter().map(|scheme| scheme.name()).collect();
    assert_eq!(names, Initialiser::NAMES);
}

/// A change here changes every seeded run that users wrote down.
#[test]
fn the_numbers_of_a_seed_stay() {
    let file = load("init");
    for &scheme in Initialiser::ALL {
        for row in rows(&file, scheme.name()) {
            let number = |name: &str| row[name].as_u64().expect(name);
            let fan = Fan { inputs: number("inputs") as usize, outputs: number("outputs") as usize };
            let found = filled::<f64>(scheme, fan, number("seed"));
            assert_close(scheme.name(), &found, &numbers(&row["weights"]), 1e-14);
        }
    }
}
