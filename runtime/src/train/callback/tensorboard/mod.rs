//! Event files for `TensorBoard`.

mod event;
mod record;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use std::vec::Vec;

use super::{Callback, Context};
use crate::error::{Error, Result};
use crate::network::Network;
use event::Event;

/// Writes loss, validation loss, metrics and learning rate of each epoch into a folder that `tensorboard --logdir` shows.
///
/// Each run has a file of its own. A run that goes on from a checkpoint tells `TensorBoard` to forget what was written
/// after it.
///
/// ```
/// let _log = shapewise::train::callback::TensorBoard::new("runs/first");
/// ```
#[derive(Debug)]
pub struct TensorBoard {
    folder: PathBuf,
    open: Option<(PathBuf, File)>,
}

impl TensorBoard {
    /// Event files in this folder, which is made when it is not there.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), open: None }
    }

    fn write(&mut self, event: &Event<'_>) -> Result<()> {
        let Some((path, file)) = &mut self.open else { return Ok(()) };
        let failed = |source| Error::Io { path: path.clone(), source };
        file.write_all(&record::frame(&event.encode(since_1970()))).map_err(failed)
    }
}

/// Seconds.
fn since_1970() -> f64 {
    // A clock before 1970 is no reason to stop a training.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// A new file in `folder`, under a name that `TensorBoard` takes for events.
fn create(folder: &Path) -> Result<(PathBuf, File)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let (seconds, process) = (since_1970() as u64, std::process::id());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!("events.out.tfevents.{seconds:010}.shapewise.{process}.{count}"));
    let file = File::create_new(&path).map_err(failed(&path))?;
    Ok((path, file))
}

impl<N: Network> Callback<N> for TensorBoard {
    fn name(&self) -> &'static str {
        "tensorboard"
    }

    fn fit_begin(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        self.open = Some(create(&self.folder)?);
        self.write(&Event::Version)?;
        let done = context.last().map_or(0, |epoch| epoch.epoch);
        if done > 0 { self.write(&Event::Start { step: done as u64 + 1 }) } else { Ok(()) }
    }

    fn epoch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        let history = context.history();
        let Some(epoch) = history.last() else { return Ok(()) };
        let names = history.values().chain(["learning_rate"]);
        let scalars: Vec<(&str, f32)> =
            names.filter_map(|name| Some((name, history.value(epoch, name)? as f32))).collect();
        self.write(&Event::Scalars { step: epoch.epoch as u64, scalars: &scalars })
    }
}
