//! What the lecture can be told.

use std::path::PathBuf;

use shapewise_examples::command_line;

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
    /// Reads the program's arguments.
    pub(crate) fn from_arguments(chapters: &[&str]) -> Self {
        let usage = format!("{USAGE}\nchapters: {}", chapters.join(", "));
        command_line::read(&usage, |words| Self::parse(words, chapters))
    }

    /// Reads options from words.
    fn parse(words: impl IntoIterator<Item = String>, chapters: &[&str]) -> Result<Self, String> {
        let out = PathBuf::from("lecture.html");
        let mut options = Self { quick: false, seed: 1, data: None, out, pictures: None, only: Vec::new() };
        let mut words = words.into_iter();
        while let Some(name) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--quick" => options.quick = true,
                "--seed" => {
                    let value = value()?;
                    options.seed = value.parse().map_err(|_| format!("--seed needs a number, not {value}"))?;
                }
                "--data" => options.data = Some(value()?.into()),
                "--out" => options.out = value()?.into(),
                "--pictures" => options.pictures = Some(value()?.into()),
                "--only" => {
                    let chapter = value()?;
                    if !chapters.contains(&chapter.as_str()) {
                        return Err(format!("there is no chapter {chapter}"));
                    }
                    options.only.push(chapter);
                }
                _ => return Err(format!("there is no option {name}")),
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
        Options::parse(words, &["depth", "race"])
    }

    #[test]
    fn options_are_read() {
        let options = parse("--quick --seed 7 --out a.html --only race --only depth").unwrap();
        assert_eq!((options.quick, options.seed, options.out), (true, 7, "a.html".into()));
        assert_eq!(options.only, ["race", "depth"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(parse("--fast").unwrap_err(), "there is no option --fast");
        assert_eq!(parse("--seed x").unwrap_err(), "--seed needs a number, not x");
        assert_eq!(parse("--out").unwrap_err(), "--out needs a value");
        assert_eq!(parse("--only deep").unwrap_err(), "there is no chapter deep");
    }
}
