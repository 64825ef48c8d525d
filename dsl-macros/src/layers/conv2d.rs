//! `conv2d(filters, kernel, stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, init = ..)`:
//! [c, h, w] -> [filters, h', w']

use proc_macro2::TokenStream;
use quote::quote;

use super::arguments::Arguments;
use super::window::{Placed, Window};
use super::{Activation, Emitted, Family, Layer, Place, Reads, initialiser};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};
use crate::syntax::Value;

struct Conv2d {
    filters: Size,
    window: Window,
    groups: usize,
    groups_at: Option<Value>,
    bias: bool,
    init: Option<TokenStream>,
    activation: Activation,
}

pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let filters = arguments.size("filters", "its number of filters", "conv2d(16, kernel = 3)");
    let window = Window::parse(arguments, false);
    let groups = arguments.whole("groups", 1);
    let bias = arguments.flag("bias", true);
    let init = initialiser::parse(arguments);
    let (groups, groups_at) = groups?;
    let activation = Activation::identity();
    Some(Box::new(Conv2d { filters: filters?, window: window?, groups, groups_at, bias, init, activation }))
}

impl Conv2d {
    fn bias(&self) -> Size {
        if self.bias { self.filters.clone() } else { Size::known(0) }
    }

    /// Channels that one filter sees.
    fn seen(&self, input: &Shape) -> Size {
        input.0[0].divided(self.groups)
    }

    /// Values under the kernel of one filter.
    fn patch(&self, input: &Shape) -> Size {
        let [rows, columns] = self.window.kernel();
        self.seen(input).times(&Size::known(rows * columns))
    }

    /// What `infer` has found to be right.
    fn placed(&self, input: &Shape) -> Placed {
        self.window.place("conv2d", input, "").unwrap_or_else(|_| unreachable!("the shape was inferred"))
    }
}

impl Layer for Conv2d {
    fn describe(&self) -> String {
        let [rows, columns] = self.window.kernel();
        let activation =
            if self.activation.word == "identity" { String::new() } else { format!(" + {}", self.activation.word) };
        format!("conv2d {rows}x{columns}{activation}")
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let placed = self.window.place("conv2d", input, origin)?;
        if let Some(at) = &self.groups_at {
            for (what, size) in [("channels", &placed.channels), ("filters", &self.filters)] {
                match size.value() {
                    Some(value) if value % self.groups == 0 => {}
                    Some(value) => {
                        return Err(
                            message!("`conv2d`: {value} {what} cannot be divided into {} groups", self.groups).at(at)
                        );
                    }
                    None => {
                        return Err(message!("`conv2d`: groups need {what} as a literal, these are {size}").at(at));
                    }
                }
            }
        }
        if self.patch(input).is_beyond_types() {
            return Err(message!(
                "`conv2d` would have to compute with a parameter of the struct: {origin} gives {input}"
            )
            .help("stable Rust cannot; use literals or `const` items for these sizes")
            .into());
        }
        let [rows, columns] = placed.output.map(Size::known);
        Ok(Shape(vec![self.filters.clone(), rows, columns]))
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let Placed { channels, input, output, kernel, stride, padding, dilation } = self.placed(at.input);
        let array = |[a, b]: [usize; 2]| {
            let (a, b) = (Size::known(a), Size::known(b));
            quote!([#a, #b])
        };
        let (stride, padding, dilation) = (array(stride), array(padding), array(dilation));
        let groups = Size::known(self.groups);
        let activation = &self.activation.value;
        let [rows, columns] = kernel.map(Size::known);
        let [input_rows, input_columns] = input.map(Size::known);
        let [output_rows, output_columns] = output.map(Size::known);
        let (scalar, filters) = (at.scalar, &self.filters);
        let (seen, patch, bias) =
            (self.seen(at.input).in_type(), self.patch(at.input).in_type(), self.bias().in_type());
        let filters_type = filters.in_type();
        Emitted {
            ty: quote!(__rt::layers::Conv2d<#scalar, #seen, #filters_type, #rows, #columns, #patch, #bias>),
            config: quote! {
                __rt::layers::Conv2dConfig {
                    input: [#channels, #input_rows, #input_columns],
                    output: [#filters, #output_rows, #output_columns],
                    kernel: [#rows, #columns],
                    stride: #stride,
                    padding: #padding,
                    dilation: #dilation,
                    groups: #groups,
                    activation: #activation,
                }
            },
        }
    }

    fn parameters(&self, input: &Shape, _: &Shape) -> Option<Size> {
        Some(self.patch(input).times(&self.filters).plus(&self.bias()))
    }

    fn initialiser(&self, next: Family) -> TokenStream {
        self.init.clone().unwrap_or_else(|| initialiser::by_activation(next))
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: self.activation.word != "identity" }
    }

    fn flops(&self, input: &Shape, output: &Shape) -> Size {
        let products = Size::known(2).times(&self.patch(input)).times(&output.values());
        let once = |yes: bool| if yes { output.values() } else { Size::known(0) };
        products.plus(&once(self.bias)).plus(&once(self.activation.word != "identity"))
    }

    fn fused(&self) -> Option<&Activation> {
        Some(&self.activation)
    }

    fn fuse(&mut self, activation: &Activation) -> bool {
        let free = self.activation.word == "identity" && activation.from_output;
        if free {
            self.activation = activation.clone();
        }
        free
    }
}
