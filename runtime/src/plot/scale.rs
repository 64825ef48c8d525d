//! From numbers to places on an axis, and the numbers to write beside it.

use std::string::{String, ToString};
use std::vec::Vec;

/// A range of numbers and how they lie on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) log: bool,
    /// Ticks are whole numbers.
    pub(super) whole: bool,
}

impl Scale {
    /// Around all numbers that can be shown, with `margin` of the range to spare at each end. Without any, 0 to 1, of a
    /// logarithm 0.1 to 1.
    pub(super) fn around(values: impl IntoIterator<Item = f64>, log: bool, margin: f64) -> Self {
        let shown = values.into_iter().filter(|value| value.abs() < 1e300 && (!log || *value > 1e-300));
        let ends = shown.fold(None, |ends: Option<(f64, f64)>, value| {
            let (low, high) = ends.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        });
        let (low, high) = ends.unwrap_or(if log { (0.1, 1.0) } else { (0.0, 1.0) });
        if log {
            let (low, high) = (low.log10(), high.log10());
            let spare = if high - low < 1e-9 { 0.5 } else { margin * (high - low) };
            return Self { low: 10_f64.powf(low - spare), high: 10_f64.powf(high + spare), log, whole: false };
        }
        let narrow = high - low <= 1e-12 * low.abs().max(high.abs());
        let spare = match (narrow, low.abs()) {
            (false, _) => margin * (high - low),
            (true, size) if size > 0.0 => 0.5 * size,
            (true, _) => 0.5,
        };
        Self { low: low - spare, high: high + spare, log, whole: false }
    }

    /// Exactly from one number to another, if that is a range.
    pub(super) fn between(low: f64, high: f64) -> Self {
        Self::around([low, high], false, 0.0)
    }

    /// With ticks at whole numbers alone, for what is counted.
    pub(super) fn whole(self, whole: bool) -> Self {
        Self { whole, ..self }
    }

    /// Where a number lies, from 0 to 1 within the range; no number for what cannot be shown.
    pub(super) fn place(&self, value: f64) -> f64 {
        if self.log {
            if value > 0.0 { (value / self.low).ln() / (self.high / self.low).ln() } else { f64::NAN }
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// About `count` round numbers within the range, and how they are written.
    pub(super) fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        if self.log { self.log_ticks(count) } else { self.linear_ticks(count) }
    }

    fn linear_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let rough = (self.high - self.low) / count.max(1) as f64;
        let rough = if self.whole { rough.max(1.0) } else { rough };
        let power = 10_f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
        let widest = steps.into_iter().find(|step| *step >= rough * 0.999).unwrap_or(10.0 * power);
        // A step that is wider than the range may have no multiple in it, where a finer one has.
        let fitting = steps.into_iter().rev().filter(|step| *step <= widest).find_map(|step| {
            let (first, last) = ((self.low / step - 1e-9).ceil(), (self.high / step + 1e-9).floor());
            (0.0..=100.0).contains(&(last - first)).then_some((step, first, last - first))
        });
        let Some((step, first, others)) = fitting else { return Vec::new() };
        let numbers = (0..=others as usize).map(|index| (first + index as f64) * step);
        numbers.map(|value| (value, label(value, step))).collect()
    }

    fn log_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let (low, high) = (self.low.log10(), self.high.log10());
        let decades = high - low;
        if decades < 1.2 {
            // Too few powers of ten to read anything from.
            let digits: &[f64] =
                if decades < 0.35 { &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0] } else { &[1.0, 2.0, 5.0] };
            let powers = low.floor() as i32..=high.floor() as i32;
            let numbers = powers.flat_map(|power| digits.iter().map(move |digit| (digit * 10_f64.powi(power), power)));
            let shown = numbers.filter(|(value, _)| (-1e-9..=1.0 + 1e-9).contains(&self.place(*value)));
            return shown.map(|(value, power)| (value, label(value, 10_f64.powi(power - 1)))).collect();
        }
        let every = (decades / count.max(1) as f64).ceil().max(1.0) as i32;
        let powers = (low - 1e-9).ceil() as i32..=(high + 1e-9).floor() as i32;
        powers.filter(|power| power % every == 0).map(|power| (10_f64.powi(power), power_of_ten(power))).collect()
    }
}

/// A number with the decimals that steps of `step` need.
fn label(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if value.abs() >= 1e6 || value.abs() < 1e-4 {
        return scientific(value);
    }
    let decimals = (-step.log10() - 1e-9).ceil().clamp(0.0, 8.0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}

/// 2×10⁻⁵
fn scientific(value: f64) -> String {
    let text = format!("{value:.1e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = digits.trim_end_matches(".0").replace('-', "−");
    let power = power.parse().unwrap_or(0);
    let digits = if digits.ends_with('1') && !digits.contains('.') { digits.replace('1', "") } else { digits + "×" };
    format!("{digits}10{}", raised(power))
}

fn power_of_ten(power: i32) -> String {
    match power {
        -3..=-1 => format!("{:.*}", power.unsigned_abs() as usize, 10_f64.powi(power)),
        0..=4 => 10_u32.pow(power.unsigned_abs()).to_string(),
        _ => format!("10{}", raised(power)),
    }
}

/// A power, written in small.
fn raised(power: i32) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        c => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][c.to_digit(10).unwrap_or(0) as usize],
    };
    power.to_string().chars().map(digit).collect()
}

/// A number for people: four digits at most.
pub(crate) fn short(value: f64) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞".into() } else { "−∞".into() };
    }
    if value == 0.0 {
        return "0".into();
    }
    if (1e-3..1e5).contains(&value.abs()) {
        let decimals = (3 - value.abs().max(1e-3).log10().floor() as i32).clamp(0, 4) as usize;
        let text = format!("{value:.decimals$}");
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        return text.replace('-', "−");
    }
    scientific(value)
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::{Scale, short};

    fn labels(scale: Scale) -> Vec<String> {
        scale.ticks(5).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(Scale::between(0.0, 1.0)), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(labels(Scale::between(-3.0, 17.0)), ["0", "5", "10", "15"]);
        assert_eq!(labels(Scale::between(-2e-5, 2e-5)), ["−2×10⁻⁵", "−10⁻⁵", "0", "10⁻⁵", "2×10⁻⁵"]);
        assert_eq!(labels(Scale::around([1e-6, 100.0], true, 0.0)), ["10⁻⁶", "10⁻⁴", "0.01", "1", "100"]);
        assert_eq!(labels(Scale::around([0.3, 0.8], true, 0.0)), ["0.5"]);
        assert_eq!(labels(Scale::between(1.0, 3.0).whole(true)), ["1", "2", "3"]);
    }

    #[test]
    fn every_axis_has_ticks_and_all_lie_on_it() {
        for (low, high) in [(5.3, 9.4), (0.51, 0.72), (-9.7, -5.3), (0.0, 1.0), (1e6, 1e6 + 0.3), (-1e-7, 3e-7)] {
            for count in 0..=9 {
                let ticks = Scale::between(low, high).ticks(count);
                let inside = ticks.iter().all(|(value, _)| (low..=high).contains(value));
                assert!(inside && !ticks.is_empty(), "{low} to {high}, {count}: {ticks:?}");
            }
        }
        let labels =
            |scale: Scale, count| -> Vec<_> { scale.ticks(count).into_iter().map(|(_, label)| label).collect() };
        assert_eq!(labels(Scale::between(5.3, 9.4), 2), ["6", "8"]);
        assert_eq!(labels(Scale::between(0.51, 0.72), 1), ["0.6"]);
        assert_eq!(labels(Scale::between(1.2, 1.8).whole(true), 5), [""; 0]);
    }

    #[test]
    fn a_range_can_be_made_of_anything() {
        for values in [&[][..], &[f64::NAN], &[f64::INFINITY], &[0.0], &[-5.0], &[1e308, -1e308], &[1e-320]] {
            for log in [false, true] {
                let scale = Scale::around(values.iter().copied(), log, 0.05);
                assert!(scale.low < scale.high && scale.high.is_finite(), "{values:?} {scale:?}");
                assert!(scale.ticks(5).len() < 12);
            }
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        let texts = [-0.0, 0.98765, 12345.6, -0.000_02, f64::NAN, f64::NEG_INFINITY].map(short);
        assert_eq!(texts, ["0", "0.9877", "12346", "−2×10⁻⁵", "–", "−∞"].map(String::from));
    }
}
