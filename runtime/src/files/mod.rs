//! Files: networks in `.safetensors`, and writing that never leaves half a file.
//!
//! With the feature `safetensors`, a network is saved under PyTorch's names and layouts:
//!
//! ```text
//! name    <layer>.<tensor>, e.g. fc1.weight; running statistics likewise; a tensor without values is left out
//! shape   PyTorch's, the last dimension fastest, e.g. [out, in] for a dense layer's weight
//! type    F32 or F64, as the network; I64 for counters such as num_batches_tracked
//! ```
//!
//! A checkpoint of a training is such a file too: what is not the network's has names that begin with `training/`, which
//! `load` passes over.
//!
//! So PyTorch's `model.load_state_dict(safetensors.torch.load_file(path))` takes a saved network, and `load` takes
//! what `safetensors.torch.save_file(model.state_dict(), path)` wrote.

#[cfg(feature = "safetensors")]
mod archive;
mod atomic;
mod crc32c;
mod input;
#[cfg(feature = "safetensors")]
mod tensors;

#[cfg(feature = "safetensors")]
pub(crate) use archive::{Archive, archive};
pub use atomic::write_atomically;
pub(crate) use crc32c::Crc32c;
pub(crate) use input::Input;
#[cfg(feature = "safetensors")]
pub use tensors::{LoadOptions, Metadata, load, load_bytes, load_with, save, save_with};
