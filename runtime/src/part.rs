//! A network that is a layer of another, beside one of its own: which values are the same.

use crate::error::{Error, Result};
use crate::kernels::block::Block;
use crate::network::{LayerInfo, Network, Role};
use crate::real::Real;

/// Where the values of a layer lie in its network, parameters or running statistics.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    role: Role,
    start: usize,
    len: usize,
}

impl Place {
    /// The values in `network`.
    pub(crate) fn of<T: Real, B: Block<T>>(self, network: &B) -> &[T] {
        let all = if self.role == Role::Buffer { network.buffers() } else { network.values() };
        &all[self.start..][..self.len]
    }

    /// The values in `network`.
    pub(crate) fn of_mut<T: Real, B: Block<T>>(self, network: &mut B) -> &mut [T] {
        let all = if self.role == Role::Buffer { network.buffers_mut() } else { network.values_mut() };
        &mut all[self.start..][..self.len]
    }
}

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
        let same = |(a, b): (&crate::TensorInfo, &crate::TensorInfo)| a.name == b.name && a.shape == b.shape;
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
    let outer = places(N::LAYERS).filter(|(layer, _)| within(layer, part).is_some());
    for ((_, outer), (_, inner)) in outer.zip(places(P::LAYERS)) {
        visit(outer, inner);
    }
}

/// Every tensor of a network, with its layer.
fn places(layers: &'static [LayerInfo]) -> impl Iterator<Item = (&'static LayerInfo, Place)> {
    let mut buffers = 0;
    layers.iter().flat_map(|layer| layer.tensors.iter().map(move |tensor| (layer, tensor))).scan(
        0,
        move |parameters, (layer, tensor)| {
            // Parameters lie layer by layer without a gap, and so do buffers.
            let start = if tensor.role == Role::Buffer { &mut buffers } else { parameters };
            let place = Place { role: tensor.role, start: *start, len: tensor.len() };
            *start += place.len;
            Some((layer, place))
        },
    )
}
