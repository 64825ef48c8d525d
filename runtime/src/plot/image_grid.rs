//! Batches of images side by side.

use std::string::String;
use std::vec::Vec;

use super::Chart;
use super::font;
use super::frame::{LABEL, Labels, TICK, title};
use super::scene::{Anchor, Image, Scene, Text};
use crate::real::Real;

/// Images of C × H × W values: one batch fills a grid, of several each is a row, so that inputs stand above their
/// reconstructions.
///
/// One channel is shown in grey, three as red, green and blue; of any other number, each channel is an image of its own, as
/// for feature maps. Black is the batch's smallest value and white its largest, unless [`ImageGrid::range`] says otherwise;
/// what is no number is black.
///
/// ```
/// use shapewise::plot::{Chart, ImageGrid};
/// let (inputs, outputs) = ([0.0_f32, 1.0, 0.5, 0.2, 1.0, 0.0, 0.0, 1.0], [0.5_f32; 8]);
/// let chart = ImageGrid::new("Autoencoder", [1, 2, 2]).batch("inputs", &inputs).batch("outputs", &outputs).range(0.0, 1.0);
/// assert!(chart.to_svg().contains("data:image/png;base64,"));
/// ```
#[derive(Clone, Debug)]
pub struct ImageGrid {
    labels: Labels,
    shape: [usize; 3],
    batches: Vec<Batch>,
    captions: Vec<String>,
    columns: usize,
    range: Option<(f64, f64)>,
}

#[derive(Clone, Debug)]
struct Batch {
    name: String,
    values: Vec<f64>,
}

/// The side of the largest picture of an image, and of the smallest.
const LARGEST: f64 = 72.0;
const SMALLEST: f64 = 14.0;

impl ImageGrid {
    /// No images yet, of shape [C, H, W].
    pub fn new(title: impl Into<String>, shape: [usize; 3]) -> Self {
        let labels = Labels::new(title);
        Self { labels, shape, batches: Vec::new(), captions: Vec::new(), columns: 8, range: None }
    }

    /// One more batch, image by image; what is too short for an image is left out.
    #[must_use]
    pub fn batch<T: Real>(mut self, name: impl Into<String>, values: &[T]) -> Self {
        let values = values.iter().map(|value| value.to_f64()).collect();
        self.batches.push(Batch { name: name.into(), values });
        self
    }

    /// Words below the images, in order; below a column when there are several batches.
    #[must_use]
    pub fn captions<S: Into<String>>(mut self, captions: impl IntoIterator<Item = S>) -> Self {
        self.captions = captions.into_iter().map(Into::into).collect();
        self
    }

    /// Images side by side, 8 unless said otherwise; 0 counts as 1.
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns.max(1);
        self
    }

    /// The values of black and white.
    #[must_use]
    pub fn range(mut self, black: f64, white: f64) -> Self {
        self.range = Some((black, white));
        self
    }

    /// Width of the whole.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.labels.size.0 = width;
        self
    }

    fn images(&self, batch: &Batch) -> Vec<Image> {
        let [channels, height, width] = self.shape;
        let shown = if channels == 3 { 3 } else { 1 };
        let plane = height * width;
        if plane == 0 {
            return Vec::new();
        }
        let finite = || batch.values.iter().copied().filter(|value| value.is_finite());
        let ends = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
        let (black, white) = self.range.unwrap_or(ends);
        let byte = |value: f64| (255.0 * ((value - black) / (white - black)).clamp(0.0, 1.0)).round() as u8;
        let images = batch.values.chunks_exact(shown * plane).map(|image| {
            Image::from_fn(width, height, |x, y| {
                let at = y * width + x;
                if shown == 3 {
                    [0, 1, 2].map(|channel| byte(image[channel * plane + at]))
                } else {
                    [byte(image[at]); 3]
                }
            })
        });
        images.collect()
    }
}

impl Chart for ImageGrid {
    fn scene(&self) -> Scene {
        let batches: Vec<_> = self.batches.iter().map(|batch| self.images(batch)).collect();
        let several = batches.len() > 1;
        let most = batches.iter().map(Vec::len).max().unwrap_or(0);
        let columns = most.clamp(1, self.columns);
        let names = self.batches.iter().map(|batch| font::width(&batch.name, LABEL)).fold(0.0, f64::max);
        let left = if several { 22.0 + names } else { 12.0 };
        let caption = if self.captions.is_empty() { 0.0 } else { TICK + 6.0 };
        let cell = ((self.labels.size.0 - left - 8.0) / columns as f64).clamp(SMALLEST, LARGEST);
        let [_, height, width] = self.shape.map(|side| side.max(1) as f64);
        let side = cell - 4.0;
        let (picture_width, picture_height) = (side * (width / height).min(1.0), side * (height / width).min(1.0));
        let line = picture_height + 4.0;
        // A group is as many images as fit side by side, of every batch.
        let groups = most.div_ceil(columns);
        let group = line * batches.len() as f64 + caption + if several { 8.0 } else { 0.0 };
        let total = (left + cell * columns as f64 + 8.0).max(font::width(&self.labels.title, 15.0) + 24.0);
        let mut scene = Scene::new(total, 36.0 + group * groups as f64 + 8.0);
        title(&mut scene, &self.labels.title);
        for (row, (batch, images)) in self.batches.iter().zip(batches).enumerate() {
            for (index, image) in images.into_iter().enumerate() {
                let y = 36.0 + (index / columns) as f64 * group + row as f64 * line;
                let x = left + (index % columns) as f64 * cell + (cell - picture_width) / 2.0;
                if several && index % columns == 0 {
                    let label = Text::new(&batch.name, (left - 6.0, y + picture_height / 2.0 + 4.0), LABEL);
                    scene.text(label.anchor(Anchor::End));
                }
                scene.image((x, y), (picture_width, picture_height), image);
            }
        }
        for (index, text) in self.captions.iter().take(most).enumerate() {
            let foot = 36.0 + (index / columns) as f64 * group + line * self.batches.len() as f64;
            let place = (left + ((index % columns) as f64 + 0.5) * cell, foot + TICK - 2.0);
            let size = TICK * (cell / font::width(text, TICK).max(1.0)).min(1.0);
            scene.text(Text::new(text, place, size).anchor(Anchor::Middle));
        }
        scene
    }
}
