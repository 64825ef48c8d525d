//! What the macro cannot know and leaves to the compiler: a check that is evaluated when the program is compiled.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::Size;

/// One check, and whether only a use of the struct tells its outcome.
#[derive(Clone)]
pub(crate) struct Obligation {
    pub(crate) check: TokenStream,
    pub(crate) late: bool,
    /// Where the compiler complains.
    pub(crate) span: Span,
}

impl Obligation {
    /// Two sizes are the same, or the compiler says `what`, and both numbers.
    pub(crate) fn same(left: &Size, right: &Size, what: &str, span: Span) -> Self {
        let (names, late) = ([left.unknown(), right.unknown()], left.is_generic() || right.is_generic());
        let [left_name, right_name] = names;
        let check = quote_spanned!(span=> __rt::same([#left, #right], [#left_name, #right_name], #what););
        Self { check, late, span }
    }

    /// A size is one.
    pub(crate) fn positive(size: &Size, written: &TokenStream) -> Self {
        let span = written.clone().into_iter().next().map_or_else(Span::call_site, |tree| tree.span());
        let what = format!("a size is at least 1, `{size}` is 0");
        Self { check: quote_spanned!(span=> __rt::positive(#size, #what);), late: size.is_generic(), span }
    }

    /// A number keeps to its bound, or the compiler says `what`, the number, and `help`.
    pub(crate) fn within(
        condition: &TokenStream,
        number: &TokenStream,
        texts: [&str; 2],
        late: bool,
        span: Span,
    ) -> Self {
        let [what, help] = texts;
        Self { check: quote_spanned!(span=> __rt::within(#condition, #number, #what, #help);), late, span }
    }
}
