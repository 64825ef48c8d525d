//! Tables of numbers from text: comma-separated, or with another separator.
//!
//! The reader is strict, so that no number is lost or guessed: every line has as many fields as the first, every
//! field is a finite number in the notation of Rust and C (`-1.5e3`), there are no quotes but around the columns' names,
//! and no blank lines but at the end. Spaces around a field, `\r\n` and a byte order mark are ignored.
//!
//! A table with text or with holes becomes numbers by rules that only its owner knows, and then goes to [`Dataset::new`].
//! Quotes are for a reader of its own, such as the crate `csv`.
//!
//! ```
//! use shapewise::prelude::*;
//! let text = "31,Berlin,0\n,Rome,1\n"; // age, city, label; the second age is missing
//! let (mut inputs, mut labels) = (Vec::new(), Vec::new());
//! for line in text.lines() {
//!     let fields: Vec<&str> = line.split(',').collect();
//!     let age = fields[0].parse::<f32>().ok();
//!     inputs.extend([age.unwrap_or(40.0), if age.is_none() { 1.0 } else { 0.0 }]); // a usual age, and that it is a guess
//!     inputs.extend(["Berlin", "Paris", "Rome"].map(|city| if city == fields[1] { 1.0 } else { 0.0 }));
//!     labels.push(fields[2].parse::<u32>().expect("a label"));
//! }
//! let data = Dataset::new(5, inputs, 1, labels)?;
//! assert_eq!(data.input(1), [40.0, 1.0, 0.0, 0.0, 1.0]);
//! # Ok::<(), shapewise::Error>(())
//! ```

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Dataset;
use crate::error::{Error, Result};
use crate::files::Input;
use crate::real::Real;

/// How a table is written.
///
/// ```
/// use shapewise::data::csv::Options;
/// let options = Options { separator: ';', header: true, ..Options::default() };
/// assert_eq!(options.most, 1 << 27);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Stands between fields; `,` by default.
    pub separator: char,
    /// The first line holds the columns' names; not by default.
    pub header: bool,
    /// Values to accept at most, so that a compressed file cannot fill the memory; 2²⁷ (1 GiB) by default.
    pub most: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { separator: ',', header: false, most: 1 << 27 }
    }
}

/// Numbers in rows and columns.
///
/// ```
/// use shapewise::data::csv::{self, Options};
/// let table = csv::parse("ages", "age,class\n31,0\n".as_bytes(), Options { header: true, ..Options::default() })?;
/// assert_eq!((table.names()[1].as_str(), table.values()), ("class", &[31.0, 0.0][..]));
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    path: PathBuf,
    names: Vec<String>,
    columns: usize,
    values: Vec<f64>,
}

impl Table {
    /// The columns' names; none without a header.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Columns, at least 1.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows, at least 1.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    /// All values, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The table with `other`'s columns to the right of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when `other` has another number of rows.
    ///
    /// ```
    /// use shapewise::data::csv::{self, Options};
    /// let inputs = csv::parse("inputs", "1 2\n3 4".as_bytes(), Options { separator: ' ', ..Options::default() })?;
    /// let targets = csv::parse("targets", "5\n6".as_bytes(), Options::default())?;
    /// assert_eq!(inputs.beside(&targets)?.values(), [1.0, 2.0, 5.0, 3.0, 4.0, 6.0]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn beside(&self, other: &Self) -> Result<Self> {
        if self.rows() != other.rows() {
            return Err(Error::Length { what: "rows of the other table", expected: self.rows(), found: other.rows() });
        }
        let rows = self.values.chunks_exact(self.columns).zip(other.values.chunks_exact(other.columns));
        let values = rows.flat_map(|(left, right)| left.iter().chain(right)).copied().collect();
        // Names for half of the columns would sit above the wrong ones.
        let named = self.names.is_empty() == other.names.is_empty();
        let names = if named { [&self.names[..], &other.names[..]].concat() } else { Vec::new() };
        Ok(Self { path: self.path.clone(), names, columns: self.columns + other.columns, values })
    }
}

/// Reads a file, compressed with gzip or not (the content decides, not the name).
///
/// # Errors
///
/// [`Error::Io`] when it cannot be read, [`Error::Format`] with line and column when it is no table of numbers.
///
/// ```no_run
/// use shapewise::data::csv;
/// let table = csv::read("digits.csv.gz", csv::Options::default())?;
/// assert_eq!((table.rows(), table.columns()), (1797, 65));
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn read(path: impl AsRef<Path>, options: Options) -> Result<Table> {
    decode(Input::open(path.as_ref())?, options)
}

/// Reads a table from memory or a stream, compressed with gzip or not; `name` stands for it in errors.
///
/// # Errors
///
/// As [`read`].
///
/// ```
/// use shapewise::data::csv;
/// let wrong = csv::parse("ages.csv", "1,2\n3,old\n".as_bytes(), csv::Options::default()).unwrap_err();
/// assert_eq!(wrong.to_string(), "ages.csv: line 2, column 2: `old` is not a number");
/// ```
pub fn parse(name: impl AsRef<Path>, reader: impl Read, options: Options) -> Result<Table> {
    decode(Input::new(name.as_ref(), reader, None)?, options)
}

/// Bytes of a line at most.
const LINE_LIMIT: usize = 1 << 24;

fn decode(mut input: Input<'_>, options: Options) -> Result<Table> {
    let mut table = Table { path: input.path().to_owned(), names: Vec::new(), columns: 0, values: Vec::new() };
    let (mut bytes, mut blank) = (Vec::new(), None);
    for number in 1.. {
        bytes.clear();
        if input.read_line(LINE_LIMIT as u64, &mut bytes)? == 0 {
            break;
        }
        if bytes.len() == LINE_LIMIT {
            return Err(input.wrong(format!("line {number} is longer than {LINE_LIMIT} bytes")));
        }
        let Ok(line) = std::str::from_utf8(&bytes) else {
            return Err(input.wrong(format!("line {number} is not UTF-8 text")));
        };
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
        let line = line.trim_end_matches(['\r', '\n']);
        if line.trim().is_empty() {
            blank.get_or_insert(number);
            continue;
        }
        if let Some(number) = blank {
            return Err(input.wrong(format!("line {number} is blank")));
        }
        if options.header && number == 1 {
            table.names = names(line, options.separator);
            table.columns = table.names.len();
        } else {
            read_row(&mut table, line, options.separator).map_err(|(column, problem)| match column {
                Some(column) => {
                    let hint = hint(line, options.separator, number == 1);
                    input.wrong(format!("line {number}, column {column}: {problem}{hint}"))
                }
                None => input.wrong(format!("line {number} {problem}")),
            })?;
        }
        if table.values.len() > options.most {
            return Err(input.wrong(format!("line {number}: more than {} values", options.most)));
        }
    }
    if table.values.is_empty() {
        return Err(input.wrong("holds no row of numbers"));
    }
    Ok(table)
}

/// The names in a header, with quotes around them or without.
fn names(line: &str, separator: char) -> Vec<String> {
    let mut quoted = false;
    let fields = line.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    });
    let bare = |name: &str| match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(name) => name.replace("\"\"", "\""),
        None => name.to_owned(),
    };
    fields.map(|name| bare(name.trim())).collect()
}

/// Appends a line to the table; an error names the column, counted from 1, unless it is the line's.
fn read_row(table: &mut Table, line: &str, separator: char) -> Result<(), (Option<usize>, String)> {
    let mut columns = 0;
    for field in line.split(separator) {
        columns += 1;
        let field = field.trim();
        let Ok(value) = field.parse::<f64>() else {
            let problem = if field.is_empty() {
                "there is no number".into()
            } else {
                format!("`{}` is not a number", shown(field))
            };
            return Err((Some(columns), problem));
        };
        if !value.is_finite() {
            return Err((Some(columns), format!("`{}` is not a finite number", shown(field))));
        }
        table.values.push(value);
    }
    if table.columns == 0 {
        table.columns = columns;
    }
    if columns != table.columns {
        return Err((None, format!("has {columns} columns, but the first line has {}", table.columns)));
    }
    Ok(())
}

/// What is probably meant by a line that is no row of numbers: one with another separator, or names above the first row.
fn hint(line: &str, separator: char, first: bool) -> String {
    if !line.contains(separator) && line.contains([',', ';', '\t', '|']) {
        format!("; the separator is {separator:?}, which is not in this line")
    } else if first
        && !line.split(separator).any(|field| field.trim().is_empty() || field.trim().parse::<f64>().is_ok())
    {
        "; a line of names needs `header: true`".into()
    } else {
        String::new()
    }
}

/// A field as errors quote it: its beginning.
fn shown(field: &str) -> String {
    let mut characters = field.chars();
    let mut shown: String = characters.by_ref().take(40).flat_map(char::escape_debug).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// A type of targets that the numbers of a table can become.
///
/// ```
/// use shapewise::data::csv::FromNumber;
/// assert_eq!(u32::from_number(7.0), Some(7));
/// assert_eq!(u32::from_number(7.5), None);
/// assert_eq!(f32::from_number(7.5), Some(7.5));
/// ```
pub trait FromNumber: Copy {
    /// What it is called in errors.
    const NAME: &'static str;
    /// `number` in this type, if it has it.
    fn from_number(number: f64) -> Option<Self>;
}

impl FromNumber for u32 {
    const NAME: &'static str = "class index";
    fn from_number(number: f64) -> Option<Self> {
        let whole = number.fract() == 0.0 && (0.0..=f64::from(Self::MAX)).contains(&number);
        whole.then_some(number as Self)
    }
}

impl FromNumber for f32 {
    const NAME: &'static str = "32-bit number";
    fn from_number(number: f64) -> Option<Self> {
        Some(number as Self).filter(|number| number.is_finite())
    }
}

impl FromNumber for f64 {
    const NAME: &'static str = "64-bit number";
    fn from_number(number: f64) -> Option<Self> {
        Some(number).filter(|number| number.is_finite())
    }
}

impl<T: Real, Y: FromNumber> Dataset<T, Y> {
    /// A sample a row: column `target`, counted from 0, becomes the target, the others the inputs.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] when there is no such column, [`Error::Length`] when there is no other,
    /// [`Error::Format`] when a target is no class index although `Y` is `u32`, or beyond the range of `Y`,
    /// [`Error::NotFinite`] when an input is beyond the range of `T`.
    ///
    /// ```
    /// use shapewise::data::{Dataset, csv};
    /// let table = csv::parse("digits.csv", "0,16,1\n16,0,0\n".as_bytes(), csv::Options::default())?;
    /// let set = Dataset::<f32, u32>::from_table(&table, 2)?.scale(1.0 / 16.0);
    /// assert_eq!((set.input(0), set.target(0)), (&[0.0, 1.0][..], &[1][..]));
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn from_table(table: &Table, target: usize) -> Result<Self> {
        if target >= table.columns {
            let bound = "below the number of columns";
            return Err(Error::Parameter { name: "target column", value: target as f64, bound });
        }
        if table.columns == 1 {
            return Err(Error::Length { what: "columns with the target", expected: 2, found: 1 });
        }
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        for (row, values) in table.values.chunks_exact(table.columns).enumerate() {
            let others = values[..target].iter().chain(&values[target + 1..]);
            inputs.extend(others.map(|&value| T::from_f64(value)));
            targets.push(Y::from_number(values[target]).ok_or_else(|| {
                let (line, column) = (row + 1 + usize::from(!table.names.is_empty()), target + 1);
                let problem = format!("line {line}, column {column}: {:?} is not a {}", values[target], Y::NAME);
                Error::Format { path: table.path.clone(), problem }
            })?);
        }
        let data = Self::new(table.columns - 1, inputs, 1, targets)?;
        data.check_finite()?;
        Ok(data)
    }
}
