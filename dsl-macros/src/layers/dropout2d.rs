//! `dropout2d(p)`: zeroes whole maps with probability p in training; the identity in inference.

use proc_macro2::Literal;
use quote::quote;

use super::arguments::{Arguments, Number};
use super::bound::Bound;
use super::{Emitted, Layer, Place, Reads, Role};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

struct Dropout2d {
    p: Number,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let p = arguments.required("p", "the probability of dropping a map", "dropout2d(0.2)", Bound::Share)?;
    Some(Box::new(Dropout2d { p }))
}

impl Layer for Dropout2d {
    fn describe(&self) -> String {
        match self.p.value {
            Some(p) => format!("dropout2d({p})"),
            None => "dropout2d".into(),
        }
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        if input.0.len() > 1 {
            return Ok(input.clone());
        }
        Err(message!(E22, "`dropout2d` needs maps, but {origin} gives {input}").help("use `dropout`").into())
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (p, stream) = (&self.p.tokens, Literal::usize_unsuffixed(at.index));
        let pixels = Shape(at.input.0[1..].to_vec()).values();
        Emitted {
            ty: quote!(__rt::layers::Dropout2d),
            config: quote!(const { __rt::layers::Dropout2dConfig::new(#p, #stream, #pixels) }),
        }
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: false }
    }

    fn flops(&self, _: &Shape, _: &Shape) -> Size {
        Size::known(0)
    }

    fn role(&self) -> Role<'_> {
        Role::Dropout { p: self.p.value }
    }

    fn only_trains(&self) -> bool {
        true
    }

    fn is_transparent(&self) -> bool {
        true
    }
}
