//! A walk over token trees that always knows a span to complain at.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use super::Value;

#[derive(Clone)]
pub(super) struct Cursor {
    trees: Vec<TokenTree>,
    next: usize,
    /// Where the tokens end.
    end: Span,
}

impl Cursor {
    /// `end` is complained at where there are no tokens.
    pub(super) fn new(tokens: TokenStream, end: Span) -> Self {
        Self { trees: tokens.into_iter().flat_map(bare).collect(), next: 0, end }
    }

    pub(super) fn inside(group: &Group) -> Self {
        Self::new(group.stream(), group.span_close())
    }

    pub(super) fn peek(&self) -> Option<&TokenTree> {
        self.trees.get(self.next)
    }

    pub(super) fn done(&self) -> bool {
        self.peek().is_none()
    }

    /// The next token's span, or the last one's, or the end's.
    pub(super) fn span(&self) -> Span {
        match self.peek().or(self.trees.last()) {
            Some(tree) => tree.span(),
            None => self.end,
        }
    }

    pub(super) fn bump(&mut self) -> Option<TokenTree> {
        let tree = self.trees.get(self.next).cloned();
        self.next += usize::from(tree.is_some());
        tree
    }

    pub(super) fn ident(&mut self) -> Option<Ident> {
        let Some(TokenTree::Ident(ident)) = self.peek() else { return None };
        let ident = ident.clone();
        self.next += 1;
        Some(ident)
    }

    /// An identifier that may name an item: no keyword of Rust.
    pub(super) fn name(&mut self) -> Option<Ident> {
        let Some(TokenTree::Ident(ident)) = self.peek() else { return None };
        let ident = syn::parse_str::<Ident>(&ident.to_string()).is_ok().then(|| ident.clone())?;
        self.next += 1;
        Some(ident)
    }

    /// `name:`
    pub(super) fn name_and_colon(&mut self) -> Option<Ident> {
        self.ident().filter(|_| self.punct(':'))
    }

    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(TokenTree::Ident(ident)) if ident == word);
        self.next += usize::from(found);
        found
    }

    pub(super) fn at(&self, character: char) -> bool {
        matches!(self.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == character)
    }

    pub(super) fn punct(&mut self, character: char) -> bool {
        let found = self.at(character);
        self.next += usize::from(found);
        found
    }

    /// `::`
    pub(super) fn colons(&mut self) -> bool {
        let found = self.at(':')
            && matches!(self.trees.get(self.next + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        self.next += if found { 2 } else { 0 };
        found
    }

    /// `->`
    pub(super) fn arrow(&mut self) -> bool {
        let found = self.at('-')
            && matches!(self.trees.get(self.next + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '>');
        self.next += if found { 2 } else { 0 };
        found
    }

    pub(super) fn group(&mut self, delimiter: Delimiter) -> Option<Group> {
        match self.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
                let group = group.clone();
                self.next += 1;
                Some(group)
            }
            _ => None,
        }
    }

    /// Everything up to the next comma, which is passed over; `None` at the end.
    pub(super) fn until_comma(&mut self) -> Option<Cursor> {
        if self.done() {
            return None;
        }
        let start = self.next;
        while !self.done() && !self.at(',') {
            self.next += 1;
        }
        let trees = self.trees[start..self.next].to_vec();
        let end = self.peek().map_or(self.end, TokenTree::span);
        self.punct(',');
        Some(Cursor { trees, next: 0, end })
    }

    /// The same, where commas inside of `Scale<f32, 8>` separate nothing.
    pub(super) fn until_comma_behind_type(&mut self) -> Option<Cursor> {
        let mut segment = self.until_comma()?;
        while segment.is_inside_type()
            && let Some(more) = self.until_comma()
        {
            segment.trees.push(Punct::new(',', Spacing::Alone).into());
            segment.trees.extend(more.trees);
            segment.end = more.end;
        }
        Some(segment)
    }

    /// Whether a capitalised word has opened angle brackets that are not closed.
    fn is_inside_type(&self) -> bool {
        let mut depth = 0_usize;
        let mut before: Option<&TokenTree> = None;
        for tree in &self.trees {
            let opens = depth > 0
                || matches!(before, Some(TokenTree::Ident(word)) if word.to_string().starts_with(char::is_uppercase));
            match tree {
                TokenTree::Punct(angle) if angle.as_char() == '<' && opens => depth += 1,
                TokenTree::Punct(angle) if angle.as_char() == '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
            before = Some(tree);
        }
        depth > 0
    }

    /// All that is left, as one value.
    pub(super) fn rest(self) -> Value {
        Value(self.trees.into_iter().skip(self.next).collect())
    }
}

/// What a `macro_rules!` hands on in invisible delimiters, without them where they make no difference.
fn bare(tree: TokenTree) -> Vec<TokenTree> {
    if let TokenTree::Group(group) = &tree
        && group.delimiter() == Delimiter::None
    {
        let inside: Vec<TokenTree> = group.stream().into_iter().flat_map(bare).collect();
        let visibility = matches!(inside.first(), Some(TokenTree::Ident(first)) if first == "pub");
        if inside.len() <= 1 || visibility {
            return inside;
        }
    }
    vec![tree]
}
