//! Tests of the macro as a whole.

mod expansion;
mod faults;
mod golden;
mod graphs;
mod memory;
mod registry;
mod totality;
