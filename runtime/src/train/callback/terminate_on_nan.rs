//! An end, not a failure, when the loss leaves the numbers.

use super::{Callback, Context};
use crate::error::Result;
use crate::network::Network;

/// Ends the run when the loss is infinite or not a number: [`fit`](crate::train::Trainer::fit) then gives the history so
/// far instead of an error. The parameters are those before the batch.
///
/// ```
/// let _calm = shapewise::train::callback::TerminateOnNan;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TerminateOnNan;

impl<N: Network> Callback<N> for TerminateOnNan {
    fn name(&self) -> &'static str {
        "terminate_on_nan"
    }

    fn not_finite(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        context.stop();
        Ok(())
    }
}
