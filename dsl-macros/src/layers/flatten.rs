//! `flatten`: [c, h, w] -> [c · h · w], channel by channel; nothing moves.

use quote::quote;

use super::arguments::Arguments;
use super::maps::computable;
use super::{Emitted, Layer, Place, Reads};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

struct Flatten;

pub(super) fn parse(_: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(Flatten))
}

impl Layer for Flatten {
    fn describe(&self) -> String {
        "flatten".into()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let values = input.values();
        computable("flatten", &values, input, origin)?;
        Ok(Shape(vec![values]))
    }

    fn emit(&self, _: &Place<'_>) -> Emitted {
        Emitted { ty: quote!(()), config: quote!(()) }
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: false }
    }

    fn is_transparent(&self) -> bool {
        true
    }

    fn flops(&self, _: &Shape, _: &Shape) -> Size {
        Size::known(0)
    }

    fn is_view(&self) -> bool {
        true
    }
}
