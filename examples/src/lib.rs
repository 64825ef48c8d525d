//! What the lessons share: embedded data, command-line options, pictures, a training loop.

pub mod command_line;
pub mod interrupt;
pub mod options;
pub mod png;
pub mod sets;
pub mod terminal;
pub mod training;
