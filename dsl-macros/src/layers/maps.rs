//! Maps of images and sequences: what shape rules share.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

/// Whether a map has rows and columns, or places in one row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Sequence,
    Image,
}

impl Rank {
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Image => "image",
        }
    }

    fn form(self) -> &'static str {
        match self {
            Self::Sequence => "a sequence [channels, places]",
            Self::Image => "an image [channels, rows, columns]",
        }
    }

    /// What an axis counts.
    pub(super) fn unit(self, axis: usize) -> &'static str {
        match self {
            Self::Sequence => "places",
            Self::Image => ["rows", "columns"][axis],
        }
    }

    /// Lengths along both axes, as the summary shows them.
    pub(super) fn describe(self, [rows, columns]: [usize; 2]) -> String {
        match self {
            Self::Sequence => columns.to_string(),
            Self::Image => format!("{rows}x{columns}"),
        }
    }
}

/// The maps of a sample. Those of a sequence have one row.
pub(super) struct Maps {
    pub(super) rank: Rank,
    pub(super) channels: Size,
    pub(super) size: [usize; 2],
}

impl Maps {
    /// For a layer that takes maps of one rank.
    pub(super) fn of(rank: Rank, word: &str, input: &Shape, origin: &str) -> Result<Self, Fault> {
        let maps = Self::read(word, input, origin, rank.form(), rank)?;
        if maps.rank == rank {
            return Ok(maps);
        }
        let fault = message!(E22, "`{word}` needs {}, but {origin} gives {input}", rank.form());
        let sibling = match rank {
            Rank::Sequence => word.replace("1d", "2d"),
            Rank::Image => word.replace("2d", "1d"),
        };
        let known = super::LAYERS.iter().any(|(known, _)| *known == sibling);
        let help = match (&input.0[..], known) {
            ([rows, columns], true) => {
                let image = Shape(vec![Size::known(1), rows.clone(), columns.clone()]);
                format!("use `{sibling}`, or put `reshape({image})` in front of it")
            }
            (_, true) => format!("use `{sibling}`"),
            (_, false) => reshaped(rank, input),
        };
        Err(fault.help(help).into())
    }

    /// For a layer that takes maps of either rank.
    pub(super) fn any(word: &str, input: &Shape, origin: &str) -> Result<Self, Fault> {
        let forms = format!("{} or {}", Rank::Image.form(), Rank::Sequence.form());
        Self::read(word, input, origin, &forms, Rank::Image)
    }

    /// What `any` found to be right when the shape was inferred.
    pub(super) fn inferred(input: &Shape) -> Self {
        Self::any("", input, "").unwrap_or_else(|_| unreachable!("the shape was inferred"))
    }

    fn read(word: &str, input: &Shape, origin: &str, needed: &str, wanted: Rank) -> Result<Self, Fault> {
        let (rank, channels, rows, columns) = match &input.0[..] {
            [channels, rows, columns] => (Rank::Image, channels, rows.value(), columns.value()),
            [channels, places] => (Rank::Sequence, channels, Some(1), places.value()),
            _ => {
                let fault = message!(E22, "`{word}` needs {needed}, but {origin} gives {input}");
                return Err(fault.help(reshaped(wanted, input)).into());
            }
        };
        let Some(size) = rows.zip(columns) else {
            let what = if rank == Rank::Image { "rows and columns" } else { "places" };
            let fault = message!(E17, "`{word}` needs {what} as literals, but {origin} gives {input}");
            return Err(fault.help(format!("write {what} as numbers: [.., 28]")).into());
        };
        Ok(Self { rank, channels: channels.clone(), size: size.into() })
    }

    /// The shape of other maps of this rank.
    pub(super) fn shape(&self, channels: Size, [rows, columns]: [usize; 2]) -> Shape {
        Shape(match self.rank {
            Rank::Sequence => vec![channels, Size::known(columns)],
            Rank::Image => vec![channels, Size::known(rows), Size::known(columns)],
        })
    }
}

/// The help for values that lie in another shape.
fn reshaped(rank: Rank, input: &Shape) -> String {
    let values = input.values();
    let side = values.value().map_or(1, usize::isqrt);
    let sizes = match (rank, &input.0[..]) {
        (Rank::Image, [channels, places]) => vec![channels.clone(), Size::known(1), places.clone()],
        (Rank::Image, _) if values.value() == Some(side * side) => {
            vec![Size::known(1), Size::known(side), Size::known(side)]
        }
        (Rank::Image, _) => vec![Size::known(1), Size::known(1), values],
        (Rank::Sequence, _) => vec![Size::known(1), values],
    };
    format!("put `reshape({})` in front of it", Shape(sizes))
}

/// The help where `groups` do not divide all of `counts`.
pub(super) fn largest_divisor(groups: usize, counts: [Option<usize>; 2]) -> String {
    let divides = |parts: &usize| counts.iter().flatten().all(|count| count % parts == 0);
    format!("use {}", (1..groups).rev().find(divides).unwrap_or(1))
}

/// Rows and columns as the runtime takes them.
pub(super) fn array(lengths: [usize; 2]) -> TokenStream {
    let [rows, columns] = lengths.map(Size::known);
    quote!([#rows, #columns])
}
