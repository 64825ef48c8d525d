//! `max_pool2d(kernel, stride = kernel, padding = 0, rounding = ..)`, `avg_pool2d` likewise: [c, h, w] -> [c, h', w'];
//! `max_pool1d`, `avg_pool1d`: [c, l] -> [c, l']; `global_avg_pool`: [c, h, w] -> [c] or [c, l] -> [c].

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::Arguments;
use super::maps::{Maps, Rank, array};
use super::window::{Placed, Use, Window};
use super::{Activation, Emitted, Layer, Place, Reads};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

/// What becomes of the values under a window.
#[derive(Clone, Copy)]
enum Kind {
    Max,
    Average { count_padding: bool },
}

struct Pool {
    word: &'static str,
    kind: Kind,
    window: Window,
    /// The activation in front, applied behind.
    postponed: Option<Activation>,
}

pub(super) fn parse_max1d(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    max("max_pool1d", Rank::Sequence, arguments)
}

pub(super) fn parse_max2d(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    max("max_pool2d", Rank::Image, arguments)
}

pub(super) fn parse_avg1d(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    average("avg_pool1d", Rank::Sequence, arguments)
}

pub(super) fn parse_avg2d(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    average("avg_pool2d", Rank::Image, arguments)
}

pub(super) fn parse_global(_: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    Some(Box::new(GlobalAvgPool))
}

fn max(word: &'static str, rank: Rank, arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let window = Window::parse(arguments, Use::Pool, rank, &format!("{word}(2)"))?;
    Some(Box::new(Pool { word, kind: Kind::Max, window, postponed: None }))
}

fn average(word: &'static str, rank: Rank, arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let window = Window::parse(arguments, Use::Pool, rank, &format!("{word}(2)"));
    let count_padding = arguments.flag("count_include_pad", true);
    Some(Box::new(Pool { word, kind: Kind::Average { count_padding }, window: window?, postponed: None }))
}

impl Layer for Pool {
    fn describe(&self) -> String {
        let pool = format!("{} {}", self.word, self.window.describe());
        match &self.postponed {
            Some(activation) => format!("{pool} + {}", activation.word),
            None => pool,
        }
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let Placed { maps, output, .. } = self.window.place(self.word, input, origin)?;
        Ok(maps.shape(maps.channels.clone(), output))
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let Placed { maps, output, kernel, stride, padding, .. } = self.window.placed(self.word, at.input);
        let arrays = [maps.size, output, kernel, stride, padding].map(array);
        let window = quote!(__rt::layers::Window2d::new(#(#arrays),*));
        match self.kind {
            Kind::Max => {
                let layer = if self.postponed.is_some() { quote!(ReluMaxPool2d) } else { quote!(MaxPool2d) };
                Emitted { ty: quote!(__rt::layers::#layer), config: quote!(const { #window }) }
            }
            Kind::Average { count_padding } => average_of(&window, count_padding),
        }
    }

    fn reads(&self) -> Reads {
        let max = matches!(self.kind, Kind::Max);
        Reads { x: max, y: max }
    }

    fn overwrites(&self, input: &Shape) -> bool {
        let Placed { maps, output, kernel, stride, padding, .. } = self.window.placed(self.word, input);
        let halves = kernel == [2, 2] && stride == [2, 2] && padding == [0, 0];
        matches!(self.kind, Kind::Max) && halves && maps.size == output.map(|windows| 2 * windows)
    }

    fn flops(&self, _: &Shape, output: &Shape) -> Size {
        let pool = self.window.taps().times(&output.values());
        if self.postponed.is_some() { pool.plus(&output.values()) } else { pool }
    }

    fn is_transparent(&self) -> bool {
        true
    }

    fn fused(&self) -> Option<&Activation> {
        self.postponed.as_ref()
    }

    fn postpone(&mut self, activation: &Activation) -> bool {
        let commutes = matches!(self.kind, Kind::Max) && activation.word == "relu" && self.postponed.is_none();
        if commutes {
            self.postponed = Some(activation.clone());
        }
        commutes
    }
}

fn average_of(window: &TokenStream, count_padding: bool) -> Emitted {
    Emitted {
        ty: quote!(__rt::layers::AvgPool2d),
        config: quote!(const { __rt::layers::AvgPool2dConfig { window: #window, count_include_pad: #count_padding } }),
    }
}

struct GlobalAvgPool;

impl Layer for GlobalAvgPool {
    fn describe(&self) -> String {
        "global_avg_pool".into()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        Ok(Shape(vec![Maps::any("global_avg_pool", input, origin)?.channels]))
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let size = array(Maps::inferred(at.input).size);
        average_of(&quote!(__rt::layers::Window2d::global(#size)), true)
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        input.values()
    }
}
