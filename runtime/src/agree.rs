//! What the compiler checks for a declaration, and the sentence it says where it does not hold: with both numbers.

/// A text that a constant can write.
struct Text {
    bytes: [u8; 512],
    len: usize,
}

impl Text {
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

    /// `name = number`, or the number of what has no name.
    const fn push_named(self, name: &str, number: usize) -> Self {
        let front = if name.is_empty() { self } else { self.push(name).push(" = ") };
        front.push_number(number)
    }
}

/// Checks in a constant that two sizes are the same; `what` is the fault where they are not, and the numbers follow it.
///
/// # Panics
///
/// Where they differ: that is the message of the compiler.
#[track_caller]
pub const fn same(sizes: [usize; 2], names: [&str; 2], what: &str) {
    if sizes[0] == sizes[1] {
        return;
    }
    let [first, second] = if names[0].is_empty() { [1, 0] } else { [0, 1] };
    let between = if names[second].is_empty() { ", not " } else { ", " };
    let text = Text { bytes: [0; 512], len: 0 }.push(what).push(": ").push_named(names[first], sizes[first]);
    let text = text.push(between).push_named(names[second], sizes[second]);
    match core::str::from_utf8(text.bytes.split_at(text.len).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("{}", what),
    }
}

/// Checks in a constant that a size is at least 1; `what` is the fault where it is not.
///
/// # Panics
///
/// Where it is 0: that is the message of the compiler.
#[track_caller]
pub const fn positive(size: usize, what: &str) {
    demand(size > 0, what);
}

/// Checks a condition in a constant; `what` is the fault where it does not hold.
///
/// # Panics
///
/// Where it does not: that is the message of the compiler.
#[track_caller]
pub const fn demand(holds: bool, what: &str) {
    assert!(holds, "{}", what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sizes_say_nothing() {
        same([8, 8], ["N", ""], "never said");
    }

    #[test]
    #[should_panic(expected = "`dense1` gives [N], but [1024] is asserted: N = 90, not 1024")]
    fn a_number_stands_behind_its_name() {
        same([90, 1024], ["N", ""], "`dense1` gives [N], but [1024] is asserted");
    }

    #[test]
    #[should_panic(expected = "differ: N = 0, M = 7")]
    fn both_have_names() {
        same([0, 7], ["N", "M"], "differ");
    }

    #[test]
    #[should_panic(expected = "differ: M = 7, not 4")]
    fn the_name_comes_first() {
        same([4, 7], ["", "M"], "differ");
    }

    #[test]
    #[should_panic(expected = "too small")]
    fn no_size_is_zero() {
        positive(1, "never said");
        positive(0, "too small");
    }
}
