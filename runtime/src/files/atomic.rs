//! Writing whole files or none.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, Result};

/// Writes a file that is either complete or not there: whoever reads `path` sees the old content or the new.
///
/// `write` fills a temporary file in the same folder, which is brought to the disk and then renamed to `path`. When
/// anything fails, the temporary file is removed and `path` stays as it was. A symbolic link at `path` is replaced,
/// not followed. What is no file, such as a device or a pipe, or a link to one, is written to as it stands.
///
/// # Errors
///
/// [`Error::Io`] with `path`, also when `write` fails.
///
/// ```
/// # let folder = std::env::temp_dir();
/// # let path = folder.join(format!("shapewise-doc-{}.csv", std::process::id()));
/// shapewise::files::write_atomically(&path, |file| writeln!(file, "epoch,loss"))?;
/// assert_eq!(std::fs::read_to_string(&path).unwrap(), "epoch,loss\n");
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn write_atomically(path: impl AsRef<Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let path = path.as_ref();
    replace(path, write).map_err(|source| Error::Io { path: path.to_owned(), source })
}

fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if is_device(path) {
        let mut writer = BufWriter::new(File::options().write(true).open(path)?);
        write(&mut writer)?;
        return writer.flush();
    }
    let temporary = Temporary::beside(path)?;
    let mut writer = BufWriter::new(File::create_new(&temporary.0)?);
    write(&mut writer)?;
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&temporary.0, path)?;
    sync_folder(path);
    Ok(())
}

/// Whether something that holds no content has this name. A rename would put a file into its place: whoever may do that
/// in `/dev` would lose `/dev/null`.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// The name of a temporary file, which is gone when this is.
struct Temporary(PathBuf);

impl Temporary {
    /// A name that no other writer uses, in the folder of `path` because a rename cannot cross file systems.
    fn beside(path: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(name) = path.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"));
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(format!("{}-{}.", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        hidden.push(name);
        hidden.push(".tmp");
        Ok(Self(path.with_file_name(hidden)))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the rename there is nothing to remove; after a failure, that failure is what gets reported.
        let _ = fs::remove_file(&self.0);
    }
}

/// Makes the rename itself durable, where the system lets folders be opened.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        // The content is complete either way; only after a power cut could the old name come back.
        let _ = folder.sync_all();
    }
}
