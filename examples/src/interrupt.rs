//! Training that Ctrl-C may interrupt: the first ends it behind its batch and saves it, the second ends the program.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};

use shapewise::loss::Loss;
use shapewise::prelude::*;

use crate::options::Options;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Trains, or goes on from `--checkpoint` if that file is there; `None` when Ctrl-C ended it, after saving to that file.
///
/// # Errors
///
/// When the training fails, the checkpoint does not fit, or the system takes no handler of Ctrl-C.
pub fn fit<N, L, O>(
    trainer: Trainer<'_, N, L, O>,
    data: &Dataset<N::Scalar, L::Target>,
    options: &Options,
) -> Result<Option<History>, Box<dyn Error>>
where
    N: Network,
    L: Loss<N::Scalar> + Sync,
    O: Optimizer<N::Scalar>,
{
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            // What a shell reports of a program that Ctrl-C ended.
            std::process::exit(130);
        }
    })?;
    let mut trainer = trainer.stop_when(&INTERRUPTED);
    if let Some(path) = options.checkpoint.as_ref().filter(|path| path.exists()) {
        trainer.resume(path)?;
        println!("goes on from {}\n", path.display());
    }
    let history = trainer.fit(data)?;
    if !INTERRUPTED.load(Ordering::Relaxed) {
        return Ok(Some(history));
    }
    let path = options.checkpoint.clone().unwrap_or_else(|| std::env::temp_dir().join("training.safetensors"));
    trainer.checkpoint(&path)?;
    println!("\ninterrupted; goes on with --checkpoint {}", path.display());
    Ok(None)
}
