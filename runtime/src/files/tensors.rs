//! Networks in `.safetensors` files; the parent module states names, shapes and types.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use super::write_atomically;
use crate::error::{Error, Result};
use crate::network::{Network, Role};
use crate::place::{Place, places};
use crate::real::Real;

/// Texts saved beside the tensors, by name.
pub type Metadata = BTreeMap<String, String>;

/// What [`load_with`] accepts.
///
/// ```
/// use shapewise::files::LoadOptions;
/// assert!(!LoadOptions::default().allow_not_finite);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// Takes infinite values and NaN, for a look at a network that diverged.
    pub allow_not_finite: bool,
}

/// Saves a network's parameters and running statistics; see [`save_with`].
///
/// # Errors
///
/// [`Error::Io`] when the file cannot be written; what stood there before stays.
///
/// ```no_run
/// use shapewise::{Network, Result, files};
/// fn keep<N: Network>(network: &N) -> Result<()> {
///     files::save(network, "digits.safetensors")
/// }
/// ```
pub fn save<N: Network>(network: &N, path: impl AsRef<Path>) -> Result<()> {
    save_with(network, &Metadata::new(), path)
}

/// Saves a network with texts beside it, such as the names of its classes or how its data were scaled.
///
/// The file is written whole or not at all, see [`write_atomically`].
///
/// # Errors
///
/// [`Error::Io`] when the file cannot be written; what stood there before stays. [`Error::Format`] when the texts
/// are longer than the format's 100 MB.
///
/// ```no_run
/// use shapewise::{Network, Result, files};
/// fn keep<N: Network>(network: &N) -> Result<()> {
///     let texts = files::Metadata::from([("pixels".to_owned(), "divided by 16".to_owned())]);
///     files::save_with(network, &texts, "digits.safetensors")
/// }
/// ```
pub fn save_with<N: Network>(network: &N, metadata: &Metadata, path: impl AsRef<Path>) -> Result<()> {
    write(&tensors(network), metadata, path.as_ref())
}

/// A tensor as a file holds it.
pub(super) struct Saved {
    pub(super) name: String,
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

/// All tensors of a network.
pub(super) fn tensors<N: Network>(network: &N) -> Vec<Saved> {
    let saved = |entry: Entry| Saved {
        dtype: entry.dtype::<N::Scalar>(),
        shape: entry.place.tensor.shape.to_vec(),
        bytes: entry.encode(entry.place.of(network)),
        name: entry.name,
    };
    entries::<N>().into_iter().map(saved).collect()
}

/// Writes tensors and texts, whole or not at all.
pub(super) fn write(tensors: &[Saved], metadata: &Metadata, path: &Path) -> Result<()> {
    let wrong = |e| Error::Format { path: path.to_owned(), problem: format!("cannot be written: {e}") };
    let mut views = Vec::new();
    for Saved { name, dtype, shape, bytes } in tensors {
        views.push((name, TensorView::new(*dtype, shape.clone(), bytes).map_err(wrong)?));
    }
    let texts = metadata.iter().map(|(name, text)| (name.clone(), text.clone())).collect();
    let texts = if metadata.is_empty() { None } else { Some(texts) };
    let content = serialize(views, texts).map_err(wrong)?;
    write_atomically(path, |file| file.write_all(&content))
}

/// Loads what [`save`] or PyTorch saved, after checking all of it; see [`load_with`].
///
/// # Errors
///
/// As [`load_with`].
///
/// ```no_run
/// use shapewise::{Network, Result, files};
/// fn restore<N: Network>(network: &mut N) -> Result<()> {
///     files::load(network, "digits.safetensors")
/// }
/// ```
pub fn load<N: Network>(network: &mut N, path: impl AsRef<Path>) -> Result<()> {
    load_with(network, path, LoadOptions::default()).map(drop)
}

/// Loads a network and gives the texts beside it. After an error the network is as before.
///
/// F32 and F64 become the network's scalar, rounded to the nearest value.
///
/// # Errors
///
/// [`Error::Io`] when the file cannot be read, [`Error::Format`] when it is damaged, of another format or far larger
/// than the network needs, [`Error::Tensor`] when a tensor is missing, not one of the network's, of another shape or
/// type, or holds a value that is infinite or not a number.
///
/// ```no_run
/// use shapewise::{Network, Result, files};
/// fn restore<N: Network>(network: &mut N) -> Result<files::Metadata> {
///     files::load_with(network, "digits.safetensors", files::LoadOptions::default())
/// }
/// ```
pub fn load_with<N: Network>(network: &mut N, path: impl AsRef<Path>, options: LoadOptions) -> Result<Metadata> {
    let path = path.as_ref();
    let content = read(path, entries::<N>().iter().map(|entry| entry.place.tensor.len()).sum())?;
    load_content(network, &content, path, options)
}

/// Loads a file's content, such as one that `include_bytes!` has put into the program; see [`load_with`].
///
/// # Errors
///
/// As [`load_with`]; errors call the file `bytes`.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::files;
///
/// network! { struct Policy: [4] -> [2] { out: dense(2) } }
///
/// # let file = std::env::temp_dir().join("load_bytes.safetensors");
/// # files::save(&*Policy::boxed(1), &file)?;
/// # let bytes = std::fs::read(&file).unwrap();
/// # std::fs::remove_file(&file).unwrap();
/// // static BYTES: &[u8] = include_bytes!("policy.safetensors");
/// let mut policy = Policy::boxed(0);
/// files::load_bytes(&mut *policy, &bytes)?;
/// assert_eq!(policy.values(), Policy::boxed(1).values());
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn load_bytes<N: Network>(network: &mut N, bytes: &[u8]) -> Result<()> {
    load_content(network, bytes, Path::new("bytes"), LoadOptions::default()).map(drop)
}

fn load_content<N: Network>(network: &mut N, content: &[u8], path: &Path, options: LoadOptions) -> Result<Metadata> {
    let (file, metadata) = parse(content, path)?;
    let values = decode::<N>(&file, path, options)?;
    put(network, &values);
    Ok(metadata)
}

/// Tensors and texts of a file's content.
pub(super) fn parse<'c>(content: &'c [u8], path: &Path) -> Result<(SafeTensors<'c>, Metadata)> {
    let wrong = |e| {
        let problem = match e {
            SafeTensorError::MetadataIncompleteBuffer => "it is shorter or longer than its header says".to_owned(),
            e => e.to_string(),
        };
        Error::Format { path: path.to_owned(), problem: format!("is no sound safetensors file: {problem}") }
    };
    let file = SafeTensors::deserialize(content).map_err(wrong)?;
    let (_, header) = SafeTensors::read_metadata(content).map_err(wrong)?;
    Ok((file, header.metadata().iter().flatten().map(|(name, text)| (name.clone(), text.clone())).collect()))
}

/// The values of each of the network's tensors.
pub(super) fn decode<N: Network>(
    file: &SafeTensors<'_>,
    path: &Path,
    options: LoadOptions,
) -> Result<Vec<Vec<N::Scalar>>> {
    let entries = entries::<N>();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let mut found = file.names();
    found.retain(|name| !name.starts_with(TRAINING));
    found.sort_unstable();
    if let Some(extra) = found.iter().find(|name| !names.contains(name)) {
        let problem = format!("is in {}, but `{}` has only {}", path.display(), N::NAME, names.join(", "));
        return Err(Error::Tensor { name: (*extra).into(), problem });
    }
    let mut loaded = Vec::new();
    for entry in &entries {
        let Ok(view) = file.tensor(&entry.name) else {
            let problem = format!("is missing from {}, which has only {}", path.display(), found.join(", "));
            return Err(Error::Tensor { name: entry.name.clone(), problem });
        };
        loaded.push(entry.decode::<N::Scalar>(&view, options)?);
    }
    Ok(loaded)
}

/// Puts what [`decode`] gave into a network.
pub(super) fn put<N: Network>(network: &mut N, values: &[Vec<N::Scalar>]) {
    for (entry, values) in entries::<N>().iter().zip(values) {
        entry.place.of_mut(network).copy_from_slice(values);
    }
}

/// What the names of tensors begin with that belong to a training and not to the network.
pub(super) const TRAINING: &str = "training/";

/// The format's own limit of the header.
const HEADER_LIMIT: u64 = 100_000_000;

/// So much more than the network needs is read all the same, to name the tensors that it lacks.
const SPARE: u64 = 64 << 20;

/// So many bytes for each of its values: those of an `f64`, and what a checkpoint keeps beside it.
const BYTES: u64 = 8 * 8;

/// The file, once its length and the header's are believable for a network of `values` values.
pub(super) fn read(path: &Path, values: usize) -> Result<Vec<u8>> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let wrong = |problem| Err(Error::Format { path: path.to_owned(), problem });
    let mut file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut content = Vec::new();
    file.by_ref().take(8).read_to_end(&mut content).map_err(failed)?;
    let Ok(header) = content.as_slice().try_into().map(u64::from_le_bytes) else {
        return wrong(format!("is no safetensors file: it has {length} bytes, too few for the header's length"));
    };
    if header > HEADER_LIMIT || header > length.saturating_sub(8) {
        return wrong(format!("is no safetensors file: a header of {header} bytes does not fit into {length}"));
    }
    let most = 8 + header + BYTES * values as u64 + SPARE;
    if length > most {
        return wrong(format!("has {length} bytes, but the network's {values} values take at most {most}"));
    }
    // A device claims no length, whatever it gives.
    file.take(length.saturating_sub(8)).read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}

/// A tensor of the network, under its name in files.
struct Entry {
    name: String,
    place: Place,
}

/// The tensors that files hold; those without values are not among them.
fn entries<N: Network>() -> Vec<Entry> {
    let held = places(N::LAYERS).filter(|place| !place.tensor.is_empty());
    let name = |place: Place| format!("{}.{}", place.layer.name, place.tensor.name);
    held.map(|place| Entry { name: name(place), place }).collect()
}

impl Entry {
    /// PyTorch counts batches in a 64-bit integer without dimensions.
    fn is_counter(&self) -> bool {
        self.place.tensor.role == Role::Buffer && self.place.tensor.shape.is_empty()
    }

    fn dtype<T>(&self) -> Dtype {
        if self.is_counter() {
            Dtype::I64
        } else if size_of::<T>() == size_of::<f32>() {
            Dtype::F32
        } else {
            Dtype::F64
        }
    }

    /// Where in memory the file's `i`-th value lies.
    fn in_memory(&self, i: usize) -> usize {
        if !self.place.tensor.first_fastest {
            return i;
        }
        let rows = self.place.tensor.shape.first().copied().unwrap_or(1);
        let columns = self.place.tensor.len() / rows;
        i % columns * rows + i / columns
    }

    fn encode<T: Real>(&self, values: &[T]) -> Vec<u8> {
        let dtype = self.dtype::<T>();
        let mut bytes = Vec::with_capacity(values.len() * 8);
        for i in 0..values.len() {
            let value = values[self.in_memory(i)].to_f64();
            match dtype {
                Dtype::I64 => bytes.extend((value as i64).to_le_bytes()),
                Dtype::F32 => bytes.extend((value as f32).to_le_bytes()),
                _ => bytes.extend(value.to_le_bytes()),
            }
        }
        bytes
    }

    /// The tensor in the order of memory, if it is what the network has under this name.
    fn decode<T: Real>(&self, view: &TensorView<'_>, options: LoadOptions) -> Result<Vec<T>> {
        let wrong = |problem| Err(Error::Tensor { name: self.name.clone(), problem });
        if view.shape() != self.place.tensor.shape {
            return wrong(format!("has shape {:?}, but the network needs {:?}", view.shape(), self.place.tensor.shape));
        }
        let data = view.data();
        let values: Vec<f64> = match view.dtype() {
            Dtype::F32 if !self.is_counter() => numbers(data, f32::from_le_bytes).map(f64::from).collect(),
            Dtype::F64 if !self.is_counter() => numbers(data, f64::from_le_bytes).collect(),
            Dtype::I64 if self.is_counter() => numbers(data, i64::from_le_bytes).map(|count| count as f64).collect(),
            other => {
                let needed = if self.is_counter() { "I64" } else { "F32 or F64" };
                return wrong(format!("has values of type {other}, but the network needs {needed}"));
            }
        };
        let mut loaded = vec![T::zero(); values.len()];
        for (i, value) in values.into_iter().enumerate() {
            let scalar = T::from_f64(value);
            if !scalar.is_finite() && !options.allow_not_finite {
                return wrong(format!(
                    "value {i} is {value:e}, which the network's scalar cannot hold as a finite number"
                ));
            }
            loaded[self.in_memory(i)] = scalar;
        }
        Ok(loaded)
    }
}

/// The numbers in `bytes`, of `SIZE` bytes each.
pub(super) fn numbers<const SIZE: usize, V>(bytes: &[u8], number: impl Fn([u8; SIZE]) -> V) -> impl Iterator<Item = V> {
    bytes.as_chunks().0.iter().map(move |&bytes| number(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{LayerInfo, TensorInfo};

    fn places(shape: &'static [usize], first_fastest: bool) -> Vec<usize> {
        let tensors = Box::leak(Box::new([TensorInfo { name: "weight", shape, role: Role::Weight, first_fastest }]));
        let layers = Box::leak(Box::new([LayerInfo { name: "fc", offset: 0, tensors }]));
        let place = crate::place::places(layers).next().expect("the one tensor");
        let entry = Entry { name: "fc.weight".into(), place };
        (0..place.len()).map(|i| entry.in_memory(i)).collect()
    }

    #[test]
    fn places_follow_the_order_of_memory() {
        assert_eq!(places(&[2, 3], false), [0, 1, 2, 3, 4, 5]);
        assert_eq!(places(&[2, 3], true), [0, 2, 4, 1, 3, 5]);
        // Value (i, j, k) is at i + 2 (2 j + k): a matrix of two rows.
        assert_eq!(places(&[2, 3, 2], true), [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
        assert_eq!(places(&[4], true), [0, 1, 2, 3]);
        assert_eq!(places(&[], true), [0]);
    }
}
