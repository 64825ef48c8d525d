//! `dropout(p)`: zeroes each value with probability p in training; the identity in inference.

use proc_macro2::Literal;
use quote::quote;

use super::arguments::{Arguments, Number};
use super::bound::Bound;
use super::{Emitted, Layer, Place, Reads, Role};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

struct Dropout {
    p: Number,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let p = arguments.required("p", "the probability of dropping a value", "dropout(0.5)", Bound::Share)?;
    Some(Box::new(Dropout { p }))
}

impl Layer for Dropout {
    fn describe(&self) -> String {
        match self.p.value {
            Some(p) => format!("dropout({p})"),
            None => "dropout".into(),
        }
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(input.clone())
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (p, stream) = (&self.p.tokens, Literal::usize_unsuffixed(at.index));
        Emitted {
            ty: quote!(__rt::layers::Dropout),
            config: quote!(const { __rt::layers::DropoutConfig::new(#p, #stream) }),
        }
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: false }
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

    fn flops(&self, _: &Shape, _: &Shape) -> Size {
        Size::known(0)
    }
}
