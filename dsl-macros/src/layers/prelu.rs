//! `prelu(shared = true)`: a leaky relu whose slope is learned, one for all values or one for each.

use quote::quote;

use super::arguments::Arguments;
use super::{Emitted, Layer, Place, Reads};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

struct PRelu {
    shared: bool,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(PRelu { shared: arguments.flag("shared", true) }))
}

impl PRelu {
    fn slopes(&self, input: &Shape) -> Size {
        if self.shared { Size::known(1) } else { input.values() }
    }
}

impl Layer for PRelu {
    fn describe(&self) -> String {
        "prelu".into()
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(input.clone())
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (scalar, slopes) = (at.scalar, self.slopes(at.input).in_type());
        Emitted { ty: quote!(__rt::layers::PRelu<#scalar, #slopes>), config: quote!(()) }
    }

    fn parameters(&self, input: &Shape, _: &Shape) -> Option<Size> {
        Some(self.slopes(input))
    }

    fn reads(&self) -> Reads {
        Reads { x: true, y: false }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        input.values()
    }
}
