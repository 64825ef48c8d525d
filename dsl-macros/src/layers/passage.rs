//! The way into a network that is a layer of another, and out of it or of a block: nothing runs, shapes are compared.

use super::Layer;
use crate::diag::{Fault, message};
use crate::ir::Shape;

pub(crate) struct Passage {
    /// The network's path, or the block's word.
    pub(crate) word: String,
    /// On the way in, what it is declared to take.
    pub(crate) takes: Option<Shape>,
}

impl Layer for Passage {
    fn describe(&self) -> String {
        self.word.clone()
    }

    fn infer(&self, input: &Shape, origin: &str) -> Result<Shape, Fault> {
        let Some(takes) = &self.takes else { return Ok(input.clone()) };
        if input.equals(takes) == Some(false) {
            let fault = message!(E37, "`{}` takes {takes}, but {origin} gives {input}", self.word);
            let same = input.values().equals(&takes.values()) == Some(true);
            let help = if same && takes.0.len() == 1 {
                format!("put `flatten` in front of it: {input} becomes {takes}")
            } else {
                format!("let {origin} give {takes}, or declare another input for `{}`", self.word)
            };
            return Err(fault.help(help).into());
        }
        Ok(takes.clone())
    }

    fn takes(&self) -> Option<&Shape> {
        self.takes.as_ref()
    }

    fn is_transparent(&self) -> bool {
        true
    }

    fn is_view(&self) -> bool {
        true
    }
}
