//! What the macro cannot know and leaves to the compiler: a check that is evaluated when the program is compiled.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::Size;
use super::size::RANGE;
use crate::diag::{Message, message};

/// One check, and whether only a use of the struct tells its outcome.
#[derive(Clone)]
pub(crate) struct Obligation {
    pub(crate) check: TokenStream,
    pub(crate) late: bool,
    /// Where the compiler complains.
    pub(crate) span: Span,
}

impl Obligation {
    /// Two sizes are the same, or the compiler gives the message, with both numbers behind its sentence.
    pub(crate) fn same(left: &Size, right: &Size, message: &Message, span: Span) -> Self {
        let [what, below] = message.parts();
        let (names, late) = ([left.unknown(), right.unknown()], left.is_generic() || right.is_generic());
        let [left_name, right_name] = names;
        let check = quote_spanned!(span=> __rt::same([#left, #right], [#left_name, #right_name], #what, #below););
        Self { check, late, span }
    }

    /// A parameter of the struct is a size.
    pub(crate) fn size(size: &Size, written: &TokenStream) -> Self {
        let span = written.clone().into_iter().next().map_or_else(Span::call_site, |tree| tree.span());
        let [what, below] = no_size(&size.to_string()).parts();
        Self { check: quote_spanned!(span=> __rt::size(#size, #what, #below);), late: true, span }
    }

    /// A number keeps to its bound, or the compiler gives the message, with the number behind its sentence.
    pub(crate) fn within(
        condition: &TokenStream,
        number: &TokenStream,
        message: &Message,
        late: bool,
        span: Span,
    ) -> Self {
        let [what, below] = message.parts();
        Self { check: quote_spanned!(span=> __rt::within(#condition, #number, #what, #below);), late, span }
    }
}

/// What to say of a size that only the compiler knows and that is none, in front of its number.
pub(crate) fn no_size(written: &str) -> Message {
    message!(E16, "`{written}` is no size: ").help(RANGE)
}
