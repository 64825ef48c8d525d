//! Batch norm as part of the layer in front, for inference.
//!
//! ```text
//! s = γ / √(running variance + ε)      W ← s·W, row by row      b ← s·(b − running mean) + β
//! ```

use alloc::boxed::Box;

use crate::network::Network;
use crate::place::{Place, places};
use crate::real::Real;

/// A batch norm, and the layer in front of it.
#[derive(Clone, Copy, Debug)]
pub struct Fold {
    /// A layer whose weights lie with the outputs fastest.
    pub linear: &'static str,
    /// The batch norm that takes its outputs.
    pub norm: &'static str,
    /// The batch norm's ε.
    pub epsilon: f64,
}

/// `network` without the batch norms in `folds`: `F` is declared like it, but for those, and with a bias in front of them.
pub fn fold<N: Network, F: Network<Scalar = N::Scalar>>(network: &N, folds: &[Fold]) -> Box<F> {
    let mut folded = F::zeroed();
    let kept = N::LAYERS.iter().filter(|layer| folds.iter().all(|fold| fold.norm != layer.name));
    for (own, other) in kept.zip(F::LAYERS) {
        for to in places(F::LAYERS).filter(|it| it.layer.name == other.name) {
            let same = |from: &Place| from.layer.name == own.name && from.tensor.name == to.tensor.name;
            // A bias that was not there stays 0.
            if let Some(from) = places(N::LAYERS).find(|from| same(from) && from.len() == to.len()) {
                to.of_mut(&mut *folded).copy_from_slice(from.of(network));
            }
        }
        // One may have taken several, one after another.
        for fold in folds.iter().filter(|fold| fold.linear == own.name) {
            scale(network, &mut *folded, *fold, other.name);
        }
    }
    folded
}

fn scale<N: Network, F: Network<Scalar = N::Scalar>>(network: &N, folded: &mut F, fold: Fold, linear: &str) {
    let of_norm = |tensor: &str| {
        let place = places(N::LAYERS).find(|it| it.layer.name == fold.norm && it.tensor.name == tensor);
        place.map_or(&[][..], |place| place.of(network))
    };
    let [gamma, beta, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(of_norm);
    for tensor in places(F::LAYERS).filter(|it| it.layer.name == linear) {
        let is_bias = tensor.tensor.name == "bias";
        for row in tensor.of_mut(folded).chunks_exact_mut(gamma.len()) {
            for (i, value) in row.iter_mut().enumerate() {
                let scale = gamma[i].to_f64() / libm::sqrt(variance[i].to_f64() + fold.epsilon);
                let moved = if is_bias { value.to_f64() - mean[i].to_f64() } else { value.to_f64() };
                *value = N::Scalar::from_f64(scale * moved + if is_bias { beta[i].to_f64() } else { 0.0 });
            }
        }
    }
}
