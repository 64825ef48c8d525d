//! A window that slides over an image: the arithmetic that convolution and pooling share.

use super::arguments::Arguments;
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};
use crate::syntax::Value;

/// Kernel, stride, padding and dilation, rows first.
pub(super) struct Window {
    kernel: [usize; 2],
    /// Where the kernel stands, for faults.
    kernel_at: Value,
    stride: [usize; 2],
    padding: Padding,
    dilation: [usize; 2],
    rounding: Rounding,
}

enum Padding {
    /// On every side.
    Fixed([usize; 2]),
    /// As much as keeps the size, divided by the stride.
    Same,
}

/// What happens to rows and columns that no whole window covers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// They are left out.
    Down,
    /// They get a window that hangs over the edge.
    Up,
    /// They are a fault.
    Forbidden,
}

/// A window at its place: everything as numbers.
pub(super) struct Placed {
    pub(super) channels: Size,
    pub(super) input: [usize; 2],
    pub(super) output: [usize; 2],
    pub(super) kernel: [usize; 2],
    pub(super) stride: [usize; 2],
    /// Above and left.
    pub(super) padding: [usize; 2],
    pub(super) dilation: [usize; 2],
}

impl Window {
    /// Reads the options; without `stride`, a pool's windows lie side by side.
    pub(super) fn parse(arguments: &mut Arguments<'_>, pool: bool) -> Option<Self> {
        let given = arguments.has("kernel") || arguments.more();
        let kernel = arguments.pair("kernel", 1);
        if kernel.is_none() && !given {
            let example = if pool { "max_pool2d(2)" } else { "conv2d(16, kernel = 3)" };
            arguments.missing("the size of its kernel", example);
        }
        let stride_given = arguments.has("stride");
        let stride = if stride_given { Some(arguments.named_pair("stride", 1)?) } else { None };
        let padding = if arguments.is_word("padding", "same") {
            Padding::Same
        } else if arguments.has("padding") {
            Padding::Fixed(arguments.named_pair("padding", 0)?)
        } else {
            Padding::Fixed([0, 0])
        };
        let (mut dilation, mut rounding) = ([1, 1], Rounding::Down);
        if pool {
            rounding = match arguments.word("rounding", &["floor", "ceil"]) {
                Some((word, _)) if word == "ceil" => Rounding::Up,
                Some(_) => Rounding::Down,
                None => Rounding::Forbidden,
            };
        } else if arguments.has("dilation") {
            dilation = arguments.named_pair("dilation", 1)?;
        }
        // Known from here on, also where they were not given.
        arguments.know(&["stride", "padding"]);
        if !pool {
            arguments.know(&["dilation"]);
        }
        let (kernel, kernel_at) = kernel?;
        let stride = stride.unwrap_or(if pool { kernel } else { [1, 1] });
        Some(Self { kernel, kernel_at, stride, padding, dilation, rounding })
    }

    pub(super) fn kernel(&self) -> [usize; 2] {
        self.kernel
    }

    /// Lays the window over an image.
    pub(super) fn place(&self, word: &str, input: &Shape, origin: &str) -> Result<Placed, Fault> {
        let [channels, rows, columns] = &input.0[..] else {
            return Err(
                message!("`{word}` needs an image [channels, rows, columns], but {origin} gives {input}").into()
            );
        };
        let (Some(rows), Some(columns)) = (rows.value(), columns.value()) else {
            return Err(message!("`{word}` needs rows and columns as literals, but {origin} gives {input}").into());
        };
        let size = [rows, columns];
        let (mut output, mut padding) = ([0, 0], [0, 0]);
        for axis in 0..2 {
            (output[axis], padding[axis]) = self.axis(word, axis, size[axis])?;
        }
        let Self { kernel, stride, dilation, .. } = *self;
        Ok(Placed { channels: channels.clone(), input: size, output, kernel, stride, padding, dilation })
    }

    /// Output and padding in front, along one axis.
    fn axis(&self, word: &str, axis: usize, size: usize) -> Result<(usize, usize), Fault> {
        let what = ["rows", "columns"][axis];
        let (kernel, stride) = (self.dilation[axis] * (self.kernel[axis] - 1) + 1, self.stride[axis]);
        let padding = match self.padding {
            Padding::Same => {
                let output = size.div_ceil(stride);
                let needed = ((output - 1) * stride + kernel).saturating_sub(size);
                return Ok((output, needed / 2));
            }
            Padding::Fixed(padding) => padding[axis],
        };
        let padded = size + 2 * padding;
        if kernel > padded {
            let padding = if padding > 0 { format!(" with padding {padding}") } else { String::new() };
            return Err(message!(
                "`{word}`: a kernel of {kernel} {what} is larger than the image of {size} {what}{padding}"
            )
            .help(format!("use a kernel of at most {padded}, or a padding of at least {}", (kernel - size).div_ceil(2)))
            .at(&self.kernel_at));
        }
        let remainder = (padded - kernel) % stride;
        let down = (padded - kernel) / stride + 1;
        match self.rounding {
            Rounding::Forbidden if remainder > 0 => {
                Err(message!("`{word}`: windows of {kernel} with stride {stride} leave {remainder} of {padded} {what}")
                    .help("choose `rounding = floor` to leave them out, or `rounding = ceil` to cover them too")
                    .at(&self.kernel_at))
            }
            // The last window must begin in the image or in the padding in front of it.
            Rounding::Up if remainder > 0 && down * stride < size + padding => Ok((down + 1, padding)),
            _ => Ok((down, padding)),
        }
    }
}
