//! Layer-sequential unit variance: weights scaled by data.

use alloc::vec;

use crate::bounds::{at_least_one, positive};
use crate::error::{Error, Result};
use crate::inspect::observe;
use crate::loss::Mse;
use crate::network::Network;
use crate::place::trained;
use crate::real::Real;

/// Scales the weights of dense layers and convolutions until the values in front of their activations have the variance 1
/// on a batch.
///
/// ```text
/// layer by layer, from the first:   z = W·x + b      σ = deviation of all z over the batch
///                                   W ← W/σ          b ← b/σ          until |σ² − 1| ≤ tolerance
/// ```
///
/// Source: D. Mishkin, J. Matas, All you need is a good init, 2016; tolerance and iterations are those of the authors' program.
///
/// Deviations: the weights begin as the declaration says; `init = orthogonal` is the paper's beginning. The bias is scaled too, so
/// that one iteration is enough; the paper's is 0.
///
/// ```
/// use shapewise::init::Lsuv;
/// use shapewise::prelude::*;
///
/// network! {
///     struct Net: [2] -> [2] {
///         dense(16, init = orthogonal), tanh,
///         dense(16, init = orthogonal), tanh,
///         dense(2, init = orthogonal),
///     }
/// }
///
/// let mut net = Net::boxed(1);
/// Lsuv::default().apply(&mut *net, &[3.0, -1.0, 0.5, 2.0, -4.0, 0.0])?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lsuv {
    /// How far from 1 a variance may stay, above 0; 0.1.
    pub tolerance: f64,
    /// The most iterations for a layer, at least 1; 10.
    pub iterations: usize,
}

impl Default for Lsuv {
    fn default() -> Self {
        Self { tolerance: 0.1, iterations: 10 }
    }
}

impl Lsuv {
    /// Scales the weights of `network` on `inputs`, sample by sample, in training mode. Layers whose weights are tied to others
    /// keep them, and so do layers of one's own and networks that were not declared by `network!`.
    ///
    /// # Errors
    ///
    /// When a number is out of its bounds, the batch is empty or its length is not what the network needs; and
    /// [`Error::Layer`] when the outputs of a layer do not vary, are infinite or do not come within the tolerance. Layers in front
    /// of it are then scaled already.
    pub fn apply<N: Network>(self, network: &mut N, inputs: &[N::Scalar]) -> Result<()> {
        let Self { tolerance, iterations } = self;
        positive("tolerance", tolerance)?;
        at_least_one("iterations", iterations as u64)?;
        // The loss has no part in it.
        let targets = vec![N::Scalar::zero(); inputs.len() / N::INPUTS * N::OUTPUTS];
        for step in 0..N::STEPS.len() {
            for left in (0..=iterations).rev() {
                let seen = observe(network, &Mse, inputs, &targets, 0)?;
                let Some(values) = &seen.layers[step].linear else { break };
                let name = seen.layers[step].name;
                let fault = |problem| Err(Error::Layer { name, problem });
                let variance = values.deviation * values.deviation;
                if values.not_finite > 0 || !variance.is_finite() {
                    return fault("its outputs are infinite or not a number");
                }
                if variance <= f64::MIN_POSITIVE {
                    return fault("its outputs do not vary, so no scale gives them the variance 1");
                }
                if (variance - 1.0).abs() <= tolerance {
                    break;
                }
                if left == 0 {
                    return fault("the variance of its outputs does not come within the tolerance");
                }
                scale(network, name, 1.0 / values.deviation);
            }
        }
        Ok(())
    }
}

/// Multiplies the parameters of a layer.
fn scale<N: Network>(network: &mut N, name: &str, factor: f64) {
    for place in trained(N::LAYERS).filter(|place| place.layer.name == name) {
        for value in place.of_mut(network) {
            *value = N::Scalar::from_f64(value.to_f64() * factor);
        }
    }
}
