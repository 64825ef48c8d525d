//! `layer_norm(eps = 1e-5)`: over all values of a sample; `group_norm(groups, eps = 1e-5)`: over groups of maps.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::Arguments;
use super::bound::Bound;
use super::maps::largest_divisor;
use super::numbers::Number;
use super::{Emitted, Layer, Place, Reads};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};
use crate::syntax::Value;

struct LayerNorm {
    eps: Number,
}

struct GroupNorm {
    groups: usize,
    groups_at: Value,
    eps: Number,
}

fn eps(arguments: &mut Arguments<'_>) -> Option<Number> {
    arguments.number_or("eps", 1e-5, Bound::Positive)
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(LayerNorm { eps: eps(arguments)? }))
}

pub(super) fn parse_group(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let groups = arguments.count("groups", "its number of groups", "group_norm(4)");
    let eps = eps(arguments);
    let (groups, groups_at) = groups?;
    Some(Box::new(GroupNorm { groups, groups_at, eps: eps? }))
}

impl Layer for LayerNorm {
    fn describe(&self) -> String {
        "layer_norm".into()
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(input.clone())
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (scalar, values, eps) = (at.scalar, at.input.values().in_type(), &self.eps.tokens);
        Emitted {
            ty: quote!(__rt::layers::LayerNorm<#scalar, #values>),
            config: quote!(__rt::layers::LayerNormConfig { eps: #eps }),
        }
    }

    fn parameters(&self, input: &Shape, _: &Shape) -> Option<Size> {
        Some(Size::known(2).times(&input.values()))
    }

    fn tensors(&self, ty: &TokenStream, input: &Shape) -> Option<TokenStream> {
        let sizes = &input.0;
        (sizes.len() > 1).then(|| quote!(&<#ty>::tensors(&[#(#sizes),*])))
    }

    fn reads(&self) -> Reads {
        Reads { x: true, y: false }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        // Two sums, and a scale and a shift for each value.
        Size::known(5).times(&input.values())
    }

    fn is_transparent(&self) -> bool {
        true
    }
}

impl Layer for GroupNorm {
    fn describe(&self) -> String {
        "group_norm".into()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        match input.0[0].value() {
            Some(channels) if channels % self.groups == 0 => Ok(input.clone()),
            Some(channels) => {
                let fault =
                    message!(E25, "`group_norm`: {channels} channels cannot be divided into {} groups", self.groups);
                Err(fault.help(largest_divisor(self.groups, [Some(channels); 2])).at(&self.groups_at))
            }
            None => {
                let fault = message!(E17, "`group_norm` needs channels as a literal, but {origin} gives {input}");
                Err(fault.help("write the number, or use `layer_norm`").into())
            }
        }
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (scalar, channels, eps) = (at.scalar, at.input.0[0].in_type(), &self.eps.tokens);
        let groups = Size::known(self.groups);
        Emitted {
            ty: quote!(__rt::layers::GroupNorm<#scalar, #channels>),
            config: quote!(const { __rt::layers::GroupNormConfig::new(#groups, #channels, #eps) }),
        }
    }

    fn parameters(&self, input: &Shape, _: &Shape) -> Option<Size> {
        Some(Size::known(2).times(&input.0[0]))
    }

    fn reads(&self) -> Reads {
        Reads { x: true, y: false }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        Size::known(5).times(&input.values())
    }

    fn is_transparent(&self) -> bool {
        true
    }
}
