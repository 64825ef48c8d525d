//! Charts as SVG and PNG, without a system library: curves, bars, histograms, heat maps, images, decision boundaries,
//! contours.
//!
//! Each chart is built by naming what it shows, then written with [`Chart::save_svg`] or [`Chart::save_png`], or put into a
//! [`Report`](crate::report::Report). Any numbers can be given: what is infinite or not a number is left out.
//!
//! ```no_run
//! use shapewise::plot::{Chart, Curves};
//! let losses = [2.3, 1.2, 0.7, 0.5];
//! Curves::new("Training").x_label("epoch").y_label("loss").values("loss", losses).save_png("loss.png")?;
//! # Ok::<(), shapewise::Error>(())
//! ```

mod bars;
mod boundary;
mod color;
mod contours;
mod curves;
mod font;
mod frame;
mod heat_map;
mod histograms;
mod image_grid;
mod panels;
mod png;
mod raster;
mod ridges;
mod scale;
mod scene;
mod svg;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::string::String;
use std::vec::Vec;

pub use bars::Bars;
pub use boundary::Boundary;
pub use color::Color;
pub use contours::Contours;
pub use curves::Curves;
pub use heat_map::HeatMap;
pub use histograms::Histograms;
pub use image_grid::ImageGrid;
pub use panels::Panels;
pub use ridges::Ridges;
pub(crate) use scale::short;
pub use scene::{Anchor, Image, Point, Scene, Stroke, Text};
pub(crate) use svg::escape;

use crate::error::Result;
use crate::files::write_atomically;

/// Ink on white paper.
const INK: [u8; 3] = [31, 35, 40];

/// Pixels for each unit of a chart in PNG files: fine enough for print, sharp on any screen.
const PIXELS: f64 = 2.0;

/// Something that can be drawn.
pub trait Chart {
    /// The picture as shapes.
    fn scene(&self) -> Scene;

    /// The picture as SVG text, a file of its own.
    fn to_svg(&self) -> String {
        self.scene().to_svg()
    }

    /// The picture as the bytes of a PNG file, two pixels for each unit.
    fn to_png(&self) -> Vec<u8> {
        png::encode(&self.scene().to_image(PIXELS))
    }

    /// Writes an SVG file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the file cannot be written.
    fn save_svg(&self, path: impl AsRef<Path>) -> Result<()>
    where
        Self: Sized,
    {
        write_atomically(path, |file| file.write_all(self.to_svg().as_bytes()))
    }

    /// Writes a PNG file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the file cannot be written.
    fn save_png(&self, path: impl AsRef<Path>) -> Result<()>
    where
        Self: Sized,
    {
        write_atomically(path, |file| file.write_all(&self.to_png()))
    }
}

impl<C: Chart + ?Sized> Chart for &C {
    fn scene(&self) -> Scene {
        (**self).scene()
    }
}

impl Chart for Scene {
    fn scene(&self) -> Scene {
        self.clone()
    }
}
