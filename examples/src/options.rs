//! Command-line options: `--name value`.

use std::error::Error;
use std::path::PathBuf;
use std::str::FromStr;

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
  --checkpoint FILE  where Ctrl-C saves the training, and what it goes on from if the file is there";

impl Options {
    /// Reads the program's arguments.
    ///
    /// # Errors
    ///
    /// An unknown option, or a value that is none; the text lists the options.
    pub fn from_arguments() -> Result<Self, Box<dyn Error>> {
        Self::parse(std::env::args().skip(1))
    }

    /// Reads options from words.
    ///
    /// # Errors
    ///
    /// As [`Options::from_arguments`].
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, Box<dyn Error>> {
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
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value\n{USAGE}"));
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
                "--help" | "-h" => return Err(USAGE.into()),
                _ => return Err(format!("there is no option {name}\n{USAGE}").into()),
            }
        }
        Ok(options)
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, Box<dyn Error>> {
    value.parse().map_err(|_| format!("{name} needs a number, not {value}\n{USAGE}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(String::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_read() {
        let options = parse("--epochs 3 --lr 0.1 --data /sets --threads 2").unwrap();
        assert_eq!((options.epochs, options.lr, options.threads), (Some(3), 0.1, 2));
        assert_eq!(options.data, Some("/sets".into()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(parse("--epoch 3").unwrap_err().starts_with("there is no option --epoch\noptions:"));
        assert!(parse("--epochs many").unwrap_err().starts_with("--epochs needs a number, not many"));
        assert!(parse("--epochs").unwrap_err().starts_with("--epochs needs a value"));
    }
}
