//! What a data set must be before a network sees it.

use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::network::Network;
use crate::real::Real;

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
    if data.features() != N::INPUTS {
        return Err(Error::Length { what: "features", expected: N::INPUTS, found: data.features() });
    }
    let width = L::targets_per_sample(N::OUTPUTS);
    if data.width() != width {
        return Err(Error::Length { what: "targets of a sample", expected: width, found: data.width() });
    }
    if let Some(value) = data.inputs().iter().position(|value| !value.is_finite()) {
        return Err(Error::NotFinite { what: "input", index: value / N::INPUTS, epoch: None });
    }
    loss.check(N::OUTPUTS, data.targets())
}
