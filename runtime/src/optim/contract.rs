//! What every optimizer must do, tested for all of them.

use super::{NAMES, Optimizer, Prepared, RmsProp, Rule, Sgd, Tensor, Update, visit_all, visit_decaying};
use crate::isa::Level;
use crate::kernels::pack::{Packs, dispatch_on};
use crate::random::Random;
use crate::real::Real;

/// Something to test of every optimizer.
pub(super) trait Visitor {
    fn visit<O: Rule + Optimizer<f32> + Optimizer<f64>>(&mut self, name: &'static str, optimizer: O);
}

/// One step of one parameter.
pub(super) fn step<O: Optimizer<f64>>(optimizer: &O, step: u64, p: f64, g: f64, state: &mut [f64], decay: bool) -> f64 {
    let mut parameters = [p];
    optimizer.update(step, &mut parameters, &[g], state, decay);
    parameters[0]
}

/// The message names the hyper-parameter, its value and its bound.
pub(super) fn assert_refuses<O: Optimizer<f64>>(optimizer: &O, name: &str, value: f64, bound: &str) {
    let message = optimizer.check().expect_err("out of bounds").to_string();
    assert_eq!(message, format!("{name} is {value}, but must be {bound}"));
}

/// Refuses what is no share of an average, for one hyper-parameter.
pub(super) fn refuses_no_share<O: Optimizer<f64>>(name: &str, with: impl Fn(f64) -> O) {
    for value in [-0.1, 1.0, f64::NAN] {
        assert_refuses(&with(value), name, value, "in [0, 1)");
    }
}

/// Refuses what is below 0 or infinite, for one hyper-parameter.
pub(super) fn refuses_below_0<O: Optimizer<f64>>(name: &str, with: impl Fn(f64) -> O) {
    for value in [-1e-8, f64::INFINITY, f64::NAN] {
        assert_refuses(&with(value), name, value, ">= 0 and finite");
    }
}

/// What the default rate is multiplied by to arrive in the steps that these tests have: Adagrad's steps shrink with
/// the sum of all gradients, `AMSGrad`'s with the largest, and Lion's do not depend on their size.
fn haste(name: &str) -> f64 {
    match name {
        "adagrad" => 50.0,
        "amsgrad" => 20.0,
        "lion" => 10.0,
        _ => 1.0,
    }
}

/// Runs an optimizer with its default rate times `haste`, which falls to 0, and without decay.
fn minimise<O: Optimizer<f64>>(
    mut optimizer: O,
    haste: f64,
    start: &[f64],
    steps: u64,
    gradient: impl Fn(&[f64]) -> Vec<f64>,
) -> Vec<f64> {
    let mut parameters = start.to_vec();
    let mut state = vec![0.0; O::SLOTS * start.len()];
    let rate = haste * optimizer.learning_rate();
    for step in 1..=steps {
        optimizer.set_learning_rate(rate * (1.0 - step as f64 / (steps + 1) as f64));
        let gradients = gradient(&parameters);
        optimizer.update(step, &mut parameters, &gradients, &mut state, false);
    }
    parameters
}

/// Parameters after 50 steps with random gradients, a tensor longer than a vector and not a multiple of one.
fn walk<T: Packs, R: Rule>(level: Level, rule: R) -> Vec<T> {
    let mut random = Random::new(3);
    let mut draw = || (0..37).map(|_| T::from_f64(random.normal())).collect::<Vec<T>>();
    let mut parameters = draw();
    let mut state = vec![T::zero(); R::SLOTS * parameters.len()];
    for step in 1..=50 {
        let factors = rule.factors(step);
        let tensor =
            Tensor { step, factors, parameters: &mut parameters, gradients: &draw(), state: &mut state, decay: true };
        dispatch_on(level, Update(rule, tensor));
    }
    parameters
}

macro_rules! every_optimizer {
    ($(#[$attribute:meta])* $test:ident, $name:ident, $optimizer:ident => $body:block) => {
        $(#[$attribute])*
        #[test]
        fn $test() {
            struct Test;
            impl Visitor for Test {
                fn visit<O: Rule + Optimizer<f32> + Optimizer<f64>>(&mut self, $name: &'static str, $optimizer: O) $body
            }
            visit_all(&mut Test);
        }
    };
}

every_optimizer!(is_listed, name, _optimizer => {
    assert!(NAMES.contains(&name));
});

every_optimizer!(defaults_are_in_bounds, name, optimizer => {
    assert!(Optimizer::<f32>::check(&optimizer).is_ok() && Optimizer::<f64>::check(&optimizer).is_ok(), "{name}");
});

every_optimizer!(refuses_a_bad_learning_rate, _name, optimizer => {
    for rate in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        let mut optimizer = optimizer;
        Optimizer::<f64>::set_learning_rate(&mut optimizer, rate);
        assert_refuses(&optimizer, "learning_rate", rate, "> 0 and finite");
    }
});

every_optimizer!(the_default_goes_downhill, name, optimizer => {
    let curves = [1.0, 3.0, 10.0];
    let gradient = |p: &[f64]| p.iter().zip(curves).map(|(p, curve)| curve * (p - 1.0)).collect();
    let height = |p: &[f64]| p.iter().zip(curves).map(|(p, curve)| 0.5 * curve * (p - 1.0) * (p - 1.0)).sum::<f64>();
    let mut last = height(&[5.0, -3.0, 0.5]);
    for steps in [10, 100, 1000] {
        let found = height(&minimise(optimizer, 1.0, &[5.0, -3.0, 0.5], steps, gradient));
        assert!(found < last, "{name}: {found} after {steps} steps, {last} before");
        last = found;
    }
});

every_optimizer!(finds_the_bottom_of_a_bowl, name, optimizer => {
    let found = minimise(optimizer, haste(name), &[5.0, -3.0, 0.5], 30_000, |p| {
        p.iter().zip([1.0, 3.0, 10.0]).map(|(p, curve)| curve * (p - 1.0)).collect()
    });
    assert!(found.iter().all(|p| (p - 1.0).abs() < 1e-3), "{name}: {found:?}");
});

every_optimizer!(
    /// Rosenbrock's function, `(1 − x)² + 100·(y − x²)²`: a bent valley with its bottom at (1, 1).
    finds_the_end_of_rosenbrocks_valley, name, optimizer => {
    let found = minimise(optimizer, haste(name), &[-1.2, 1.0], 100_000, |p| {
        let (x, off) = (p[0], p[1] - p[0] * p[0]);
        vec![-2.0 * (1.0 - x) - 400.0 * x * off, 200.0 * off]
    });
    assert!(found.iter().all(|p| (p - 1.0).abs() < 1e-2), "{name}: {found:?}");
});

every_optimizer!(
    #[allow(clippy::float_cmp, reason = "not one bit may change")]
    a_zero_gradient_moves_nothing, name, optimizer => {
    let mut state = vec![0.0; <O as Optimizer<f64>>::SLOTS];
    for count in 1..10 {
        assert_eq!(step(&optimizer, count, 1.5, 0.0, &mut state, false), 1.5, "{name}");
    }
});

every_optimizer!(zero_gradients_leave_numbers, name, optimizer => {
    let (mut narrow, mut wide) = ([0.0_f32, 1.0], [0.0, 1.0]);
    let mut narrow_state = vec![0.0; 2 * <O as Optimizer<f32>>::SLOTS];
    let mut wide_state = vec![0.0; 2 * <O as Optimizer<f64>>::SLOTS];
    for count in 1..200 {
        // Gradients at first, so that averages and velocities fade.
        let gradient = if count < 10 { 0.5 } else { 0.0 };
        optimizer.update(count, &mut narrow, &[0.0, gradient as f32], &mut narrow_state, true);
        optimizer.update(count, &mut wide, &[0.0, gradient], &mut wide_state, true);
    }
    assert!(narrow.iter().all(|p| p.is_finite()) && wide.iter().all(|p| p.is_finite()), "{name}");
});

/// What a dead unit leaves of its gradients must not stay subnormal: each step would take many times as long.
fn leaves_nothing_subnormal<O: Optimizer<f32>>(name: &str, optimizer: &O) {
    let mut state = vec![0.0; O::SLOTS];
    for count in 1..100_000 {
        optimizer.update(count, &mut [1.0], &[if count < 10 { 1e-3 } else { 0.0 }], &mut state, false);
    }
    assert!(!state.iter().any(|value| value.is_subnormal()), "{name}: {state:?}");
}

every_optimizer!(dead_units_leave_nothing_subnormal, name, optimizer => {
    leaves_nothing_subnormal(name, &optimizer);
});

#[test]
fn dead_units_leave_nothing_subnormal_with_momentum() {
    for nesterov in [false, true] {
        leaves_nothing_subnormal("sgd", &Sgd { momentum: 0.9, nesterov, ..Sgd::default() });
    }
    leaves_nothing_subnormal("rmsprop", &RmsProp { centered: true, momentum: 0.9, ..RmsProp::default() });
}

every_optimizer!(an_empty_tensor_is_fine, _name, optimizer => {
    Optimizer::<f32>::update(&optimizer, 1, &mut [], &[], &mut [], true);
});

every_optimizer!(the_learning_rate_counts_at_once, name, optimizer => {
    let mut faster = optimizer;
    let rate = Optimizer::<f64>::learning_rate(&optimizer);
    Optimizer::<f64>::set_learning_rate(&mut faster, 2.0 * rate);
    let mut state = vec![0.0; <O as Optimizer<f64>>::SLOTS];
    let before = step(&optimizer, 1, 0.0, 1.0, &mut state, false);
    let (slow, fast) = (
        step(&optimizer, 2, before, 1.0, &mut state.clone(), false) - before,
        step(&faster, 2, before, 1.0, &mut state, false) - before,
    );
    assert!((fast - 2.0 * slow).abs() <= 1e-12 * fast.abs() && slow < 0.0, "{name}: {slow} {fast}");
});

/// A prepared update is as any other, also with another learning rate than it was prepared with.
#[allow(clippy::float_cmp, reason = "not one bit may change")]
fn may_be_prepared<O: Rule + Optimizer<f64>>(name: &str, optimizer: O) {
    for number in [1, 2, 7, 64, 1000] {
        let mut faster = optimizer;
        faster.set_learning_rate(0.5);
        let state = vec![0.25; <O as Optimizer<f64>>::SLOTS];
        let expected = step(&faster, number, 1.5, -0.75, &mut state.clone(), true);
        for prepared in [optimizer.prepare(number), Prepared::new(number)] {
            let mut parameters = [1.5];
            faster.update_prepared(&prepared, &mut parameters, &[-0.75], &mut state.clone(), true);
            assert_eq!((parameters, prepared.step()), ([expected], number), "{name}");
        }
    }
}

#[test]
fn steps_may_be_prepared() {
    struct Test;
    impl Visitor for Test {
        fn visit<O: Rule + Optimizer<f32> + Optimizer<f64>>(&mut self, name: &'static str, optimizer: O) {
            may_be_prepared(name, optimizer);
        }
    }
    visit_all(&mut Test);
    visit_decaying(&mut Test);
}

every_optimizer!(both_scalars_agree, name, optimizer => {
    let narrow = walk::<f32, O>(Level::PORTABLE, optimizer);
    let wide = walk::<f64, O>(Level::PORTABLE, optimizer);
    for (narrow, wide) in narrow.iter().zip(&wide) {
        assert!((f64::from(*narrow) - wide).abs() < 1e-5, "{name}: {narrow} {wide}");
    }
});

/// All instruction sets give what the portable code gives, but for rounding.
fn agrees_on_all_levels<R: Rule>(name: &str, rule: R) {
    let reference = walk::<f64, R>(Level::PORTABLE, rule);
    for level in Level::available() {
        for (found, reference) in walk::<f64, R>(level, rule).iter().zip(&reference) {
            assert!((found - reference).abs() < 1e-12, "{name} on {}: {found} {reference}", level.name());
        }
        for (found, reference) in walk::<f32, R>(level, rule).iter().zip(&reference) {
            assert!((f64::from(*found) - reference).abs() < 1e-5, "{name} on {}: {found} {reference}", level.name());
        }
    }
}

#[test]
fn instruction_sets_agree() {
    struct Test;
    impl Visitor for Test {
        fn visit<O: Rule + Optimizer<f32> + Optimizer<f64>>(&mut self, name: &'static str, optimizer: O) {
            agrees_on_all_levels(name, optimizer);
        }
    }
    visit_all(&mut Test);
    visit_decaying(&mut Test);
}

#[test]
fn instruction_sets_agree_on_variants() {
    const DECAY: f64 = 0.1;
    for (centered, momentum) in [(false, 0.0), (false, 0.9), (true, 0.0), (true, 0.9)] {
        // Where a variance is all but 0, rounding decides.
        let rule = RmsProp { centered, momentum, weight_decay: DECAY, epsilon: 1e-2, ..RmsProp::default() };
        agrees_on_all_levels("rmsprop", rule);
    }
    for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
        agrees_on_all_levels("sgd", Sgd { momentum, nesterov, weight_decay: DECAY, ..Sgd::default() });
    }
}

every_optimizer!(lengths_must_agree, name, optimizer => {
    let slots = <O as Optimizer<f32>>::SLOTS;
    let len = 5000;
    for (gradients, state) in [(len - 1, slots * len), (len + 1, slots * len), (4096, slots * len), (len, slots * len + 1)] {
        let update = || {
            let (gradients, mut state) = (vec![0.0; gradients], vec![0.0; state]);
            Optimizer::<f32>::update(&optimizer, 1, &mut vec![0.0; len], &gradients, &mut state, true);
        };
        let message = std::panic::catch_unwind(core::panic::AssertUnwindSafe(update)).expect_err(name);
        let message = message.downcast_ref::<String>().expect("a text");
        assert!(message.contains("for 5000 parameters"), "{name}: {message}");
    }
});

every_optimizer!(the_same_steps_give_the_same_bits, name, optimizer => {
    for level in Level::available() {
        assert_eq!(walk::<f32, O>(level, optimizer), walk::<f32, O>(level, optimizer), "{name}");
    }
});

every_optimizer!(
    /// In parts as a whole, to the bit, where the rule says so; with another result where it does not.
    element_by_element_or_not, name, optimizer => {
    let gradients: Vec<Vec<f32>> = (0..20).map(|seed| {
        let mut random = Random::new(seed);
        (0..600).map(|_| random.normal() as f32).collect()
    }).collect();
    let run = |part: usize| {
        let mut parameters: Vec<f32> = (0..600).map(|i| 0.01 * i as f32 - 1.0).collect();
        let mut first = 0;
        for parameters in parameters.chunks_mut(part) {
            let place = first..first + parameters.len();
            let mut state = vec![0.0; <O as Optimizer<f32>>::SLOTS * parameters.len()];
            for (step, gradients) in (1..).zip(&gradients) {
                optimizer.update(step, parameters, &gradients[place.clone()], &mut state, true);
            }
            first = place.end;
        }
        parameters
    };
    // Pieces and what is left, and what is left alone.
    assert_eq!(run(600) == run(10), <O as Optimizer<f32>>::ELEMENTWISE, "{name}");
});
