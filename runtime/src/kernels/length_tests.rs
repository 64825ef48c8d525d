//! What does not fit together is refused in the same words on every level, before anything is read or written.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::halve;
use crate::isa::Level;
use crate::layers::Window2d;

/// Asserts that `kernel` panics with this message on every level.
#[track_caller]
fn assert_refused(message: &str, kernel: impl Fn(Level)) {
    for level in Level::available() {
        let panic = catch_unwind(AssertUnwindSafe(|| kernel(level))).expect_err(level.name());
        assert_eq!(panic.downcast_ref::<&str>(), Some(&message), "on {}", level.name());
    }
}

#[test]
fn pools_of_one_sample_are_of_whole_maps() {
    // Rows of whole half vectors and others; windows that cover the map, and that leave a column or a row.
    for columns in [3, 4, 8] {
        for [height, width] in [[2, 2 * columns], [2, 2 * columns + 1], [3, 2 * columns]] {
            let window = Window2d::new([height, width], [1, columns], [2, 2], [2, 2], [0, 0]);
            for [inputs, outputs] in [
                [window.inputs(), 1000 * columns],
                [2 * window.inputs(), columns],
                [window.inputs(), 0],
                [2 * window.inputs(), 2 * columns - 1],
                [2 * window.inputs() - 1, 2 * columns],
            ] {
                assert_refused("a pool's input and output are as many whole maps", |level| {
                    halve::fast::max(level, window, &vec![0.0_f32; inputs], &mut vec![0.0; outputs]);
                });
            }
        }
    }
}
