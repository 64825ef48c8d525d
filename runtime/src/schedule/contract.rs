//! What every schedule must do, tested for all of them.

use super::{Error, Memory, NAMES, Per, Schedule, check, visit_all};

/// The rates of the first units, without anything heard.
pub(super) fn rates(schedule: &dyn Schedule, base: f64, units: u64) -> Vec<f64> {
    (0..units).map(|at| schedule.rate(base, at, &Memory::default())).collect()
}

/// The message names the parameter, its value and its bound.
pub(super) fn assert_refuses(schedule: &dyn Schedule, name: &str, value: f64, bound: &str) {
    let message = schedule.check().expect_err("out of bounds").to_string();
    assert_eq!(message, format!("{name} is {value}, but must be {bound}"));
}

#[test]
fn every_schedule_is_listed_once_and_in_order() {
    let mut names = Vec::new();
    visit_all(&mut |name, _| names.push(name));
    assert_eq!(names, NAMES);
    names.dedup();
    assert!(names.is_sorted() && names.len() == NAMES.len());
}

#[test]
fn defaults_are_in_bounds_and_give_rates_an_optimizer_takes() {
    visit_all(&mut |name, schedule| {
        schedule.check().expect(name);
        let units = schedule.length().unwrap_or(300);
        assert!(rates(schedule, 0.1, units).iter().all(|rate| *rate > 0.0 && rate.is_finite()), "{name}");
    });
}

#[test]
fn the_same_count_gives_the_same_bits_in_any_order() {
    visit_all(&mut |name, schedule| {
        let forward = rates(schedule, 0.1, 50);
        let backward = (0..50).rev().map(|at| schedule.rate(0.1, at, &Memory::default()));
        assert!(backward.eq(forward.into_iter().rev()), "{name}");
    });
}

#[test]
fn far_counts_give_numbers() {
    visit_all(&mut |name, schedule| {
        for at in [1 << 20, 1 << 53, u64::MAX] {
            assert!(!schedule.rate(0.1, at, &Memory::default()).is_nan(), "{name} at {at}");
        }
    });
}

#[test]
fn heard_losses_change_no_rate_below_zero() {
    visit_all(&mut |name, schedule| {
        let mut memory = Memory::default();
        for (at, loss) in (0..40).zip([1.0, 2.0, f64::NAN, f64::INFINITY, -1.0].iter().cycle()) {
            schedule.observe(0.1, *loss, &mut memory);
            assert!(schedule.rate(0.1, at, &memory) >= 0.0, "{name}");
            assert!(memory.iter().all(|value| !value.is_nan()), "{name}");
        }
    });
}

#[test]
fn a_schedule_shorter_than_the_run_is_named_with_both_lengths() {
    visit_all(&mut |name, schedule| {
        for (per, unit) in [(Per::Step, "steps"), (Per::Epoch, "epochs")] {
            let Some(lasts) = schedule.length() else {
                check(schedule, per, u64::MAX).expect(name);
                continue;
            };
            check(schedule, per, lasts).expect(name);
            let error = check(schedule, per, lasts + 1).expect_err(name);
            assert!(matches!(error, Error::ShortSchedule { lasts: l, run, .. } if l == lasts && run == lasts + 1));
            let expected = format!("the schedule lasts {lasts} {unit}, but the run has {}", lasts + 1);
            assert_eq!(error.to_string(), expected, "{name}");
        }
    });
}
