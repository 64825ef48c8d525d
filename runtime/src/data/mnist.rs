//! MNIST and the sets that come in its files: Fashion-MNIST and KMNIST.

use std::io;
use std::path::{Path, PathBuf};

use super::{Dataset, idx};
use crate::error::{Error, Result};
use crate::real::Real;

/// A part of MNIST, for [`mnist`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// 60,000 samples in the files `train-*`.
    Train,
    /// 10,000 samples in the files `t10k-*`.
    Test,
}

/// Reads the images and labels in `folder`, in the original files or compressed with gzip; pixels become 0..1.
///
/// The names are the original ones, `train-images-idx3-ubyte` and so on, with or without `.gz`; the dotted form
/// `train-images.idx3-ubyte` will do as well.
///
/// # Errors
///
/// [`Error::Io`] when a file is not there or cannot be read, [`Error::Format`] when it is damaged,
/// [`Error::Length`] when there are not as many labels as images.
///
/// ```no_run
/// use shapewise::data::{Split, mnist};
/// let test = mnist::<f32>("fashion-mnist", Split::Test)?;
/// assert_eq!((test.len(), test.shape()), (10_000, &[28, 28][..]));
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn mnist<T: Real>(folder: impl AsRef<Path>, split: Split) -> Result<Dataset<T, u32>> {
    let folder = folder.as_ref();
    let stem = match split {
        Split::Train => "train",
        Split::Test => "t10k",
    };
    let images = idx::read(find(folder, &format!("{stem}-images"), "idx3-ubyte")?)?;
    let labels = idx::read(find(folder, &format!("{stem}-labels"), "idx1-ubyte")?)?;
    Dataset::from_idx(&images, &labels)
}

fn find(folder: &Path, stem: &str, ending: &str) -> Result<PathBuf> {
    let wrong = |source| Error::Io { path: folder.to_owned(), source };
    // Otherwise a mistaken path would be called a folder without the files.
    if !std::fs::metadata(folder).map_err(wrong)?.is_dir() {
        return Err(wrong(io::ErrorKind::NotADirectory.into()));
    }
    let names = ["-", "."]
        .into_iter()
        .flat_map(|joint| ["", ".gz"].into_iter().map(move |compressed| format!("{stem}{joint}{ending}{compressed}")));
    let names: Vec<String> = names.collect();
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file()).ok_or_else(|| {
        let problem = format!("the folder has none of {}", names.join(", "));
        wrong(io::Error::new(io::ErrorKind::NotFound, problem))
    })
}
