//! `upsample(factor, mode = nearest)`: [c, h, w] -> [c, h · factor, w · factor] or [c, l] -> [c, l · factor].

use quote::{format_ident, quote};

use super::arguments::Arguments;
use super::maps::{Maps, array};
use super::numbers::Pair;
use super::{Emitted, Layer, Place};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

struct Upsample {
    factor: Pair,
    /// Between pixels, or each pixel repeated.
    bilinear: bool,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let factor = arguments.pair("factor", 1, "its factor", "upsample(2)");
    let bilinear = arguments.word("mode", &["nearest", "bilinear"]).is_some_and(|word| word == "bilinear");
    Some(Box::new(Upsample { factor: factor?, bilinear }))
}

impl Layer for Upsample {
    fn describe(&self) -> String {
        let mode = if self.bilinear { " bilinear" } else { "" };
        format!("upsample {}{mode}", self.factor.at.0)
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let maps = Maps::any("upsample", input, origin)?;
        let [by_rows, by_columns] = self.factor.on(maps.rank)?;
        Ok(maps.shape(maps.channels.clone(), [maps.size[0] * by_rows, maps.size[1] * by_columns]))
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let maps = Maps::inferred(at.input);
        let factor = self.factor.on(maps.rank).unwrap_or_else(|_| unreachable!("the shape was inferred"));
        let (size, factor) = (array(maps.size), array(factor));
        let ty = format_ident!("{}", if self.bilinear { "UpsampleBilinear2d" } else { "Upsample2d" });
        Emitted {
            ty: quote!(__rt::layers::#ty),
            config: quote!(const { __rt::layers::Upsample2dConfig::new(#size, #factor) }),
        }
    }

    fn flops(&self, _: &Shape, output: &Shape) -> Size {
        // Four products and their sum.
        if self.bilinear { Size::known(7).times(&output.values()) } else { Size::known(0) }
    }

    fn is_transparent(&self) -> bool {
        true
    }
}
