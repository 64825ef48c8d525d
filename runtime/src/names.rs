//! Names that were perhaps meant by one that does not exist.

use alloc::vec::Vec;

/// The most similar of the `known` names, the nearest first.
pub(crate) fn nearest(name: &str, mut known: Vec<&'static str>) -> Vec<&'static str> {
    known.sort_by_key(|known| distance(name, known));
    known.truncate(3);
    known
}

/// How many characters must be changed, added or left out to make `a` into `b` (Levenshtein's distance).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in b.chars().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances_are_levenshteins() {
        assert_eq!([distance("kitten", "sitting"), distance("", "abc"), distance("fc1", "fc1")], [3, 3, 0]);
    }

    #[test]
    fn the_nearest_come_first() {
        assert_eq!(nearest("fc2", ["encoder", "fc1", "fc10", "out"].to_vec()), ["fc1", "fc10", "out"]);
    }
}
