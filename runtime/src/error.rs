//! The one error type of the crate.

use core::fmt;

/// What can go wrong at run time. Shapes inside a network cannot: the compiler checked them.
///
/// `Debug` shows the same sentence as `Display`, since that is what a `main` that gives this error prints.
#[non_exhaustive]
pub enum Error {
    /// A slice or matrix has another length than the network needs.
    Length {
        /// What was measured, e.g. `inputs`.
        what: &'static str,
        /// What the network needs.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// Values are no whole number of samples.
    Samples {
        /// What was measured, e.g. `inputs`.
        what: &'static str,
        /// How many values there are.
        found: usize,
        /// Values of one sample.
        features: usize,
    },
    /// Samples have another shape than the network takes.
    #[cfg(feature = "alloc")]
    Shape {
        /// What the network takes.
        expected: alloc::vec::Vec<usize>,
        /// What the samples are.
        found: alloc::vec::Vec<usize>,
    },
    /// There is no sample to work on.
    Empty {
        /// What is empty, e.g. `training data`.
        what: &'static str,
    },
    /// A class index is not below the number of classes.
    Label {
        /// The sample's index.
        sample: usize,
        /// Its label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A target is a number that the loss cannot take.
    Target {
        /// The sample's index.
        sample: usize,
        /// Its target.
        value: f64,
        /// The range, e.g. `in [0, 1]`.
        bound: &'static str,
    },
    /// The data for validation are wrong, not those to learn from.
    #[cfg(feature = "alloc")]
    Validation(alloc::boxed::Box<Self>),
    /// A value is infinite or not a number.
    NotFinite {
        /// Where it was found, e.g. `input`, `target`, `loss`.
        what: &'static str,
        /// The sample's index in its set, or the batch's in its epoch.
        index: usize,
        /// The epoch, counted from 1, when it was found in training.
        epoch: Option<usize>,
    },
    /// Something was said of a layer that its network does not have, or has otherwise.
    Layer {
        /// Its name, e.g. `encoder.fc1`.
        name: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// A hyper-parameter is outside its range.
    Parameter {
        /// Its name, e.g. `learning_rate`.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The range, e.g. `> 0 and finite`.
        bound: &'static str,
    },
    /// A learning-rate schedule ends before the run does.
    ShortSchedule {
        /// How long it lasts.
        lasts: u64,
        /// How long the run is, with what was trained before.
        run: u64,
        /// `steps` or `epochs`.
        unit: &'static str,
    },
    /// No layer with parameters has this name.
    #[cfg(feature = "alloc")]
    UnknownLayer {
        /// The name.
        name: alloc::string::String,
        /// The network's name.
        network: &'static str,
        /// The network's most similar names, the nearest first.
        nearest: alloc::vec::Vec<&'static str>,
    },
    /// No epoch has a value of this name.
    #[cfg(feature = "std")]
    UnknownValue {
        /// The name.
        name: alloc::string::String,
        /// The names that there are.
        known: alloc::vec::Vec<alloc::string::String>,
    },
    /// A checkpoint is of another training than the one that is to go on.
    #[cfg(feature = "std")]
    Checkpoint {
        /// The file.
        path: std::path::PathBuf,
        /// What differs, e.g. `batch_size`.
        field: alloc::string::String,
        /// What the file holds.
        found: alloc::string::String,
        /// What this training has.
        expected: alloc::string::String,
    },
    /// A file could not be read or written.
    #[cfg(feature = "std")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file's content is not what its format says.
    #[cfg(feature = "std")]
    Format {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong, with the numbers.
        problem: alloc::string::String,
    },
    /// A saved tensor does not fit the network.
    #[cfg(feature = "std")]
    Tensor {
        /// Its name, e.g. `fc1.weight`.
        name: alloc::string::String,
        /// What is wrong, with both shapes.
        problem: alloc::string::String,
    },
}

/// `Result` with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// How many samples of `features` values the inputs hold.
#[cfg(feature = "alloc")]
pub(crate) fn samples(inputs: usize, features: usize) -> Result<usize> {
    let samples = inputs / features;
    if inputs != samples * features {
        return Err(Error::Samples { what: "inputs", found: inputs, features });
    }
    Ok(samples)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { what, expected, found } => {
                write!(f, "{what}: expected {expected} values, found {found}")
            }
            Self::Samples { what, found, features } => {
                write!(f, "{what} hold {found} values, which is no whole number of samples of {features} features")
            }
            #[cfg(feature = "alloc")]
            Self::Shape { expected, found } => {
                write!(f, "the samples are {found:?}, but the network takes {expected:?}")
            }
            Self::Empty { what } => write!(f, "{what} is empty"),
            Self::Label { sample, label, classes } => {
                write!(f, "sample {sample} has label {label}, but the network has {classes} classes")?;
                classes.checked_sub(1).map_or(Ok(()), |last| write!(f, " (0 to {last})"))
            }
            Self::Target { sample, value, bound } => {
                write!(f, "sample {sample} has target {value}, but must be {bound}")
            }
            #[cfg(feature = "alloc")]
            Self::Validation(error) => write!(f, "in the validation data: {error}"),
            Self::NotFinite { what, index, epoch: None } => {
                write!(f, "{what} {index} holds a value that is infinite or not a number")
            }
            Self::NotFinite { what, index, epoch: Some(epoch) } => {
                write!(f, "{what} became infinite or not a number in epoch {epoch}, batch {index}")
            }
            Self::Layer { name, problem } => write!(f, "layer `{name}`: {problem}"),
            Self::Parameter { name, value, bound } => write!(f, "{name} is {value}, but must be {bound}"),
            Self::ShortSchedule { lasts, run, unit } => {
                write!(f, "the schedule lasts {lasts} {unit}, but the run has {run}")
            }
            #[cfg(feature = "alloc")]
            Self::UnknownLayer { name, network, nearest } => {
                write!(f, "`{network}` has no layer `{name}` with parameters")?;
                for (i, near) in nearest.iter().enumerate() {
                    write!(f, "{}`{near}`", if i == 0 { "; the nearest names are " } else { ", " })?;
                }
                Ok(())
            }
            #[cfg(feature = "std")]
            Self::UnknownValue { name, known } => {
                write!(f, "there is no value `{name}` to watch; there are {}", known.join(", "))
            }
            #[cfg(feature = "std")]
            Self::Checkpoint { path, field, found, expected } => {
                write!(f, "{}: {field} is {found}, but this training has {expected}", path.display())
            }
            #[cfg(feature = "std")]
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            #[cfg(feature = "std")]
            Self::Format { path, problem } => write!(f, "{}: {problem}", path.display()),
            #[cfg(feature = "std")]
            Self::Tensor { name, problem } => write!(f, "tensor `{name}`: {problem}"),
        }
    }
}

/// A `fn main() -> Result<()>`, `unwrap` and `expect` show errors so: the sentence, not the fields.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            #[cfg(feature = "std")]
            Self::Io { source, .. } => Some(source),
            #[cfg(feature = "alloc")]
            Self::Validation(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;

    #[test]
    fn main_and_unwrap_print_the_sentence() {
        let error = Error::Label { sample: 1, label: 25, classes: 10 };
        let sentence = "sample 1 has label 25, but the network has 10 classes (0 to 9)";
        assert_eq!(alloc::format!("{error:?}"), sentence);
        assert_eq!(alloc::format!("{error:#?}"), sentence);
        let none = Error::Label { sample: 1, label: 25, classes: 0 };
        assert_eq!(alloc::format!("{none}"), "sample 1 has label 25, but the network has 0 classes");
        let samples = Error::Samples { what: "inputs", found: 7, features: 4 };
        let sentence = "inputs hold 7 values, which is no whole number of samples of 4 features";
        assert_eq!(alloc::format!("{samples}"), sentence);
        let shape = Error::Shape { expected: alloc::vec![1, 28, 28], found: alloc::vec![1, 32, 32] };
        assert_eq!(alloc::format!("{shape:?}"), "the samples are [1, 32, 32], but the network takes [1, 28, 28]");
    }
}
