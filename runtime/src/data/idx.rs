//! IDX files, the format of MNIST and its family.

use std::io::Read;
use std::path::Path;

use super::Dataset;
use crate::error::{Error, Result};
use crate::files::Input;
use crate::real::Real;

/// The content of an IDX file.
///
/// ```text
/// 0  0  type  rank | rank sizes, 4 bytes each, big-endian | values, the last dimension fastest
/// ```
///
/// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", 1998. Of the format's types only
/// unsigned bytes (0x08) are read, which is what all these sets consist of.
///
/// ```
/// let labels = shapewise::data::idx::parse("labels", &[0, 0, 8, 1, 0, 0, 0, 1, 7][..])?;
/// assert_eq!(labels.sizes().iter().product::<usize>(), labels.data().len());
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    sizes: Vec<usize>,
    data: Vec<u8>,
}

impl Idx {
    /// The sizes of the dimensions, e.g. `[60000, 28, 28]`; none is 0.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The values, as many as the product of [`Idx::sizes`].
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

/// Reads a file, compressed with gzip or not (the content decides, not the name).
///
/// # Errors
///
/// [`Error::Io`] when it cannot be read, [`Error::Format`] when it is no whole IDX file of unsigned bytes.
///
/// ```no_run
/// let images = shapewise::data::idx::read("mnist/t10k-images-idx3-ubyte.gz")?;
/// assert_eq!(images.sizes(), [10_000, 28, 28]);
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn read(path: impl AsRef<Path>) -> Result<Idx> {
    decode(Input::open(path.as_ref())?)
}

/// Reads IDX from memory or a stream, compressed with gzip or not; `name` stands for it in errors.
///
/// # Errors
///
/// As [`read`].
///
/// ```
/// let labels = shapewise::data::idx::parse("labels", &[0, 0, 8, 1, 0, 0, 0, 2, 7, 9][..])?;
/// assert_eq!((labels.sizes(), labels.data()), (&[2][..], &[7, 9][..]));
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn parse(name: impl AsRef<Path>, reader: impl Read) -> Result<Idx> {
    decode(Input::new(name.as_ref(), reader, None)?)
}

fn decode(mut input: Input<'_>) -> Result<Idx> {
    let mut magic = Vec::new();
    if input.read(4, &mut magic)? < 4 || magic[..2] != [0, 0] {
        return Err(input.wrong("is no IDX file: it does not begin with two zero bytes, a type and a rank"));
    }
    if magic[2] != 0x08 {
        let found = type_name(magic[2]);
        return Err(
            input.wrong(format!("holds {found} (type byte {:#04x}), but only unsigned bytes are read", magic[2]))
        );
    }
    let rank = u64::from(magic[3]);
    if rank == 0 {
        return Err(input.wrong("has no dimensions"));
    }
    let mut header = Vec::new();
    let found = input.read(4 * rank, &mut header)?;
    if (found as u64) < 4 * rank {
        let expected = 4 * rank;
        return Err(input.wrong(format!("is truncated: its {rank} sizes take {expected} bytes, but {found} are there")));
    }
    let sizes: Vec<u32> = header.as_chunks().0.iter().map(|&size| u32::from_be_bytes(size)).collect();
    let declared = declared(&input, &sizes)?;
    let mut data = Vec::new();
    // One byte more shows whether the file goes on; a compressed one cannot make us read further.
    let found = input.read(declared + 1, &mut data)? as u64;
    if found < declared {
        return Err(input.wrong(format!("is truncated: {sizes:?} declares {declared} values, but {found} are there")));
    }
    if found > declared {
        return Err(input.wrong(format!("goes on after the {declared} values that {sizes:?} declares")));
    }
    Ok(Idx { sizes: sizes.into_iter().map(|size| size as usize).collect(), data })
}

/// The number of values, if it is one that the file could hold.
fn declared(input: &Input<'_>, sizes: &[u32]) -> Result<u64> {
    if let Some(dimension) = sizes.iter().position(|&size| size == 0) {
        return Err(input.wrong(format!("has the sizes {sizes:?}: dimension {dimension} is 0")));
    }
    let product = sizes.iter().try_fold(1_u64, |product, &size| product.checked_mul(u64::from(size)));
    let Some(declared) = product.filter(|&product| isize::try_from(product).is_ok_and(|product| product < isize::MAX))
    else {
        return Err(input.wrong(format!("has the sizes {sizes:?}: more values than memory can hold")));
    };
    match input.most() {
        Some(most) if declared > most => {
            Err(input
                .wrong(format!("is truncated: {sizes:?} declares {declared} values, but at most {most} fit into it")))
        }
        _ => Ok(declared),
    }
}

fn type_name(code: u8) -> &'static str {
    match code {
        0x09 => "signed bytes",
        0x0b => "16-bit integers",
        0x0c => "32-bit integers",
        0x0d => "32-bit floats",
        0x0e => "64-bit floats",
        _ => "values of an unknown type",
    }
}

impl<T: Real> Dataset<T, u32> {
    /// Images with their shape and their labels; pixels are scaled from 0..255 to 0..1.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when `labels` has more than one dimension or there are not as many labels as images.
    ///
    /// ```
    /// use shapewise::data::{Dataset, idx};
    /// let images = idx::parse("images", &[0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255][..])?;
    /// let labels = idx::parse("labels", &[0, 0, 8, 1, 0, 0, 0, 1, 7][..])?;
    /// let set = Dataset::<f32, u32>::from_idx(&images, &labels)?;
    /// assert_eq!((set.shape(), set.inputs(), set.targets()), (&[2][..], &[0.0, 1.0][..], &[7][..]));
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn from_idx(images: &Idx, labels: &Idx) -> Result<Self> {
        if labels.sizes.len() != 1 {
            return Err(Error::Length { what: "dimensions of the labels", expected: 1, found: labels.sizes.len() });
        }
        if labels.sizes[0] != images.sizes[0] {
            return Err(Error::Length { what: "labels", expected: images.sizes[0], found: labels.sizes[0] });
        }
        let inputs = images.data.iter().map(|&pixel| T::from_f64(f64::from(pixel) / 255.0)).collect();
        let targets = labels.data.iter().map(|&label| u32::from(label)).collect();
        let shape = &images.sizes[1..];
        Self::new(shape.iter().product(), inputs, 1, targets)?.shaped(shape)
    }
}
