//! The way into a network that is a layer of another, and out of it: nothing runs, shapes are compared.

use quote::quote;

use super::{Emitted, Layer, Place, Reads};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

pub(crate) struct Passage {
    /// Its path.
    pub(crate) network: String,
    /// On the way in, what it is declared to take.
    pub(crate) takes: Option<Shape>,
}

impl Layer for Passage {
    fn describe(&self) -> String {
        self.network.clone()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let Some(takes) = &self.takes else { return Ok(input.clone()) };
        if input.equals(takes) == Some(false) {
            let fault = message!(E37, "`{}` takes {takes}, but {origin} gives {input}", self.network);
            let same = input.values().equals(&takes.values()) == Some(true);
            let help = if same && takes.0.len() == 1 {
                format!("put `flatten` in front of it: {input} becomes {takes}")
            } else {
                format!("let {origin} give {takes}, or declare another input for `{}`", self.network)
            };
            return Err(fault.help(help).into());
        }
        Ok(takes.clone())
    }

    fn takes(&self) -> Option<&Shape> {
        self.takes.as_ref()
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
