//! What the compiler checks for a declaration, and the sentence it says where it does not hold: with both numbers.

/// A text that a constant can write.
struct Text {
    bytes: [u8; Self::LONGEST],
    len: usize,
}

impl Text {
    const LONGEST: usize = 1024;
    const EMPTY: Self = Self { bytes: [0; Self::LONGEST], len: 0 };

    /// What does not fit is left out.
    const fn push(mut self, text: &str) -> Self {
        let (text, mut i) = (text.as_bytes(), 0);
        if self.len + text.len() <= self.bytes.len() {
            while i < text.len() {
                self.bytes[self.len + i] = text[i];
                i += 1;
            }
            self.len += text.len();
        }
        self
    }

    const fn push_number(self, number: usize) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let front = if number > 9 { self.push_number(number / 10) } else { self };
        front.push(DIGITS[number % 10])
    }

    /// Panics with the text, or with `what` where it is none.
    #[track_caller]
    const fn fail(self, what: &str) -> ! {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("{}", what),
        }
    }

    /// With up to six decimals.
    const fn push_real(self, number: f64) -> Self {
        const LARGE: f64 = 4e9;
        const UNIT: usize = 1_000_000;
        if number.is_nan() {
            return self.push("not a number");
        }
        if number >= LARGE || number <= -LARGE {
            return self.push(if number > 0.0 { "above 4e9" } else { "below -4e9" });
        }
        let (front, number) = if number < 0.0 { (self.push("-"), -number) } else { (self, number) };
        let (mut whole, mut digits) =
            (number as usize, ((number - number as usize as f64) * UNIT as f64 + 0.5) as usize);
        if digits == UNIT {
            (whole, digits) = (whole + 1, 0);
        }
        let (mut text, mut unit) = (front.push_number(whole), UNIT / 10);
        if digits > 0 {
            text = text.push(".");
        }
        while digits > 0 {
            text = text.push_number(digits / unit);
            (digits, unit) = (digits % unit, unit / 10);
        }
        text
    }

    /// `name = number`, or the number of what has no name.
    const fn push_named(self, name: &str, number: usize) -> Self {
        let front = if name.is_empty() { self } else { self.push(name).push(" = ") };
        front.push_number(number)
    }
}

/// Checks in a constant that two sizes are the same; `what` is the fault where they are not, the numbers follow it, and then
/// comes what stands `below`.
///
/// # Panics
///
/// Where they differ: that is the message of the compiler.
#[track_caller]
pub const fn same(sizes: [usize; 2], names: [&str; 2], what: &str, below: &str) {
    // Of a size that an author wrote, and that is 0, its own check complains.
    let is_told = sizes[0] == 0 && !names[0].is_empty() || sizes[1] == 0 && !names[1].is_empty();
    if sizes[0] == sizes[1] || is_told {
        return;
    }
    let [first, second] = if names[0].is_empty() { [1, 0] } else { [0, 1] };
    let between = if names[second].is_empty() { ", not " } else { ", " };
    let text = Text::EMPTY.push(what).push(": ").push_named(names[first], sizes[first]);
    let text = text.push(between).push_named(names[second], sizes[second]);
    text.push(below).fail(what);
}

/// Checks in a constant that what an author wrote is a size; `what` is the fault where it is none, the number follows it, and then
/// comes what stands `below`.
///
/// # Panics
///
/// Where it is 0, or above what literals are allowed: that is the message of the compiler.
#[track_caller]
pub const fn size(written: usize, what: &str, below: &str) {
    if size_or_none(written) == 0 {
        Text::EMPTY.push(what).push_number(written).push(below).fail(what);
    }
}

/// The size, or 0 for what is none: whatever is computed of it does not overflow, and says nothing.
pub const fn size_or_none(written: usize) -> usize {
    if written as u64 > u32::MAX as u64 { 0 } else { written }
}

/// Checks in a constant that a number is within its bound; `what` is the fault where it is not, then come the number and what
/// stands `below`.
///
/// # Panics
///
/// Where it is not: that is the message of the compiler.
#[track_caller]
pub const fn within(holds: bool, number: f64, what: &str, below: &str) {
    if !holds {
        Text::EMPTY.push(what).push_real(number).push(below).fail(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sizes_say_nothing() {
        same([8, 8], ["N", ""], "never said", "");
        same([0, 8], ["N", ""], "never said", "");
    }

    #[test]
    #[should_panic(expected = "`dense1` gives [N], but [1024] is asserted: N = 90, not 1024\n  = help: write")]
    fn a_number_stands_behind_its_name() {
        same([90, 1024], ["N", ""], "`dense1` gives [N], but [1024] is asserted", "\n  = help: write");
    }

    #[test]
    #[should_panic(expected = "differ: N = 1, M = 7")]
    fn both_have_names() {
        same([1, 7], ["N", "M"], "differ", "");
    }

    #[test]
    #[should_panic(expected = "differ: 4, not 0")]
    fn what_has_no_name_may_be_none() {
        same([0, 4], ["", ""], "differ", "");
    }

    #[test]
    #[should_panic(expected = "differ: M = 7, not 4")]
    fn the_name_comes_first() {
        same([4, 7], ["", "M"], "differ", "");
    }

    #[test]
    #[should_panic(expected = "`N` is no size: 0\n  = help: more")]
    fn no_size_is_zero() {
        size(1, "never said", "");
        size(0, "`N` is no size: ", "\n  = help: more");
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    #[should_panic(expected = "`N` is no size: 4294967296")]
    fn no_size_is_above_32_bits() {
        size(u32::MAX as usize, "never said", "");
        assert_eq!([size_or_none(7), size_or_none(1 << 32)], [7, 0]);
        size(1 << 32, "`N` is no size: ", "");
    }

    #[test]
    #[should_panic(expected = "`p` is 1.05\n  = help: less")]
    fn a_number_and_a_help() {
        within(true, 0.5, "never said", "");
        within(false, 1.05, "`p` is ", "\n  = help: less");
    }

    #[test]
    fn numbers_are_written_as_decimals() {
        let written = |number| {
            let text = Text::EMPTY.push_real(number);
            core::str::from_utf8(&text.bytes[..text.len]).expect("text").parse::<f64>()
        };
        for number in [0.0, 1.0, -0.5, 0.000_001, 12.75, -3.062_5, 1.999_999_9, 3e9] {
            let found = written(number).expect("a number");
            assert!((found - number).abs() <= 5e-7, "{number}: {found}");
        }
        assert!(written(f64::NAN).is_err() && written(f64::INFINITY).is_err());
    }
}
