//! What the lecture can be told.

use std::error::Error;
use std::path::PathBuf;

/// The command line.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Fewer runs and shorter ones.
    pub(crate) quick: bool,
    /// Decides everything random.
    pub(crate) seed: u64,
    /// A folder with Fashion-MNIST, for the optimizers to race on.
    pub(crate) data: Option<PathBuf>,
    /// The report.
    pub(crate) out: PathBuf,
    /// Where each picture goes as a PNG file.
    pub(crate) pictures: Option<PathBuf>,
    /// The chapters; empty for all.
    pub(crate) only: Vec<String>,
}

const USAGE: &str = "options:
  --quick         fewer and shorter runs: under a minute
  --seed N        decides everything random (default: 1)
  --data DIR      IDX files such as Fashion-MNIST for the optimizers to race on (default: the embedded digits)
  --out FILE      the report (default: lecture.html)
  --pictures DIR  writes each picture as PNG, too
  --only NAME     a chapter; may come several times";

impl Options {
    /// Reads options from words.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>, chapters: &[&str]) -> Result<Self, Box<dyn Error>> {
        let out = PathBuf::from("lecture.html");
        let mut options = Self { quick: false, seed: 1, data: None, out, pictures: None, only: Vec::new() };
        let usage = || format!("{USAGE}\nchapters: {}", chapters.join(", "));
        let mut words = words.into_iter();
        while let Some(name) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value\n{}", usage()));
            match name.as_str() {
                "--quick" => options.quick = true,
                "--seed" => {
                    let value = value()?;
                    let fault = |_| format!("--seed needs a number, not {value}\n{}", usage());
                    options.seed = value.parse().map_err(fault)?;
                }
                "--data" => options.data = Some(value()?.into()),
                "--out" => options.out = value()?.into(),
                "--pictures" => options.pictures = Some(value()?.into()),
                "--only" => {
                    let chapter = value()?;
                    if !chapters.contains(&chapter.as_str()) {
                        return Err(format!("there is no chapter {chapter}\n{}", usage()).into());
                    }
                    options.only.push(chapter);
                }
                "--help" | "-h" => return Err(usage().into()),
                _ => return Err(format!("there is no option {name}\n{}", usage()).into()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(line: &str) -> Result<Options, String> {
        let words = line.split_whitespace().map(String::from);
        Options::parse(words, &["depth", "race"]).map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_read() {
        let options = parse("--quick --seed 7 --out a.html --only race --only depth").unwrap();
        assert_eq!((options.quick, options.seed, options.out), (true, 7, "a.html".into()));
        assert_eq!(options.only, ["race", "depth"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(parse("--fast").unwrap_err().starts_with("there is no option --fast\noptions:"));
        assert!(parse("--seed x").unwrap_err().starts_with("--seed needs a number, not x"));
        assert!(parse("--out").unwrap_err().starts_with("--out needs a value"));
        let fault = parse("--only deep").unwrap_err();
        assert!(fault.starts_with("there is no chapter deep") && fault.ends_with("chapters: depth, race"), "{fault}");
    }
}
