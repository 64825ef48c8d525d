//! A network that is a layer of another, beside one of its own: which values are the same.

use crate::error::{Error, Result};
use crate::network::{LayerInfo, Network, TensorInfo};
use crate::place::{Place, places};

/// The name within the part, of a layer of the outer network.
fn within<'n>(layer: &'n LayerInfo, part: &str) -> Option<&'n str> {
    layer.name.strip_prefix(part)?.strip_prefix('.')
}

/// Whether the layers of `part` in `N` are those of `P`.
pub(crate) fn check<N: Network, P: Network>(part: &str) -> Result<()> {
    let fault = |name, problem| Err(Error::Layer { name, problem });
    let mut own = P::LAYERS.iter();
    for outer in N::LAYERS {
        let Some(name) = within(outer, part) else { continue };
        let Some(inner) = own.next() else { return fault(outer.name, "the other network has no such layer") };
        let same = |(a, b): (&TensorInfo, &TensorInfo)| a.name == b.name && a.shape == b.shape;
        if inner.name != name || inner.tensors.len() != outer.tensors.len() {
            return fault(inner.name, "the part has another layer in its place");
        }
        if !inner.tensors.iter().zip(outer.tensors).all(same) {
            return fault(inner.name, "the part has other shapes");
        }
    }
    match own.next() {
        Some(inner) => fault(inner.name, "the part has no such layer"),
        None => Ok(()),
    }
}

/// Calls `visit` with each tensor's place in `N` and in `P`, which [`check`] has compared.
pub(crate) fn for_each<N: Network, P: Network>(part: &str, mut visit: impl FnMut(Place, Place)) {
    let outer = places(N::LAYERS).filter(|place| within(place.layer, part).is_some());
    for (outer, inner) in outer.zip(places(P::LAYERS)) {
        visit(outer, inner);
    }
}
