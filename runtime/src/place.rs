//! Where the tensors of a network lie.

use core::ops::Range;

use crate::kernels::block::Block;
use crate::network::{LayerInfo, Role, TensorInfo};
use crate::real::Real;

/// Where the values of a tensor lie in its network, among the parameters or the running statistics.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The layer's place in the table of layers.
    #[cfg_attr(not(feature = "alloc"), allow(dead_code, reason = "only training asks, which needs the heap"))]
    pub(crate) index: usize,
    pub(crate) layer: &'static LayerInfo,
    pub(crate) tensor: &'static TensorInfo,
    start: usize,
    /// Not counted anew from the tensor's shape, which small networks would notice.
    len: usize,
}

impl Place {
    /// Values in it.
    pub(crate) fn len(self) -> usize {
        self.len
    }

    /// The same as a range.
    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.start + self.len()
    }

    /// The values in `network`.
    pub(crate) fn of<T: Real, B: Block<T>>(self, network: &B) -> &[T] {
        let all = if self.tensor.role == Role::Buffer { network.buffers() } else { network.values() };
        &all[self.range()]
    }

    /// The values in `network`.
    pub(crate) fn of_mut<T: Real, B: Block<T>>(self, network: &mut B) -> &mut [T] {
        let all = if self.tensor.role == Role::Buffer { network.buffers_mut() } else { network.values_mut() };
        &mut all[self.range()]
    }
}

/// Every tensor of a network, in the order of memory: those of each kind lie layer by layer without a gap.
pub(crate) fn places(layers: &'static [LayerInfo]) -> impl Iterator<Item = Place> {
    let (mut parameters, mut buffers) = (0, 0);
    let tensors =
        |(index, layer): (usize, &'static LayerInfo)| layer.tensors.iter().map(move |tensor| (index, layer, tensor));
    layers.iter().enumerate().flat_map(tensors).map(move |(index, layer, tensor)| {
        let next = if tensor.role == Role::Buffer { &mut buffers } else { &mut parameters };
        let (start, len) = (*next, tensor.len());
        *next += len;
        Place { index, layer, tensor, start, len }
    })
}

/// The tensors that can be trained; those without values are not among them.
#[cfg(feature = "alloc")]
pub(crate) fn trained(layers: &'static [LayerInfo]) -> impl Iterator<Item = Place> {
    places(layers).filter(|place| place.tensor.role != Role::Buffer && !place.tensor.is_empty())
}
