//! Colours that people with any colour vision can tell apart.
//!
//! Series have the colours of Okabe and Ito, "Color universal design", 2008, without black and yellow, which vanish on
//! one of both grounds; amounts have viridis (van der Walt and Smith, 2015), which grows steadily lighter.

/// A colour, or the ink and the paper of whoever shows the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color {
    pub(super) tone: Tone,
    pub(super) opacity: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Ink,
    Paper,
    Rgb([u8; 3]),
}

/// Blue, vermilion, bluish green, reddish purple, orange, sky blue.
const SERIES: [[u8; 3]; 6] =
    [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233]];

/// Viridis at nine equal steps.
const AMOUNTS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

impl Color {
    /// What text is written in: dark on white, light on a dark page.
    pub const INK: Self = Self { tone: Tone::Ink, opacity: 1.0 };
    /// What lies behind.
    pub const PAPER: Self = Self { tone: Tone::Paper, opacity: 1.0 };

    /// A colour by red, green and blue.
    pub const fn rgb(rgb: [u8; 3]) -> Self {
        Self { tone: Tone::Rgb(rgb), opacity: 1.0 }
    }

    /// The colour of a series by its number; there are six, then they begin anew.
    pub const fn series(number: usize) -> Self {
        Self::rgb(SERIES[number % SERIES.len()])
    }

    /// How many series have colours of their own.
    pub(super) const SERIES: usize = SERIES.len();

    /// The colour of an amount from 0, dark, to 1, light; what is no number is grey.
    pub fn amount(share: f64) -> Self {
        Self::rgb(amount(share))
    }

    /// The same, so much of it: 0 is nothing, 1 all.
    #[must_use]
    pub const fn opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// [`Color::amount`] as red, green and blue.
pub(super) fn amount(share: f64) -> [u8; 3] {
    if share.is_nan() {
        return [150; 3];
    }
    let place = share.clamp(0.0, 1.0) * (AMOUNTS.len() - 1) as f64;
    let step = (place as usize).min(AMOUNTS.len() - 2);
    mix(AMOUNTS[step], AMOUNTS[step + 1], place - step as f64)
}

/// `share` of the way from one colour to another.
pub(super) fn mix(from: [u8; 3], to: [u8; 3], share: f64) -> [u8; 3] {
    std::array::from_fn(|i| (f64::from(from[i]) + share * (f64::from(to[i]) - f64::from(from[i]))).round() as u8)
}

/// Black or white, whichever is read better on a colour.
pub(super) fn text_on(rgb: [u8; 3]) -> Color {
    let [r, g, b] = rgb.map(f64::from);
    if 0.299 * r + 0.587 * g + 0.114 * b > 140.0 { Color::rgb([20; 3]) } else { Color::rgb([255; 3]) }
}

#[cfg(test)]
mod tests {
    use super::{Color, amount, text_on};

    #[test]
    fn amounts_run_from_dark_to_light() {
        assert_eq!(amount(0.0), [68, 1, 84]);
        assert_eq!(amount(2.0), [253, 231, 37]);
        assert_eq!(amount(f64::NAN), [150; 3]);
        assert_eq!(text_on(amount(0.0)), Color::rgb([255; 3]));
        assert_eq!(text_on(amount(1.0)), Color::rgb([20; 3]));
    }
}
