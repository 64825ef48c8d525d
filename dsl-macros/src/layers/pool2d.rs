//! `max_pool2d(kernel, stride = kernel, padding = 0, rounding = ..)`, `avg_pool2d` likewise: [c, h, w] -> [c, h', w'];
//! `global_avg_pool`: [c, h, w] -> [c].

use quote::quote;

use super::arguments::Arguments;
use super::window::{Placed, Window};
use super::{Emitted, Layer, Place, Reads};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

/// What becomes of the values under a window.
enum Kind {
    Max,
    Average { count_padding: bool },
}

struct Pool2d {
    kind: Kind,
    window: Window,
}

pub(super) fn parse_max(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(Pool2d { kind: Kind::Max, window: Window::parse(arguments, true)? }))
}

pub(super) fn parse_avg(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let window = Window::parse(arguments, true);
    let count_padding = arguments.flag("count_include_pad", true);
    Some(Box::new(Pool2d { kind: Kind::Average { count_padding }, window: window? }))
}

pub(super) fn parse_global(_: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(GlobalAvgPool))
}

impl Pool2d {
    fn word(&self) -> &'static str {
        match self.kind {
            Kind::Max => "max_pool2d",
            Kind::Average { .. } => "avg_pool2d",
        }
    }
}

impl Layer for Pool2d {
    fn describe(&self) -> String {
        let [rows, columns] = self.window.kernel();
        format!("{} {rows}x{columns}", self.word())
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let Placed { channels, output, .. } = self.window.place(self.word(), input, origin)?;
        let [rows, columns] = output.map(Size::known);
        Ok(Shape(vec![channels, rows, columns]))
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let placed = self.window.place(self.word(), at.input, "");
        let Placed { input, output, kernel, stride, padding, .. } =
            placed.unwrap_or_else(|_| unreachable!("the shape was inferred"));
        let arrays = [input, output, kernel, stride, padding].map(|[a, b]| {
            let (a, b) = (Size::known(a), Size::known(b));
            quote!([#a, #b])
        });
        let window = quote!(__rt::layers::Window2d::new(#(#arrays),*));
        match self.kind {
            Kind::Max => Emitted { ty: quote!(__rt::layers::MaxPool2d), config: quote!(const { #window }) },
            Kind::Average { count_padding } => Emitted {
                ty: quote!(__rt::layers::AvgPool2d),
                config: quote!(const { __rt::layers::AvgPool2dConfig { window: #window, count_include_pad: #count_padding } }),
            },
        }
    }

    fn reads(&self) -> Reads {
        let max = matches!(self.kind, Kind::Max);
        Reads { x: max, y: max }
    }

    fn flops(&self, _: &Shape, output: &Shape) -> Size {
        let [rows, columns] = self.window.kernel();
        Size::known(rows * columns).times(&output.values())
    }

    fn is_transparent(&self) -> bool {
        true
    }
}

struct GlobalAvgPool;

impl Layer for GlobalAvgPool {
    fn describe(&self) -> String {
        "global_avg_pool".into()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        match &input.0[..] {
            [channels, rows, columns] if rows.value().is_some() && columns.value().is_some() => {
                Ok(Shape(vec![channels.clone()]))
            }
            [_, _, _] => {
                Err(message!("`global_avg_pool` needs rows and columns as literals, but {origin} gives {input}").into())
            }
            _ => {
                Err(message!("`global_avg_pool` needs an image [channels, rows, columns], but {origin} gives {input}")
                    .into())
            }
        }
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let (rows, columns) = (&at.input.0[1], &at.input.0[2]);
        let window = quote!(__rt::layers::Window2d::global([#rows, #columns]));
        Emitted {
            ty: quote!(__rt::layers::AvgPool2d),
            config: quote!(const { __rt::layers::AvgPool2dConfig::new(#window) }),
        }
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: false }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        input.values()
    }
}
