//! Reading data files, compressed or not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The first two bytes of every gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Deflate spends at least one byte on this many of the content.
#[cfg(feature = "gzip")]
const DEFLATE_LIMIT: u64 = 1032;

/// A data file's content, decompressed on the way, with the file's name for errors.
pub(crate) struct Input<'a> {
    path: PathBuf,
    reader: Box<dyn BufRead + 'a>,
    /// The content cannot be longer; `None` when nothing is known.
    most: Option<u64>,
}

impl<'a> Input<'a> {
    /// The content of a file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        // Pipes and devices have no length.
        Self::new(path, file, metadata.is_file().then_some(metadata.len()))
    }

    /// What `reader` gives; `name` stands for it in errors, `length` is how much it holds if that is known.
    pub(crate) fn new(name: &Path, mut reader: impl Read + 'a, length: Option<u64>) -> Result<Self> {
        let path = name.to_owned();
        let mut head = Vec::new();
        reader.by_ref().take(GZIP.len() as u64).read_to_end(&mut head).map_err(|e| failure(&path, e))?;
        let compressed = head == GZIP;
        let whole = io::Cursor::new(head).chain(reader);
        if compressed { Self::gzip(path, whole, length) } else { Ok(Self::plain(path, whole, length)) }
    }

    fn plain(path: PathBuf, reader: impl Read + 'a, most: Option<u64>) -> Self {
        Self { path, reader: Box::new(BufReader::new(reader)), most }
    }

    #[cfg(feature = "gzip")]
    #[expect(clippy::unnecessary_wraps, reason = "fails without the feature")]
    fn gzip(path: PathBuf, reader: impl Read + 'a, length: Option<u64>) -> Result<Self> {
        let most = length.and_then(|length| length.checked_mul(DEFLATE_LIMIT));
        Ok(Self::plain(path, flate2::read::MultiGzDecoder::new(reader), most))
    }

    #[cfg(not(feature = "gzip"))]
    fn gzip(path: PathBuf, _: impl Read + 'a, _: Option<u64>) -> Result<Self> {
        let problem = "is compressed with gzip, which needs shapewise's feature `gzip`".into();
        Err(Error::Format { path, problem })
    }

    /// The name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// An upper bound of the content's length.
    pub(crate) fn most(&self) -> Option<u64> {
        self.most
    }

    /// Appends up to `count` bytes to `buffer`: fewer only at the end.
    pub(crate) fn read(&mut self, count: u64, buffer: &mut Vec<u8>) -> Result<usize> {
        self.reader.by_ref().take(count).read_to_end(buffer).map_err(|e| failure(&self.path, e))
    }

    /// Appends the rest of the line with its end to `buffer`, but at most `most` bytes.
    pub(crate) fn read_line(&mut self, most: u64, buffer: &mut Vec<u8>) -> Result<usize> {
        self.reader.by_ref().take(most).read_until(b'\n', buffer).map_err(|e| failure(&self.path, e))
    }

    /// The content is wrong.
    pub(crate) fn wrong(&self, problem: impl Into<String>) -> Error {
        Error::Format { path: self.path.clone(), problem: problem.into() }
    }
}

/// Damage that the decompressor finds is the content's fault, the rest is the system's.
fn failure(path: &Path, source: io::Error) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let path = path.to_owned();
    match source.kind() {
        UnexpectedEof => Error::Format { path, problem: "ends in the middle of its compressed data".into() },
        InvalidData | InvalidInput => Error::Format { path, problem: format!("is damaged: {source}") },
        _ => Error::Io { path, source },
    }
}

#[cfg(all(test, not(feature = "gzip")))]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_gzip_is_named() {
        let failure = Input::new(Path::new("a.csv.gz"), &GZIP[..], None).err().map(|e| e.to_string());
        let expected = "a.csv.gz: is compressed with gzip, which needs shapewise's feature `gzip`";
        assert_eq!(failure.as_deref(), Some(expected));
    }
}
