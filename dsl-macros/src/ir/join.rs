//! Where branches meet.

use crate::diag::{Fault, message};
use crate::ir::{Shape, Size};

/// How branches become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// Value by value.
    Add,
    /// One behind the other, along the first dimension.
    Concat,
    /// One behind the other, whatever their shapes: the end of a network with several outputs.
    Heads,
}

impl Join {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Concat => "concat",
            Self::Heads => "heads",
        }
    }

    /// What the runtime calls the way forward, and the way back.
    pub(crate) fn passes(self) -> [&'static str; 2] {
        match self {
            Self::Add => ["add", "copy"],
            Self::Concat | Self::Heads => ["concat", "split"],
        }
    }

    /// The shape rule: `origins` name the producers, for messages.
    pub(crate) fn infer(self, inputs: &[&Shape], origins: &[String]) -> Result<Shape, Fault> {
        let (first, rest) = inputs.split_first().expect("a join has branches");
        for (shape, origin) in rest.iter().zip(&origins[1..]) {
            let (what, fits) = match self {
                Self::Add => ("adds branches of one shape", first.equals(shape)),
                Self::Concat => {
                    let tail = |shape: &Shape| Shape(shape.0[1..].to_vec());
                    ("joins branches that differ in the first size only", tail(first).equals(&tail(shape)))
                }
                Self::Heads => break,
            };
            if fits == Some(false) {
                let text =
                    message!("`{}` {what}, but {} gives {first} and {origin} gives {shape}", self.word(), origins[0]);
                return Err(text.help("give both branches the same sizes").into());
            }
        }
        Ok(match self {
            Self::Add => (*first).clone(),
            Self::Concat => {
                let sum = inputs.iter().fold(Size::default(), |sum, shape| sum.plus(&shape.0[0]));
                Shape([&[sum], &first.0[1..]].concat())
            }
            Self::Heads => Shape(vec![inputs.iter().fold(Size::default(), |sum, shape| sum.plus(&shape.values()))]),
        })
    }
}
