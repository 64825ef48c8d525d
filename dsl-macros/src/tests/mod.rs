//! Tests of the macro as a whole.

mod blocks;
mod expansion;
mod faults;
mod foreign;
mod golden;
mod graphs;
mod index;
mod lints;
mod maps;
mod memory;
mod numbers;
mod registry;
mod totality;
