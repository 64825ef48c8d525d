//! Tests of the macro as a whole.

mod faults;
mod memory;
mod totality;
