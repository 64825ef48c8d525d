//! What a data set must be before a network sees it.

use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::network::Network;

/// Finds what would fail in the middle of a run: no samples, other shapes than the network's, values that are not
/// finite, targets that the loss cannot take. `what` names the set in the first case.
pub(super) fn check<N: Network, L: Loss<N::Scalar>>(
    what: &'static str,
    data: &Dataset<N::Scalar, L::Target>,
    loss: &L,
) -> Result<()> {
    if data.is_empty() {
        return Err(Error::Empty { what });
    }
    data.check_shape(N::INPUT)?;
    let width = loss.targets_per_sample(N::OUTPUTS);
    if data.width() != width {
        return Err(Error::Length { what: "targets of a sample", expected: width, found: data.width() });
    }
    data.check_finite()?;
    loss.check(N::OUTPUTS, data.targets())
}
