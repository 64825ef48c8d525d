//! What is allowed and hardly ever meant.

use proc_macro2::Span;

use crate::diag::Message;

/// A warning, under the name that allows it.
pub(crate) struct Warning {
    pub(crate) lint: &'static str,
    pub(crate) message: Message,
    pub(crate) span: Span,
}
