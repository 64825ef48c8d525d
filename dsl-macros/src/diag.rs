//! Errors: collected, never lost, and worded in one place where they recur.

use proc_macro2::{Span, TokenStream};

/// Collects every fault of a declaration.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Reports a fault at `span`: what is wrong, and how to repair it.
    pub(crate) fn push(&mut self, span: Span, message: impl Into<Message>) {
        self.0.push(syn::Error::new(span, message.into().0));
    }

    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn into_tokens(mut self) -> TokenStream {
        core::mem::take(&mut self.0).iter().map(syn::Error::to_compile_error).collect()
    }

    #[cfg(test)]
    pub(crate) fn take(mut self) -> Vec<syn::Error> {
        core::mem::take(&mut self.0)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        // A fault that nobody reports would let a wrong network compile.
        assert!(self.0.is_empty() || std::thread::panicking(), "errors were collected and not reported");
    }
}

/// The text of a fault: lower case, no final period, help on a line of its own.
pub(crate) struct Message(String);

impl Message {
    pub(crate) fn help(self, help: impl core::fmt::Display) -> Self {
        Self(format!("{}\n  = help: {help}", self.0))
    }
}

impl<S: Into<String>> From<S> for Message {
    fn from(text: S) -> Self {
        Self(text.into())
    }
}

/// A message from a format string.
macro_rules! message {
    ($($arguments:tt)*) => { $crate::diag::Message::from(format!($($arguments)*)) };
}
pub(crate) use message;

/// The word among `words` that `typo` most likely meant.
pub(crate) fn nearest<'a>(typo: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (typo.len() / 3).max(1);
    let typo = typo.to_lowercase();
    let same = |a: &str| a.chars().filter(|c| *c != '_').collect::<String>();
    words
        .into_iter()
        .map(|word| (if same(word) == same(&typo) { 0 } else { distance(&typo, word) }, word))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, word)| word)
}

/// Insertions, deletions and replacements from one word to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// A list of words for people: `a`, `b` or `c`.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => "nothing".into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}
