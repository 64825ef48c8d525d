//! Declarations of networks that are layers of another, as their macros hand them over.

use proc_macro2::{Delimiter, TokenStream};

use super::cursor::Cursor;

/// `@with { [path] { declaration } .. }` in front of a declaration.
#[derive(Clone, Default)]
pub(crate) struct Definitions {
    /// What stands in the braces.
    pub(crate) tokens: TokenStream,
    all: Vec<(String, TokenStream)>,
}

impl Definitions {
    /// Only our own macros write it, so there is nothing to complain about.
    pub(super) fn parse(cursor: &mut Cursor) -> Self {
        if !cursor.punct('@') {
            return Self::default();
        }
        cursor.keyword("with");
        let Some(group) = cursor.group(Delimiter::Brace) else { return Self::default() };
        let mut inside = Cursor::inside(&group);
        let mut all = Vec::new();
        while let Some(path) = inside.group(Delimiter::Bracket) {
            let Some(declaration) = inside.group(Delimiter::Brace) else { break };
            all.push((path.stream().to_string().replace(' ', ""), declaration.stream()));
        }
        Self { tokens: group.stream(), all }
    }

    /// What stands behind them in `tokens`.
    pub(crate) fn behind(&self, tokens: &TokenStream) -> TokenStream {
        let own = if self.all.is_empty() { 0 } else { 3 };
        tokens.clone().into_iter().skip(own).collect()
    }

    /// The declaration of a network, by its path as the layer says it.
    pub(crate) fn get(&self, path: &str) -> Option<TokenStream> {
        self.all.iter().find(|(known, _)| known == path).map(|(_, declaration)| declaration.clone())
    }
}
