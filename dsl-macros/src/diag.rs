//! Errors: collected, never lost, and worded in one place where they recur.

use proc_macro2::{Span, TokenStream};

use crate::syntax::Value;

/// Collects every fault of a declaration.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Reports a fault: where, what is wrong, and how to repair it.
    pub(crate) fn push(&mut self, at: impl At, message: Message) {
        self.0.push(at.error(message.into_text()));
    }

    pub(crate) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(crate) fn into_tokens(mut self) -> TokenStream {
        core::mem::take(&mut self.0).iter().map(syn::Error::to_compile_error).collect()
    }

    /// Faults so far.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Forgets all faults but the first `count`.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.0.truncate(count);
    }

    /// Forgets faults that have been reported elsewhere.
    pub(crate) fn forget(mut self) {
        self.0.clear();
    }

    #[cfg(test)]
    pub(crate) fn take(mut self) -> Vec<syn::Error> {
        core::mem::take(&mut self.0)
    }
}

/// A place to complain at.
pub(crate) trait At {
    fn error(self, text: String) -> syn::Error;
}

impl At for Span {
    fn error(self, text: String) -> syn::Error {
        syn::Error::new(self, text)
    }
}

/// From the first token of a value to its last.
impl At for &Value {
    fn error(self, text: String) -> syn::Error {
        syn::Error::new_spanned(&self.0, text)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        // A fault that nobody reports would let a wrong network compile.
        assert!(self.0.is_empty() || std::thread::panicking(), "errors were collected and not reported");
    }
}

/// The text of a fault: lower case, no final period, help on a line of its own, and at the end where more is said of it.
pub(crate) struct Message {
    text: String,
    help: String,
    /// In the index of errors.
    entry: &'static str,
}

impl Message {
    pub(crate) fn new(entry: &'static str, text: String) -> Self {
        Self { text, help: String::new(), entry }
    }

    pub(crate) fn help(self, help: impl core::fmt::Display) -> Self {
        Self { help: format!("\n  = help: {help}"), ..self }
    }

    /// Belongs to an argument.
    pub(crate) fn at(self, value: &Value) -> Fault {
        Fault { message: self, at: Some(value.clone()) }
    }

    fn into_text(self) -> String {
        let [mut text, below] = self.parts();
        text.push_str(&below);
        text
    }

    /// For those who report the first fault alone.
    pub(crate) fn on(&self, at: &impl quote::ToTokens) -> syn::Error {
        syn::Error::new_spanned(at, self)
    }

    /// The sentence, and the lines below it: where the compiler finds the fault, its numbers come between them.
    pub(crate) fn parts(&self) -> [String; 2] {
        let Self { text, help, entry } = self;
        [text.clone(), format!("{help}\n  = note: more under {entry} in the documentation of `network!`")]
    }
}

impl core::fmt::Display for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let [text, below] = self.parts();
        write!(f, "{text}{below}")
    }
}

/// A message, and where it belongs, if that is not the layer's word.
pub(crate) struct Fault {
    pub(crate) message: Message,
    pub(crate) at: Option<Value>,
}

impl From<Message> for Fault {
    fn from(message: Message) -> Self {
        Self { message, at: None }
    }
}

/// A message from a format string, behind its entry in the index of errors.
macro_rules! message {
    ($entry:ident, $($arguments:tt)*) => { $crate::diag::Message::new(stringify!($entry), format!($($arguments)*)) };
}
pub(crate) use message;

/// The word among `words` that `typo` most likely meant.
pub(crate) fn nearest<'a>(typo: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (typo.len() / 3).max(1);
    let (distance, word) = by_distance(typo, words).into_iter().next()?;
    (distance <= limit).then_some(word)
}

/// All words, the nearest to `typo` first.
fn by_distance<'a>(typo: &str, words: impl IntoIterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let typo = typo.to_lowercase();
    let same = |a: &str| a.chars().filter(|c| *c != '_').collect::<String>();
    let words = words.into_iter();
    let mut words: Vec<_> =
        words.map(|word| (if same(word) == same(&typo) { 0 } else { distance(&typo, word) }, word)).collect();
    words.sort_by_key(|(distance, _)| *distance);
    words
}

/// The help for a word that is none of `words`: the nearest, all if they are few, or some.
pub(crate) fn meant<'a>(typo: &str, words: impl Iterator<Item = &'a str> + Clone) -> String {
    const FEW: usize = 8;
    match nearest(typo, words.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if words.clone().count() <= FEW => format!("use {}", one_of(words)),
        None => {
            let some = by_distance(typo, words).into_iter().take(3).map(|(_, word)| word);
            format!("use {}, for example: the documentation of `network!` has them all", one_of(some))
        }
    }
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let swapped = if swapped { table[i - 2][j - 2] + 1 } else { usize::MAX };
                replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(swapped)
            };
        }
    }
    table[a.len()][b.len()]
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
