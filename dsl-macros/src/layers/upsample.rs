//! `upsample(factor)`: [c, h, w] -> [c, h · factor, w · factor], each value repeated.

use quote::quote;

use super::arguments::Arguments;
use super::{Emitted, Layer, Place, Reads};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

struct Upsample {
    factor: [usize; 2],
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    if !arguments.has("factor") && !arguments.more() {
        arguments.missing("its factor", "upsample(2)");
        return None;
    }
    let (factor, _) = arguments.pair("factor", 1)?;
    Some(Box::new(Upsample { factor }))
}

impl Layer for Upsample {
    fn describe(&self) -> String {
        let [rows, columns] = self.factor;
        format!("upsample {rows}x{columns}")
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        match &input.0[..] {
            [channels, rows, columns] if rows.value().is_some() && columns.value().is_some() => Ok(Shape(vec![
                channels.clone(),
                rows.times(&Size::known(self.factor[0])),
                columns.times(&Size::known(self.factor[1])),
            ])),
            _ => Err(message!(
                "`upsample` needs an image [channels, rows, columns] of literal size, but {origin} gives {input}"
            )
            .into()),
        }
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (rows, columns) = (&at.input.0[1], &at.input.0[2]);
        let [by_rows, by_columns] = self.factor.map(Size::known);
        let config = quote!(__rt::layers::Upsample2dConfig::new([#rows, #columns], [#by_rows, #by_columns]));
        Emitted { ty: quote!(__rt::layers::Upsample2d), config: quote!(const { #config }) }
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: false }
    }

    fn flops(&self, _: &Shape, _: &Shape) -> Size {
        Size::known(0)
    }

    fn is_transparent(&self) -> bool {
        true
    }
}
