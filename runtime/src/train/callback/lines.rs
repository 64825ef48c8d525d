//! A text file with one line an epoch.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::string::String;

use crate::error::{Error, Result};
use crate::files::write_atomically;

/// Grows line by line, so that it can be watched while the training runs.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    file: Option<File>,
}

impl Lines {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Begins with what is known already: a run that goes on from a checkpoint drops what was written after it.
    pub(super) fn begin(&mut self, text: &str) -> Result<()> {
        write_atomically(&self.path, |file| file.write_all(text.as_bytes()))?;
        let file = File::options().append(true).open(&self.path);
        self.file = Some(file.map_err(|source| Error::Io { path: self.path.clone(), source })?);
        Ok(())
    }

    /// Adds lines.
    pub(super) fn add(&mut self, text: &str) -> Result<()> {
        match &mut self.file {
            Some(file) => {
                file.write_all(text.as_bytes()).map_err(|source| Error::Io { path: self.path.clone(), source })
            }
            None => self.begin(text),
        }
    }
}

/// Joins lines.
pub(super) fn join(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |text, line| text + &line)
}
