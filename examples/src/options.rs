//! Command-line options: `--name value`.

use std::path::PathBuf;
use std::str::FromStr;

use crate::command_line;

/// What the training examples can be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// A folder with IDX files; the embedded digits without it.
    pub data: Option<PathBuf>,
    /// Passes over the data; each example has its own default.
    pub epochs: Option<usize>,
    /// Samples in a batch.
    pub batch: usize,
    /// The learning rate.
    pub lr: f64,
    /// Decides everything random.
    pub seed: u64,
    /// Threads that train.
    pub threads: usize,
    /// Where the result goes as JSON.
    pub json: Option<PathBuf>,
    /// Where the model goes.
    pub model: PathBuf,
    /// Where Ctrl-C saves the training, and what it goes on from if the file is there.
    pub checkpoint: Option<PathBuf>,
}

const USAGE: &str = "options:
  --data DIR      IDX files, gzip or not, such as MNIST or Fashion-MNIST (default: the embedded digits)
  --epochs N      passes over the data
  --batch N       samples in a batch (default: 32)
  --lr RATE       learning rate (default: 0.002)
  --seed N        decides everything random (default: 1)
  --threads N     threads that train (default: 1)
  --json FILE     writes the result as JSON
  --model FILE    where the model is saved (default: digits.safetensors in the system's folder for temporary files)
  --checkpoint FILE  where Ctrl-C saves the training, which continues from there if the file exists";

impl Options {
    /// Reads the program's arguments; see [`command_line::read`].
    pub fn from_arguments() -> Self {
        command_line::read(USAGE, Self::parse)
    }

    /// Reads options from words.
    ///
    /// # Errors
    ///
    /// An unknown option, or a value that is none.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            data: None,
            epochs: None,
            batch: 32,
            lr: 0.002,
            seed: 1,
            threads: 1,
            json: None,
            model: std::env::temp_dir().join("digits.safetensors"),
            checkpoint: None,
        };
        let mut words = words.into_iter();
        while let Some(name) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--data" => options.data = Some(value()?.into()),
                "--epochs" => options.epochs = Some(number(&name, &value()?)?),
                "--batch" => options.batch = number(&name, &value()?)?,
                "--lr" => options.lr = number(&name, &value()?)?,
                "--seed" => options.seed = number(&name, &value()?)?,
                "--threads" => options.threads = number(&name, &value()?)?,
                "--json" => options.json = Some(value()?.into()),
                "--model" => options.model = value()?.into(),
                "--checkpoint" => options.checkpoint = Some(value()?.into()),
                _ => return Err(format!("there is no option {name}")),
            }
        }
        Ok(options)
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name} needs a number, not {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn options_are_read() {
        let options = parse("--epochs 3 --lr 0.1 --data /sets --threads 2").unwrap();
        assert_eq!((options.epochs, options.lr, options.threads), (Some(3), 0.1, 2));
        assert_eq!(options.data, Some("/sets".into()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(parse("--epoch 3").unwrap_err(), "there is no option --epoch");
        assert_eq!(parse("--epochs many").unwrap_err(), "--epochs needs a number, not many");
        assert_eq!(parse("--epochs").unwrap_err(), "--epochs needs a value");
    }
}
