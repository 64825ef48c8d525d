//! A font of lines, for pictures made of pixels.
//!
//! ```text
//! a glyph   strokes, separated by spaces; a stroke is a list of points, a point two hexadecimal digits, x then y
//! y         0 top of capitals, 3 top of small letters, 9 base line, c bottom
//! unit      1/12 of the font's size
//! ```

use std::vec::Vec;

use super::scene::Point;

/// Units in the font's size.
const UNITS: f64 = 12.0;

/// The row of the base line.
const BASE: f64 = 9.0;

/// Units between glyphs.
const GAP: f64 = 2.1;

/// A character that has no glyph.
const MISSING: &str = "0060690900";

#[rustfmt::skip]
const GLYPHS: &[(char, &str)] = &[
    ('!', "1016 19"), ('"', "1013 3033"), ('#', "2019 5049 0363 0666"), ('$', "615010010314546568591908 3039"),
    ('%', "102031322313020110 566677786959484756 6019"), ('&', "691311203041420608193965"), ('\'', "1013"),
    ('(', "2012182a"), (')', "0012180a"), ('*', "3137 1355 1553"), ('+', "3238 0565"), (',', "190b"), ('-', "0545"),
    ('.', "09"), ('/', "0a50"),
    ('0', "204062674929070220"), ('1', "123039"), ('2', "0201105061630969"), ('3', "01105061635424 546568591908"),
    ('4', "49400666"), ('5', "600004546568591908"), ('6', "5020020819596865541405"), ('7', "006029"),
    ('8', "105061635414030110 1405081959686554"), ('9', "6455150401105061674919"),
    (':', "14 19"), (';', "14 190b"), ('<', "520558"), ('=', "0464 0767"), ('>', "025508"), ('?', "01104051532526 29"),
    ('@', "4323264643 46567472502002072959"),
    ('A', "093069 1656"), ('B', "00095968655404 0040515344"), ('C', "6240200207294967"), ('D', "00093967623000"),
    ('E', "60000969 0454"), ('F', "600009 0454"), ('G', "62402002072949676535"), ('H', "0009 6069 0464"), ('I', "0009"),
    ('J', "5057392907"), ('K', "0009 6005 2369"), ('L', "000969"), ('M', "0900356069"), ('N', "09006960"),
    ('O', "205072775929070220"), ('P', "09005061645505"), ('Q', "205072775929070220 5679"), ('R', "09005061645505 3569"),
    ('S', "615010010314546568591908"), ('T', "0060 3039"), ('U', "000729496760"), ('V', "003960"), ('W', "0029426980"),
    ('X', "0069 6009"), ('Y', "003460 3439"), ('Z', "00600969"),
    ('[', "20000a2a"), ('\\', "005a"), (']', "00202a0a"), ('^', "032043"), ('_', "0a6a"), ('`', "0012"),
    ('a', "5359 5443130408194958"), ('b', "0009 0413435458491908"), ('c', "5443130408194958"),
    ('d', "5059 5443130408194958"), ('e', "06565443130408194958"), ('f', "30201119 0333"),
    ('g', "535b4c1c0b 5443130408194958"), ('h', "0009 0413435459"), ('i', "0309 01"), ('j', "232b1c0c 21"),
    ('k', "0009 5307 2559"), ('l', "0009"), ('m', "0309 0413334449 4453738489"), ('n', "0309 0413435459"),
    ('o', "134354584919080413"), ('p', "030c 0413435458491908"), ('q', "535c 5443130408194958"), ('r', "0309 052343"),
    ('s', "544313040516465758491908"), ('t', "11182939 0333"), ('u', "0308194958 5359"), ('v', "033963"),
    ('w', "0329446983"), ('x', "0359 5309"), ('y', "0339 63391c"), ('z', "03530959"),
    ('{', "302011140516192a3a"), ('|', "000b"), ('}', "001021243526291a0a"), ('~', "061525465665"),
    ('×', "1458 5418"), ('−', "0565"), ('–', "0565"), ('—', "0595"), ('±', "3137 0464 0868"), ('·', "05"),
    ('…', "09 39 69"), ('→', "0575 537557"), ('≤', "510457 0959"), ('≥', "015407 0959"), ('≈', "041323445463 071626475766"),
    ('≠', "0464 0767 5119"), ('∞', "452313040617274563738486776745"), ('‖', "000a 202a"), ('√', "0515396080"),
    ('∇', "00603900"), ('∂', "112040515849190805144455"), ('°', "102031322313020110"),
    ('α', "6339190804133369"), ('β', "0c01104051534424 4455584909"), ('γ', "0339 63393c"),
    ('δ', "134354584919080413 41201143"), ('ε', "54431304051636 160708194958"), ('η', "0309 041343545c"),
    ('θ', "203052573929070220 0555"), ('λ', "001069 3409"), ('μ', "030c 08194958 5359"), ('π', "0363 1319 5359"),
    ('ρ', "0c0413435458491908"), ('σ', "134354584919080413 4363"), ('τ', "0353 23283949"), ('φ', "134354584919080413 203c"),
    ('Δ', "30096930"), ('Σ', "6000340969"),
];

/// Powers are digits in small at the top, indices at the bottom.
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₋";
const IN_SMALL: &str = "0123456789−";

/// How a character is drawn.
struct Glyph {
    strokes: &'static str,
    /// Its size beside that of others.
    scale: f64,
    /// Units that it lies below its place.
    below: f64,
}

fn glyph(c: char) -> Glyph {
    let small = |list: &str| Some(IN_SMALL.chars().nth(list.chars().position(|known| known == c)?).unwrap_or(c));
    let (c, scale, below) = match (small(RAISED), small(LOWERED)) {
        (Some(digit), _) => (digit, 0.6, 0.0),
        (_, Some(digit)) => (digit, 0.6, 5.0),
        _ => (c, 1.0, 0.0),
    };
    Glyph {
        strokes: GLYPHS.iter().find(|(known, _)| *known == c).map_or(MISSING, |(_, strokes)| strokes),
        scale,
        below,
    }
}

/// The points of a stroke, in units.
fn points(stroke: &str) -> impl Iterator<Item = Point> {
    let digit = |byte: u8| f64::from(char::from(byte).to_digit(16).unwrap_or(0));
    stroke.as_bytes().chunks_exact(2).map(move |pair| (digit(pair[0]), digit(pair[1])))
}

/// From the beginning of a character to that of the next, in units.
fn advance(c: char) -> f64 {
    if c == ' ' {
        return 4.0;
    }
    let Glyph { strokes, scale, .. } = glyph(c);
    let right = strokes.split(' ').flat_map(points).map(|(x, _)| x).fold(0.0, f64::max);
    scale * right + GAP
}

/// The width of a text.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let units: f64 = text.chars().map(advance).sum();
    (units - GAP).max(0.0) * size / UNITS
}

/// The strokes of a text that begins at the origin of its base line.
pub(super) fn strokes(text: &str, size: f64) -> Vec<Vec<Point>> {
    let unit = size / UNITS;
    let mut strokes = Vec::new();
    let mut left = 0.0;
    for c in text.chars() {
        if c != ' ' {
            let Glyph { strokes: list, scale, below } = glyph(c);
            let place = |(x, y): Point| (unit * (left + scale * x), unit * (scale * y + below - BASE));
            strokes.extend(list.split(' ').map(|stroke| points(stroke).map(place).collect()));
        }
        left += advance(c);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::{GLYPHS, MISSING, glyph, strokes, width};

    #[test]
    fn every_printable_character_has_a_glyph() {
        for c in ('!'..='~').chain("×−±→⁻⁹₀ηβ".chars()) {
            assert_ne!(glyph(c).strokes, MISSING, "{c}");
        }
        assert_eq!(glyph('漢').strokes, MISSING);
    }

    #[test]
    fn glyphs_are_pairs_of_digits_within_the_line() {
        for (c, glyph) in GLYPHS {
            for stroke in glyph.split(' ') {
                assert!(!stroke.is_empty() && stroke.len() % 2 == 0, "{c}: {stroke}");
                let in_line = |pair: &[u8]| char::from(pair[1]).to_digit(16).is_some_and(|y| y <= 12);
                assert!(stroke.as_bytes().chunks(2).all(in_line), "{c}: {stroke}");
            }
        }
    }

    #[test]
    fn widths_add_up() {
        assert!(width("", 12.0).abs() < 1e-12);
        assert!((width("HH", 12.0) - 14.1).abs() < 1e-12);
        assert_eq!(strokes("i l", 12.0).len(), 3);
    }
}
