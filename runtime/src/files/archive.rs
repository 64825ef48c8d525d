//! Checkpoints: a network's file with more tensors, with texts, and with a checksum over all of it.

use std::path::{Path, PathBuf};
use std::string::String;
use std::vec::Vec;

use safetensors::tensor::{Dtype, SafeTensors};

use super::Crc32c;
use super::tensors::{LoadOptions, Metadata, Saved, TRAINING, decode, numbers, parse, put, read, tensors, write};
use crate::error::{Error, Result};
use crate::network::Network;
use crate::real::Real;

/// The text that makes a file a checkpoint, and says of which format.
const VERSION: (&str, &str) = ("checkpoint", "1");

/// The text with the checksum of everything else.
const CHECKSUM: &str = "checksum";

/// Writes a network, its training's values by name, and texts.
pub(crate) fn archive<N: Network>(
    network: &N,
    values: &[(String, &[N::Scalar])],
    mut texts: Metadata,
    path: &Path,
) -> Result<()> {
    let mut all = tensors(network);
    for (name, values) in values.iter().filter(|(_, values)| !values.is_empty()) {
        let (dtype, bytes) = encode(values);
        all.push(Saved { name: format!("{TRAINING}{name}"), dtype, shape: vec![values.len()], bytes });
    }
    texts.insert(VERSION.0.into(), VERSION.1.into());
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let parts = all.iter().map(|tensor| (tensor.name.as_str(), &tensor.bytes[..]));
    texts.insert(CHECKSUM.into(), checksum(&texts, parts));
    write(&all, &texts, path)
}

/// A checkpoint that was read and is sound.
pub(crate) struct Archive {
    path: PathBuf,
    content: Vec<u8>,
    texts: Metadata,
}

impl Archive {
    /// Reads a checkpoint of a network `N`, or of another one that is not much larger.
    pub(crate) fn open<N: Network>(path: &Path) -> Result<Self> {
        let content = read(path, size_of::<N>() / size_of::<N::Scalar>())?;
        let (file, mut texts) = parse(&content, path)?;
        let wrong = |problem: String| Err(Error::Format { path: path.to_owned(), problem });
        match texts.get(VERSION.0) {
            Some(version) if version == VERSION.1 => {}
            Some(version) => return wrong(format!("is a checkpoint of format {version}, but this is {}", VERSION.1)),
            None => return wrong("is no checkpoint of a training, but perhaps a network's file".into()),
        }
        let Some(written) = texts.remove(CHECKSUM) else { return wrong("has lost its checksum".into()) };
        let mut names = file.names();
        names.sort_unstable();
        let parts = names.iter().filter_map(|name| Some((*name, file.tensor(name).ok()?.data())));
        let found = checksum(&texts, parts);
        if found != written {
            return wrong(format!("is damaged: its checksum is {found}, but must be {written}"));
        }
        Ok(Self { path: path.to_owned(), content, texts })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The network's values, for [`Archive::put`].
    pub(crate) fn network<N: Network>(&self) -> Result<Vec<Vec<N::Scalar>>> {
        decode::<N>(&self.file()?, &self.path, LoadOptions { allow_not_finite: true })
    }

    /// Puts [`Archive::network`]'s values into a network.
    pub(crate) fn put<N: Network>(network: &mut N, values: &[Vec<N::Scalar>]) {
        put(network, values);
    }

    /// Values of the training; none at all when there is no such name.
    pub(crate) fn values<T: Real>(&self, name: &str) -> Result<Vec<T>> {
        let file = self.file()?;
        let Ok(view) = file.tensor(&format!("{TRAINING}{name}")) else { return Ok(Vec::new()) };
        Ok(match view.dtype() {
            Dtype::F32 => numbers(view.data(), f32::from_le_bytes).map(|value| T::from_f64(value.into())).collect(),
            _ => numbers(view.data(), f64::from_le_bytes).map(T::from_f64).collect(),
        })
    }

    fn file(&self) -> Result<SafeTensors<'_>> {
        Ok(parse(&self.content, &self.path)?.0)
    }
}

fn encode<T: Real>(values: &[T]) -> (Dtype, Vec<u8>) {
    let values = values.iter().map(|value| value.to_f64());
    if size_of::<T>() == size_of::<f32>() {
        (Dtype::F32, values.flat_map(|value| (value as f32).to_le_bytes()).collect())
    } else {
        (Dtype::F64, values.flat_map(f64::to_le_bytes).collect())
    }
}

/// CRC-32C over names and content of all texts and tensors, in the order of the names.
fn checksum<'a>(texts: &'a Metadata, tensors: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut crc = Crc32c::new();
    let texts = texts.iter().map(|(name, text)| (name.as_str(), text.as_bytes()));
    for (name, content) in texts.chain(tensors) {
        for part in [name.as_bytes(), content] {
            crc.update(&(part.len() as u64).to_le_bytes());
            crc.update(part);
        }
    }
    format!("{:08x}", crc.value())
}
