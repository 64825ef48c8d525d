//! `reshape([sizes])`: the same values under another shape; nothing moves.

use super::Layer;
use super::arguments::Arguments;
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};
use crate::syntax::Value;

struct Reshape {
    shape: Shape,
    at: Value,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let (shape, at) = arguments.shape("shape", "the shape of its output", "reshape([1, 8, 8])")?;
    Some(Box::new(Reshape { shape, at }))
}

/// The same shape with another first size, where that has the values given; else all of them in one dimension.
fn fitting(shape: &Shape, given: &Size) -> Shape {
    let rest = Shape(shape.0[1..].to_vec());
    match given.value().zip(rest.values().value()) {
        Some((given, rest_values)) if given % rest_values == 0 => {
            Shape([&[Size::known(given / rest_values)], &rest.0[..]].concat())
        }
        _ => Shape(vec![given.clone()]),
    }
}

impl Layer for Reshape {
    fn describe(&self) -> String {
        "reshape".into()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let (wanted, given) = (self.shape.values(), input.values());
        // What cannot be told here is left to the compiler.
        if wanted.equals(&given) == Some(false) {
            let Self { shape, at } = self;
            let fault =
                message!(E26, "`reshape`: {shape} has {wanted} values, but {origin} gives {input} with {given}");
            return Err(fault.help(format!("use {}", fitting(shape, &given))).at(at));
        }
        Ok(self.shape.clone())
    }

    fn is_transparent(&self) -> bool {
        true
    }

    fn is_view(&self) -> bool {
        true
    }
}
