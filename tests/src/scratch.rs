//! Folders for a test's files, and files in memory.

use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder of its own for a test, removed with its content when this is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder; `name` is the test's.
    ///
    /// # Panics
    ///
    /// When the system refuses it.
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("shapewise-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for temporary files");
        Self(folder)
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A path in the folder with `content`.
    ///
    /// # Panics
    ///
    /// When the system refuses it.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        // Some file systems bring a file to the disk when it is overwritten, which takes a while.
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, content).expect("a writable folder");
        path
    }

    /// The names of everything in the folder.
    ///
    /// # Panics
    ///
    /// When the folder is gone.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the test's folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left-overs in the system's temporary folder are no reason to fail.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `content` compressed.
///
/// # Panics
///
/// Never: memory takes any number of bytes.
pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// An IDX file of unsigned bytes.
pub fn idx(sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let rank = u8::try_from(sizes.len()).unwrap_or(u8::MAX);
    let mut content = vec![0, 0, 8, rank];
    content.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    content.extend(data);
    content
}

/// The message of an error.
///
/// # Panics
///
/// When there is none.
pub fn message<T>(result: shapewise::Result<T>) -> String {
    match result {
        Ok(_) => panic!("an error was expected"),
        Err(error) => error.to_string(),
    }
}
