//! `dense(units, bias = true, init = .., tied = layer)`: [in] -> [units]

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::arguments::Arguments;
use super::{Activation, Chosen, Emitted, Family, Layer, Place, Reads, Role, initialiser};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

struct Dense {
    units: Size,
    bias: bool,
    /// The layer whose weights it has, the other way round.
    tied: Option<Ident>,
    init: Option<Chosen>,
    activation: Activation,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let units = arguments.size("units", "its number of outputs", "dense(128)");
    let bias = arguments.flag("bias", true);
    let tied = arguments.name("tied");
    let init = match &tied {
        Some(source) if arguments.has("init") => {
            let fault =
                message!(E31, "`{source}` initialises the weights that this layer shares").help("leave out `init`");
            initialiser::parse(arguments);
            arguments.error(source.span(), fault);
            None
        }
        _ => initialiser::parse(arguments),
    };
    Some(Box::new(Dense { units: units?, bias, tied, init, activation: Activation::identity() }))
}

impl Dense {
    fn bias(&self) -> Size {
        if self.bias { self.units.clone() } else { Size::known(0) }
    }
}

impl Layer for Dense {
    fn describe(&self) -> String {
        let own = self.tied.as_ref().map_or("dense".to_string(), |source| format!("dense, tied to {source}"));
        self.activation.behind(&own)
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        if input.0.len() == 1 {
            Ok(Shape(vec![self.units.clone()]))
        } else {
            Err(message!(E21, "`dense` needs features in one dimension, but {origin} gives {input}")
                .help(format!("put `flatten` in front of it: {input} becomes [{}]", input.values()))
                .into())
        }
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let scalar = at.scalar;
        let (inputs, units, bias) = (at.input.0[0].in_type(), self.units.in_type(), self.bias().in_type());
        let ty = match self.tied {
            None => quote!(__rt::layers::Dense<#scalar, #inputs, #units, #bias>),
            Some(_) => quote!(__rt::layers::TiedDense<#scalar, #bias>),
        };
        Emitted { ty, config: self.activation.value.clone() }
    }

    fn parameters(&self, input: &Shape, _: &Shape) -> Option<Size> {
        let weights = if self.tied.is_some() { Size::default() } else { input.0[0].times(&self.units) };
        Some(weights.plus(&self.bias()))
    }

    fn initialiser(&self, next: Family) -> TokenStream {
        initialiser::or_by_activation(self.init.as_ref(), next)
    }

    fn reads(&self) -> Reads {
        // The input is for the weights' gradient, the output for the slope of the activation.
        Reads { x: false, y: !self.activation.is_identity() }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        let products = Size::known(2).times(&input.0[0]).times(&self.units);
        let activated = if self.activation.is_identity() { Size::known(0) } else { self.units.clone() };
        products.plus(&self.bias()).plus(&activated)
    }

    fn tied(&self) -> Option<&Ident> {
        self.tied.as_ref()
    }

    fn lends_weights(&self) -> bool {
        self.tied.is_none()
    }

    fn role(&self) -> Role<'_> {
        Role::Linear { bias: self.bias, mixes: true, init: self.init.as_ref() }
    }

    fn absorb_norm(&mut self) -> bool {
        let free = self.tied.is_none() && self.activation.is_identity();
        self.bias |= free;
        free
    }

    fn fused(&self) -> Option<&Activation> {
        Some(&self.activation)
    }

    fn fuse(&mut self, activation: &Activation) -> bool {
        let free = self.activation.is_identity() && activation.from_output;
        if free {
            self.activation = activation.clone();
        }
        free
    }
}
