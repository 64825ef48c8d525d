//! Where branches meet.

use crate::diag::{Fault, Message, message};
use crate::ir::{Shape, Size};

/// How branches become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// Value by value.
    Add,
    /// The same, of the layers' output and the input, which `project` may have changed.
    Residual { projected: bool },
    /// One behind the other, along the first dimension.
    Concat,
    /// One behind the other, whatever their shapes: the end of a network with several outputs.
    Heads,
}

impl Join {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Add | Self::Residual { .. } => "add",
            Self::Concat => "concat",
            Self::Heads => "heads",
        }
    }

    /// Whether it adds value by value.
    pub(crate) fn adds(self) -> bool {
        matches!(self, Self::Add | Self::Residual { .. })
    }

    /// What the runtime calls the way forward, and the way back.
    pub(crate) fn passes(self) -> [&'static str; 2] {
        match self {
            Self::Add | Self::Residual { .. } => ["add", "copy"],
            Self::Concat | Self::Heads => ["concat", "split"],
        }
    }

    /// What a branch of `shape` must give to join one of `first`.
    fn fitting(self, first: &Shape, shape: &Shape) -> Shape {
        match self {
            Self::Concat => Shape([&shape.0[..1], &first.0[1..]].concat()),
            _ => first.clone(),
        }
    }

    /// The sizes that all branches have in common.
    pub(crate) fn same(self, shape: &Shape) -> Shape {
        let from = match self {
            Self::Add | Self::Residual { .. } => 0,
            Self::Concat => 1,
            Self::Heads => shape.0.len(),
        };
        Shape(shape.0[from..].to_vec())
    }

    /// What to say where the first branch and another do not fit.
    pub(crate) fn misfit(self, [first, shape]: [&Shape; 2], [first_origin, origin]: [&str; 2]) -> Message {
        let but = format!("but {first_origin} gives {first} and {origin} gives {shape}");
        let (fault, help) = match self {
            Self::Residual { projected } => (
                message!(E28, "`residual` adds its layers to its input, {but}"),
                if projected {
                    format!("let `project` give {first}, as the layers do")
                } else {
                    projection(shape, first)
                },
            ),
            _ => (
                match self {
                    Self::Concat => message!(E29, "`concat` joins branches that differ in the first size only, {but}"),
                    _ => message!(E29, "`{}` adds branches of one shape, {but}", self.word()),
                },
                if origin == "the input" {
                    format!("let {first_origin} give {}", self.fitting(shape, first))
                } else {
                    format!("let {origin} give {}", self.fitting(first, shape))
                },
            ),
        };
        fault.help(help)
    }

    /// The shape rule: `origins` name the producers, for messages.
    pub(crate) fn infer(self, inputs: &[&Shape], origins: &[String]) -> Result<Shape, Fault> {
        let (first, rest) = inputs.split_first().expect("a join has branches");
        for (shape, origin) in rest.iter().zip(&origins[1..]) {
            let [first_same, same] = [first, shape].map(|shape| self.same(shape));
            if first_same.equals(&same) == Some(false) {
                return Err(self.misfit([first, shape], [&origins[0], origin]).into());
            }
        }
        Ok(match self {
            Self::Add | Self::Residual { .. } => (*first).clone(),
            Self::Concat => {
                let sum = inputs.iter().fold(Size::default(), |sum, shape| sum.plus(&shape.0[0]));
                Shape([&[sum], &first.0[1..]].concat())
            }
            Self::Heads => Shape(vec![inputs.iter().fold(Size::default(), |sum, shape| sum.plus(&shape.values()))]),
        })
    }
}

/// The help where a residual's layers give another shape than its input.
fn projection(input: &Shape, output: &Shape) -> String {
    let layer = match (&input.0[..], &output.0[..]) {
        ([_], [units]) => Some(format!("dense({units})")),
        ([_, from], [filters, to]) => stride(&[(from, to)]).map(|by| format!("conv1d({filters}, kernel = 1{by})")),
        ([_, rows, columns], [filters, to_rows, to_columns]) => {
            stride(&[(rows, to_rows), (columns, to_columns)]).map(|by| format!("conv2d({filters}, kernel = 1{by})"))
        }
        _ => None,
    };
    match layer {
        Some(layer) => format!("residual(project = {layer}) {{ .. }}, or let the layers give {input}"),
        None => format!("let the layers give {input}"),
    }
}

/// The option with which a kernel of 1 leads from the first size to the second, in every pair; none for 1.
fn stride(pairs: &[(&Size, &Size)]) -> Option<String> {
    let leads = |by: usize, (from, to): &(&Size, &Size)| match (from.value(), to.value()) {
        (Some(from), Some(to)) => (from - 1) / by + 1 == to,
        _ => by == 1 && from.equals(to) == Some(true),
    };
    let by = (1..=64).find(|by| pairs.iter().all(|pair| leads(*by, pair)))?;
    Some(if by == 1 { String::new() } else { format!(", stride = {by}") })
}
