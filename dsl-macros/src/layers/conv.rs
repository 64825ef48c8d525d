//! `conv1d(filters, kernel, stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, init = ..)`:
//! [c, l] -> [filters, l']; `conv2d` likewise: [c, h, w] -> [filters, h', w']; `conv_transpose2d`, the other way round,
//! with `output_padding = 0`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::arguments::Arguments;
use super::maps::{Rank, array, largest_divisor};
use super::window::{Placed, Use, Window};
use super::{Activation, Chosen, Emitted, Family, Layer, Place, Reads, Role, initialiser};
use crate::diag::{Fault, message};
use crate::ir::{NO_COMPUTING, Shape, Size};
use crate::syntax::Value;

/// Samples in a block of the runtime.
const LANES: usize = 16;

/// Which of the convolutions.
struct Kind {
    word: &'static str,
    /// The runtime's type.
    ty: &'static str,
    rank: Rank,
    used: Use,
    example: &'static str,
}

const CONV1D: Kind = Kind {
    word: "conv1d",
    ty: "Conv1d",
    rank: Rank::Sequence,
    used: Use::Convolution,
    example: "conv1d(16, kernel = 3)",
};

const CONV2D: Kind =
    Kind { word: "conv2d", ty: "Conv2d", rank: Rank::Image, used: Use::Convolution, example: "conv2d(16, kernel = 3)" };

const CONV_TRANSPOSE2D: Kind = Kind {
    word: "conv_transpose2d",
    ty: "ConvTranspose2d",
    rank: Rank::Image,
    used: Use::Transposed,
    example: "conv_transpose2d(16, kernel = 2, stride = 2)",
};

struct Conv {
    kind: &'static Kind,
    filters: Size,
    window: Window,
    groups: usize,
    groups_at: Option<Value>,
    bias: bool,
    init: Option<Chosen>,
    activation: Activation,
}

pub(super) fn parse_1d(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    parse(&CONV1D, arguments)
}

pub(super) fn parse_2d(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    parse(&CONV2D, arguments)
}

pub(super) fn parse_transposed(arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    parse(&CONV_TRANSPOSE2D, arguments)
}

fn parse(kind: &'static Kind, arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let filters = arguments.size("filters", "its number of filters", kind.example);
    let window = Window::parse(arguments, kind.used, kind.rank, kind.example);
    let groups = arguments.whole_or("groups", 1, 1);
    let bias = arguments.flag("bias", true);
    let init = initialiser::parse(arguments);
    let (groups, groups_at) = groups?;
    let activation = Activation::identity();
    Some(Box::new(Conv { kind, filters: filters?, window: window?, groups, groups_at, bias, init, activation }))
}

impl Conv {
    fn bias(&self) -> Size {
        if self.bias { self.filters.clone() } else { Size::known(0) }
    }

    fn transposed(&self) -> bool {
        self.kind.used == Use::Transposed
    }

    /// Channels and filters as the weights have them: those on the side of the patches are of one group.
    fn sides(&self, input: &Shape) -> [Size; 2] {
        let (channels, filters) = (&input.0[0], &self.filters);
        if self.transposed() {
            [channels.clone(), filters.divided(self.groups)]
        } else {
            [channels.divided(self.groups), filters.clone()]
        }
    }

    /// The rows of the weights, and the values of the patch that each of them has.
    fn matrix(&self, input: &Shape) -> (Size, Size) {
        let [channels, filters] = self.sides(input);
        let (rows, seen) = if self.transposed() { (channels, filters) } else { (filters, channels) };
        (rows, seen.times(&self.window.taps()))
    }
}

impl Layer for Conv {
    fn describe(&self) -> String {
        let (word, kernel) = (self.kind.word, self.window.describe());
        self.activation.behind(&format!("{word} {kernel}"))
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let word = self.kind.word;
        let Placed { maps, output, .. } = self.window.place(word, input, origin)?;
        if let Some(at) = &self.groups_at {
            for (what, size) in [("channels", &maps.channels), ("filters", &self.filters)] {
                match size.value() {
                    Some(value) if value % self.groups == 0 => {}
                    Some(value) => {
                        let fault =
                            message!(E25, "`{word}`: {value} {what} cannot be divided into {} groups", self.groups);
                        let both = [maps.channels.value(), self.filters.value()];
                        return Err(fault.help(largest_divisor(self.groups, both)).at(at));
                    }
                    None => {
                        let fault = message!(E17, "`{word}`: groups need {what} as a literal, these are {size}");
                        return Err(fault.help("write the number, or leave out `groups`").at(at));
                    }
                }
            }
        }
        if self.matrix(input).1.is_beyond_types() {
            let fault =
                message!(E17, "`{word}` would have to compute with a parameter of the struct: {origin} gives {input}");
            return Err(fault.help(NO_COMPUTING).into());
        }
        Ok(maps.shape(self.filters.clone(), output))
    }

    fn emit(&self, at: &Place<'_>) -> Emitted {
        let Placed { maps, output, kernel, stride, padding, dilation } = self.window.placed(self.kind.word, at.input);
        let [stride, padding, dilation] = [stride, padding, dilation].map(array);
        let [rows, columns] = kernel.map(Size::known);
        let taps = if self.kind.rank == Rank::Sequence { quote!(#columns) } else { quote!(#rows, #columns) };
        let [input_rows, input_columns] = maps.size.map(Size::known);
        let [output_rows, output_columns] = output.map(Size::known);
        let (scalar, channels, filters) = (at.scalar, &maps.channels, &self.filters);
        let [from, to] = self.sides(at.input).map(|size| size.in_type());
        let (patch, bias) = (self.matrix(at.input).1.in_type(), self.bias().in_type());
        let (ty, groups, activation) =
            (format_ident!("{}", self.kind.ty), Size::known(self.groups), &self.activation.value);
        Emitted {
            ty: quote!(__rt::layers::#ty<#scalar, #from, #to, #taps, #patch, #bias>),
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
        let (rows, patch) = self.matrix(input);
        Some(patch.times(&rows).plus(&self.bias()))
    }

    fn block_gradient(&self, input: &Shape, output: &Shape) -> Option<Size> {
        /// Lanes are added up once a weight and block, which fewer places are not worth.
        const PLACES: usize = 64;
        let side = if self.transposed() { input } else { output };
        let places = side.values().value()? / side.0[0].value()?;
        let rows = self.parameters(input, output)?.value()?.div_ceil(LANES);
        let read = input.values().value()? + output.values().value()?;
        (places >= PLACES && rows <= read).then(|| Size::known(rows))
    }

    fn initialiser(&self, next: Family) -> TokenStream {
        initialiser::or_by_activation(self.init.as_ref(), next)
    }

    fn reads(&self) -> Reads {
        Reads { x: false, y: !self.activation.is_identity() }
    }

    fn flops(&self, input: &Shape, output: &Shape) -> Size {
        // Each value of one side meets a patch of the other.
        let values = if self.transposed() { input.values() } else { output.values() };
        let products = Size::known(2).times(&self.matrix(input).1).times(&values);
        let once = |yes: bool| if yes { output.values() } else { Size::known(0) };
        products.plus(&once(self.bias)).plus(&once(!self.activation.is_identity()))
    }

    fn role(&self) -> Role<'_> {
        Role::Linear { bias: self.bias, mixes: self.groups == 1, init: self.init.as_ref() }
    }

    fn absorb_norm(&mut self) -> bool {
        let free = !self.transposed() && self.activation.is_identity();
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
