//! A window that slides over maps: the arithmetic that convolutions and pools share.

use super::arguments::Arguments;
use super::maps::{Maps, Rank};
use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};
use crate::syntax::Value;

/// Kernel, stride, padding and dilation, rows first.
pub(super) struct Window {
    rank: Rank,
    used: Use,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
    dilation: [usize; 2],
    /// What a transposed convolution adds below and on the right.
    added: [usize; 2],
    rounding: Rounding,
    /// Where they stand, for faults.
    kernel_at: Value,
    padding_at: Option<Value>,
    added_at: Option<Value>,
}

/// What slides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Convolution,
    Transposed,
    Pool,
}

enum Padding {
    /// On every side.
    Fixed([usize; 2]),
    /// As much as keeps the size, divided by the stride.
    Same,
}

/// What happens to rows and columns that no whole window covers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounding {
    /// They are left out.
    Down,
    /// They get a window that hangs over the edge.
    Up,
    /// They are a fault.
    Forbidden,
}

/// A window at its place: everything as numbers.
pub(super) struct Placed {
    pub(super) maps: Maps,
    pub(super) output: [usize; 2],
    pub(super) kernel: [usize; 2],
    pub(super) stride: [usize; 2],
    /// Above and left.
    pub(super) padding: [usize; 2],
    pub(super) dilation: [usize; 2],
}

impl Window {
    /// Reads the options; without `stride`, a pool's windows lie side by side.
    pub(super) fn parse(arguments: &mut Arguments<'_>, used: Use, rank: Rank, example: &str) -> Option<Self> {
        let kernel = arguments.pair("kernel", 1, "the size of its kernel", example);
        let kernel = kernel.and_then(|kernel| arguments.on(kernel, rank));
        let stride = match (used, kernel.as_ref()) {
            (Use::Pool, Some((kernel, _))) => *kernel,
            _ => [1, 1],
        };
        let stride = arguments.lengths_or("stride", 1, rank, stride);
        let same = used != Use::Transposed && arguments.is_word("padding", "same");
        let padding = arguments.lengths_or("padding", 0, rank, [0, 0]);
        let (mut dilation, mut added, mut rounding) = (Some(([1, 1], None)), Some(([0, 0], None)), Rounding::Down);
        if used == Use::Pool {
            // A word that is none has been reported, and nothing more is to be said about it.
            let given = arguments.has("rounding");
            rounding = match arguments.word("rounding", &["floor", "ceil"]) {
                Some(word) if word == "ceil" => Rounding::Up,
                None if !given => Rounding::Forbidden,
                _ => Rounding::Down,
            };
        } else {
            dilation = arguments.lengths_or("dilation", 1, rank, [1, 1]);
        }
        if used == Use::Transposed {
            added = arguments.lengths_or("output_padding", 0, rank, [0, 0]);
        }
        let ((kernel, kernel_at), (stride, _), (dilation, _)) = (kernel?, stride?, dilation?);
        let ((padding, padding_at), (added, added_at)) = (padding?, added?);
        let padding = if same { Padding::Same } else { Padding::Fixed(padding) };
        Some(Self { rank, used, kernel, stride, padding, dilation, added, rounding, kernel_at, padding_at, added_at })
    }

    /// Places under the kernel.
    pub(super) fn taps(&self) -> Size {
        Size::known(self.kernel[0] * self.kernel[1])
    }

    /// The kernel, as the summary shows it.
    pub(super) fn describe(&self) -> String {
        self.rank.describe(self.kernel)
    }

    /// Lays the window over maps.
    pub(super) fn place(&self, word: &str, input: &Shape, origin: &str) -> Result<Placed, Fault> {
        let maps = Maps::of(self.rank, word, input, origin)?;
        let (mut output, mut padding) = ([0, 0], [0, 0]);
        for axis in 0..2 {
            (output[axis], padding[axis]) = match (self.used, &self.padding) {
                (Use::Transposed, Padding::Fixed(padding)) => {
                    self.spread(word, axis, maps.size[axis], padding[axis])?
                }
                (_, Padding::Fixed(padding)) => self.slide(word, &maps, axis, padding[axis])?,
                (_, Padding::Same) => self.same(axis, maps.size[axis]),
            };
        }
        let Self { kernel, stride, dilation, .. } = *self;
        Ok(Placed { maps, output, kernel, stride, padding, dilation })
    }

    /// What `place` found to be right when the shape was inferred.
    pub(super) fn placed(&self, word: &str, input: &Shape) -> Placed {
        self.place(word, input, "").unwrap_or_else(|_| unreachable!("the shape was inferred"))
    }

    /// Rows or columns from the first that the kernel touches to the last.
    fn reach(&self, axis: usize) -> usize {
        self.dilation[axis] * (self.kernel[axis] - 1) + 1
    }

    /// Output and padding in front, along one axis.
    fn same(&self, axis: usize, size: usize) -> (usize, usize) {
        let output = size.div_ceil(self.stride[axis]);
        let needed = ((output - 1) * self.stride[axis] + self.reach(axis)).saturating_sub(size);
        (output, needed / 2)
    }

    /// Output and padding in front, along one axis.
    fn slide(&self, word: &str, maps: &Maps, axis: usize, padding: usize) -> Result<(usize, usize), Fault> {
        let size = maps.size[axis];
        let (what, noun) = (self.rank.unit(axis), self.rank.noun());
        let (kernel, stride) = (self.reach(axis), self.stride[axis]);
        let padded = size + 2 * padding;
        if kernel > padded {
            let padding = if padding > 0 { format!(" with padding {padding}") } else { String::new() };
            let needed = (kernel - size).div_ceil(2);
            let fault = message!(
                E23,
                "`{word}`: a kernel of {kernel} {what} is larger than the {noun} of {size} {what}{padding}"
            );
            let help = match (maps.channels.value(), maps.size) {
                // Channels are few, and rows and columns alike.
                (Some(rows), [columns, channels]) if rows == columns && channels <= 4 => {
                    format!("channels come first: [{channels}, {rows}, {columns}]")
                }
                (Some(places), [_, channels]) if self.rank == Rank::Sequence && channels < places && channels <= 2 => {
                    format!("channels come first: [{channels}, {places}]")
                }
                _ => {
                    let most = (padded - 1) / self.dilation[axis] + 1;
                    format!("use a kernel of at most {most}, or a padding of at least {needed}")
                }
            };
            return Err(fault.help(help).at(&self.kernel_at));
        }
        if self.used == Use::Pool && padding >= kernel {
            let fault =
                message!(E23, "`{word}`: a padding of {padding} {what} gives windows of {kernel} that see nothing");
            let help = format!("use a padding of at most {}", kernel - 1);
            return Err(fault.help(help).at(self.padding_at.as_ref().unwrap_or(&self.kernel_at)));
        }
        let remainder = (padded - kernel) % stride;
        let down = (padded - kernel) / stride + 1;
        match self.rounding {
            Rounding::Forbidden if remainder > 0 => Err(message!(
                E24,
                "`{word}`: windows of {kernel} with stride {stride} leave {remainder} of {padded} {what}"
            )
            .help("choose `rounding = floor` to leave them out, or `rounding = ceil` to cover them too")
            .at(&self.kernel_at)),
            // The last window must begin in the map or in the padding in front of it.
            Rounding::Up if remainder > 0 && down * stride < size + padding => Ok((down + 1, padding)),
            _ => Ok((down, padding)),
        }
    }

    /// The same for a transposed convolution, whose padding takes away.
    fn spread(&self, word: &str, axis: usize, size: usize, padding: usize) -> Result<(usize, usize), Fault> {
        let what = self.rank.unit(axis);
        let (stride, dilation, added) = (self.stride[axis], self.dilation[axis], self.added[axis]);
        if added >= stride.max(dilation) {
            let fault = message!(
                E15,
                "`{word}`: an output padding of {added} {what} is not below the stride {stride} or the dilation {dilation}"
            );
            let help = format!("use at most {}", stride.max(dilation) - 1);
            return Err(fault.help(help).at(self.added_at.as_ref().unwrap_or(&self.kernel_at)));
        }
        let full = (size - 1) * stride + self.reach(axis) + added;
        if 2 * padding >= full {
            let fault = message!(E27, "`{word}`: a padding of {padding} takes away all of {full} {what}");
            let help = format!("use a padding of at most {}", (full - 1) / 2);
            return Err(fault.help(help).at(self.padding_at.as_ref().unwrap_or(&self.kernel_at)));
        }
        Ok((full - 2 * padding, padding))
    }
}
