//! A network that is a layer of another, beside one of its own: which values are the same.

use crate::error::{Error, Result};
#[cfg(feature = "alloc")]
use crate::names::nearest;
use crate::network::{LayerInfo, Network, TensorInfo};
use crate::place::{Place, places};

/// The name within the part, of a layer of the outer network.
fn within<'n>(layer: &'n LayerInfo, part: &str) -> Option<&'n str> {
    layer.name.strip_prefix(part)?.strip_prefix('.')
}

/// Whether the layers of `part` in `N` are those of `P`.
pub(crate) fn check<N: Network, P: Network>(part: &str) -> Result<()> {
    let fault = |name, problem| Err(Error::Layer { name, problem });
    let mut outer = N::LAYERS.iter().filter_map(|layer| Some((layer, within(layer, part)?))).peekable();
    if outer.peek().is_none() {
        return Err(no_part::<N>(part));
    }
    let mut inner = P::LAYERS.iter();
    for (outer, name) in outer {
        let Some(inner) = inner.next() else { return fault(outer.name, "the other network has no such layer") };
        let same = |(a, b): (&TensorInfo, &TensorInfo)| a.name == b.name && a.shape == b.shape;
        if inner.name != name || inner.tensors.len() != outer.tensors.len() {
            return fault(inner.name, "the part has another layer in its place");
        }
        if !inner.tensors.iter().zip(outer.tensors).all(same) {
            return fault(inner.name, "the part has other shapes");
        }
    }
    match inner.next() {
        Some(inner) => fault(inner.name, "the part has no such layer"),
        None => Ok(()),
    }
}

/// What `part` is, when `N` has no layers within it.
fn no_part<N: Network>(part: &str) -> Error {
    if let Some(layer) = N::LAYERS.iter().find(|layer| layer.name == part) {
        return Error::Layer { name: layer.name, problem: "a layer of its own, not a network" };
    }
    #[cfg(feature = "alloc")]
    {
        let parts_around = |layer: &LayerInfo| layer.name.match_indices('.').map(|(end, _)| &layer.name[..end]);
        let mut parts: alloc::vec::Vec<_> = N::LAYERS.iter().flat_map(parts_around).collect();
        parts.sort_unstable();
        parts.dedup();
        Error::UnknownLayer { name: part.into(), network: N::NAME, nearest: nearest(part, parts) }
    }
    #[cfg(not(feature = "alloc"))]
    Error::Layer { name: N::NAME, problem: "it has no such part" }
}

/// Calls `visit` with each tensor's place in `N` and in `P`, which [`check`] has compared.
pub(crate) fn for_each<N: Network, P: Network>(part: &str, mut visit: impl FnMut(Place, Place)) {
    let outer = places(N::LAYERS).filter(|place| within(place.layer, part).is_some());
    for (outer, inner) in outer.zip(places(P::LAYERS)) {
        visit(outer, inner);
    }
}
