//! `dropout(p)`: zeroes each value with probability p in training, `dropout2d(p)` whole maps; the identity in inference.

use proc_macro2::Literal;
use quote::quote;

use super::arguments::Arguments;
use super::bound::Bound;
use super::numbers::Number;
use super::{Emitted, Layer, Place, Role};
use crate::diag::{Fault, message};
use crate::ir::Shape;

struct Dropout {
    p: Number,
    /// Whole maps.
    maps: bool,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let p = arguments.required("p", "the probability of dropping a value", "dropout(0.5)", Bound::Share)?;
    Some(Box::new(Dropout { p, maps: false }))
}

pub(super) fn parse_maps(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let p = arguments.required("p", "the probability of dropping a map", "dropout2d(0.2)", Bound::Share)?;
    Some(Box::new(Dropout { p, maps: true }))
}

impl Layer for Dropout {
    fn describe(&self) -> String {
        let word = if self.maps { "dropout2d" } else { "dropout" };
        self.p.value.map_or_else(|| word.into(), |p| format!("{word}({p})"))
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        if self.maps && input.0.len() == 1 {
            let fault = message!(E22, "`dropout2d` needs maps, but {origin} gives {input}");
            return Err(fault.help("use `dropout`").into());
        }
        Ok(input.clone())
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (p, stream) = (&self.p.tokens, Literal::usize_unsuffixed(at.index));
        if self.maps {
            let pixels = Shape(at.input.0[1..].to_vec()).values();
            Emitted {
                ty: quote!(__rt::layers::Dropout2d),
                config: quote!(const { __rt::layers::Dropout2dConfig::new(#p, #stream, #pixels) }),
            }
        } else {
            Emitted {
                ty: quote!(__rt::layers::Dropout),
                config: quote!(const { __rt::layers::DropoutConfig::new(#p, #stream) }),
            }
        }
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
