//! `softmax` and `log_softmax` over all features of a sample.

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::Arguments;
use super::{Emitted, Layer, Place, Reads, Role};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

struct Softmax {
    word: &'static str,
    ty: TokenStream,
}

pub(super) fn parse(_: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(Softmax { word: "softmax", ty: quote!(__rt::layers::Softmax) }))
}

pub(super) fn parse_log(_: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(Softmax { word: "log_softmax", ty: quote!(__rt::layers::LogSoftmax) }))
}

impl Layer for Softmax {
    fn describe(&self) -> String {
        self.word.into()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        if input.0.len() == 1 {
            return Ok(input.clone());
        }
        Err(message!(E21, "`{}` needs classes in one dimension, but {origin} gives {input}", self.word)
            .help("put `flatten` in front of it")
            .into())
    }

    fn emit(&self, _: &Place<'_>) -> Emitted {
        Emitted { ty: self.ty.clone(), config: quote!(()) }
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: true }
    }

    fn role(&self) -> Role<'_> {
        if self.word == "softmax" { Role::Probabilities } else { Role::Other }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        // Subtract, exponentiate, add, divide.
        Size::known(4).times(&input.values())
    }
}
