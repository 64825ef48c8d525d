//! `flatten`: [c, h, w] -> [c · h · w], channel by channel; nothing moves.

use super::Layer;
use super::arguments::Arguments;
use crate::diag::Fault;
use crate::ir::Shape;

struct Flatten;

pub(super) fn parse(_: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(Flatten))
}

impl Layer for Flatten {
    fn describe(&self) -> String {
        "flatten".into()
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(Shape(vec![input.values()]))
    }

    fn is_transparent(&self) -> bool {
        true
    }

    fn is_view(&self) -> bool {
        true
    }
}
