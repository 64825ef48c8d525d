//! `dropout(p)`: zeroes each value with probability p in training; the identity in inference.

use proc_macro2::Literal;
use quote::{quote, quote_spanned};

use super::arguments::{Arguments, Number};
use super::{Emitted, Layer, Place, Reads};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

struct Dropout {
    p: Number,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let p = arguments.required(
        "p",
        "the probability of dropping a value",
        "dropout(0.5)",
        "at least 0 and below 1",
        |p| (0.0..1.0).contains(&p),
    )?;
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
        // An expression is checked by the compiler: the runtime's constructor is `const` and asserts the range.
        Emitted {
            ty: quote!(__rt::layers::Dropout),
            config: quote_spanned!(self.p.span=> const { __rt::layers::DropoutConfig::new(#p, #stream) }),
        }
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: false }
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
