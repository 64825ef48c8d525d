//! `batch_norm(eps = 1e-5, momentum = 0.1)`: per feature, or per map of an image; `momentum = cumulative` averages all batches.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::Arguments;
use super::bound::Bound;
use super::{Emitted, Layer, Place, Reads, Role};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

struct BatchNorm {
    eps: TokenStream,
    momentum: TokenStream,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let cumulative = arguments.is_word("momentum", "cumulative");
    let eps = arguments.number_or("eps", 1e-5, Bound::Positive);
    let momentum = arguments.number_or("momentum", 0.1, Bound::Weight)?.tokens;
    let momentum = if cumulative { quote!(__rt::Option::None) } else { quote!(__rt::Option::Some(#momentum)) };
    Some(Box::new(BatchNorm { eps: eps?.tokens, momentum }))
}

/// Values of one feature in a sample: one, or a map.
fn places(input: &Shape) -> Size {
    Shape(input.0[1..].to_vec()).values()
}

impl Layer for BatchNorm {
    fn describe(&self) -> String {
        "batch_norm".into()
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(input.clone())
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (scalar, features, places) = (at.scalar, at.input.0[0].in_type(), places(at.input).in_type());
        let Self { eps, momentum } = self;
        Emitted {
            ty: quote!(__rt::layers::BatchNorm<#scalar, #features, #places>),
            config: quote!(__rt::layers::BatchNormConfig { eps: #eps, momentum: #momentum }),
        }
    }

    fn parameters(&self, input: &Shape, _: &Shape) -> Option<Size> {
        Some(Size::known(2).times(&input.0[0]))
    }

    fn buffers(&self, at: &Place<'_>) -> Option<TokenStream> {
        let (scalar, features) = (at.scalar, at.input.0[0].in_type());
        Some(quote!(__rt::layers::BatchNormBuffers<#scalar, #features>))
    }

    fn reads(&self) -> Reads {
        Reads { x: true, y: false }
    }

    fn is_transparent(&self) -> bool {
        true
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        // In inference: one scale, one shift.
        Size::known(2).times(&input.values())
    }

    fn role(&self) -> Role<'_> {
        Role::BatchNorm
    }

    fn norm_epsilon(&self) -> Option<&TokenStream> {
        Some(&self.eps)
    }

    fn batch_wide(&self, input: &Shape) -> Option<Size> {
        // Mean, variance and two sums for each feature, and the number of values.
        Some(Size::known(4).times(&input.0[0]).plus(&Size::known(1)))
    }
}
