//! Numbers that were measured several times, and what they say together.

use std::fmt;

use shapewise::report::Verdict;

/// A number measured once for each seed.
///
/// ```text
/// mean x̄ = Σ x / n        standard error = √(Σ (x − x̄)² / (n − 1) / n)
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Measured(Vec<f64>);

impl FromIterator<f64> for Measured {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl Measured {
    pub(crate) fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// The standard error of the mean.
    pub(crate) fn error(&self) -> f64 {
        let (mean, n) = (self.mean(), self.0.len() as f64);
        let squares: f64 = self.0.iter().map(|value| (value - mean).powi(2)).sum();
        if n > 1.0 { (squares / (n - 1.0) / n).sqrt() } else { 0.0 }
    }

    /// Whether this is smaller than `other`, run by run: the same seed made the same start and the same order.
    ///
    /// A difference within two standard errors is unclear. What blew up, infinite or not a number, counts as larger.
    pub(crate) fn below(&self, other: &Self) -> Verdict {
        let ends = |values: &Self| values.mean().is_finite();
        match (ends(self), ends(other)) {
            (true, false) => return Verdict::Holds,
            (false, true) => return Verdict::Fails,
            (false, false) => return Verdict::Unclear,
            (true, true) => {}
        }
        let differences: Self = self.0.iter().zip(&other.0).map(|(a, b)| b - a).collect();
        let (mean, margin) = (differences.mean(), 2.0 * differences.error());
        if mean.abs() <= margin { Verdict::Unclear } else { Verdict::of(mean > 0.0) }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ± {}", short(self.mean()), short(self.error()))
    }
}

/// All of them hold, or the worst there is.
pub(crate) fn all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let badness = |verdict: &Verdict| match verdict {
        Verdict::Holds => 0,
        Verdict::Unclear => 1,
        Verdict::Fails => 2,
    };
    verdicts.into_iter().max_by_key(badness).unwrap_or(Verdict::Unclear)
}

/// Three digits that count.
pub(crate) fn short(value: f64) -> String {
    let magnitude = value.abs();
    if !value.is_finite() {
        "∞".into()
    } else if magnitude == 0.0 {
        "0".into()
    } else if !(1e-3..1e4).contains(&magnitude) {
        format!("{value:.1e}")
    } else if magnitude >= 100.0 {
        format!("{value:.0}")
    } else if magnitude >= 10.0 {
        format!("{value:.1}")
    } else if magnitude >= 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Measured {
        values.iter().copied().collect()
    }

    #[test]
    fn the_error_is_that_of_the_mean() {
        let measured = of(&[1.0, 2.0, 3.0, 4.0]);
        // Variance 5/3, of the mean of four 5/12.
        assert!((measured.error() - (5.0_f64 / 12.0).sqrt()).abs() < 1e-15);
        assert_eq!(measured.to_string(), "2.50 ± 0.645");
    }

    #[test]
    fn runs_are_compared_in_pairs() {
        let (low, high) = (of(&[1.0, 5.0, 9.0]), of(&[1.2, 5.1, 9.3]));
        assert_eq!(low.below(&high), Verdict::Holds);
        assert_eq!(high.below(&low), Verdict::Fails);
        assert_eq!(low.below(&low), Verdict::Unclear);
        assert_eq!(of(&[1.0, 2.0]).below(&of(&[2.0, 1.0])), Verdict::Unclear);
        assert_eq!(low.below(&of(&[1.0, f64::INFINITY, 1.0])), Verdict::Holds);
    }

    #[test]
    fn the_worst_verdict_counts() {
        assert_eq!(all([Verdict::Holds, Verdict::Unclear]), Verdict::Unclear);
        assert_eq!(all([Verdict::Fails, Verdict::Unclear]), Verdict::Fails);
        assert_eq!(all([Verdict::Holds]), Verdict::Holds);
    }
}
