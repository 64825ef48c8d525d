//! How numbers are spread.

use std::string::String;
use std::vec::Vec;

use super::Chart;
use super::color::Color;
use super::frame::{Frame, Key, Labels, Mark, label_methods};
use super::scale::Scale;
use super::scene::{Point, Scene, Stroke};
use crate::inspect::{Histogram, Statistics};

/// Histograms over one axis, scaled so that each has the area 1 and those of different bins can be compared.
///
/// ```
/// use shapewise::plot::{Chart, Histograms};
/// let chart = Histograms::new("Two samples").values("a", [1.0, 2.0, 2.5]).values("b", [2.0, 3.0, 9.0]);
/// assert!(chart.to_svg().contains("density"));
/// ```
#[derive(Clone, Debug)]
pub struct Histograms {
    labels: Labels,
    series: Vec<(String, Histogram)>,
}

impl Histograms {
    /// No numbers yet.
    pub fn new(title: impl Into<String>) -> Self {
        let mut labels = Labels::new(title);
        labels.y = "density".into();
        Self { labels, series: Vec::new() }
    }

    label_methods!(x y);

    /// One more histogram.
    #[must_use]
    pub fn histogram(mut self, name: impl Into<String>, histogram: &Histogram) -> Self {
        self.series.push((name.into(), histogram.clone()));
        self
    }

    /// The histogram of some numbers.
    #[must_use]
    pub fn values(self, name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let values: Vec<_> = values.into_iter().collect();
        self.histogram(name, &Statistics::of(values).histogram)
    }
}

impl Chart for Histograms {
    fn scene(&self) -> Scene {
        let outlines: Vec<_> = self.series.iter().map(|(_, histogram)| outline(histogram)).collect();
        let points = || outlines.iter().flatten();
        let x = Scale::around(points().map(|point| point.0), false, 0.02);
        let top = points().map(|point| point.1).fold(0.0, f64::max);
        let y = Scale::between(0.0, if top > 0.0 { 1.05 * top } else { 1.0 });
        let color = Color::series;
        let named = self.series.iter().enumerate();
        let keys: Vec<_> = named.map(|(i, (name, _))| Key { name: name.clone(), mark: Mark::Area(color(i)) }).collect();
        let mut frame = Frame::new(&self.labels, x, y, if keys.len() > 1 { &keys } else { &[] });
        for (number, outline) in outlines.into_iter().enumerate() {
            let places: Vec<_> = outline.iter().map(|(x, y)| frame.place(*x, *y)).collect();
            frame.scene.polygon(places, color(number).opacity(0.3));
            frame.curve(outline, Stroke::new(color(number), 1.5));
        }
        frame.scene
    }
}

/// The corners of the bars, from the left end of the axis to the right; none for an empty histogram.
pub(super) fn outline(histogram: &Histogram) -> Vec<Point> {
    let bins = histogram.counts.len();
    let width = (histogram.maximum - histogram.minimum) / bins.max(1) as f64;
    let total = histogram.total() as f64;
    if total == 0.0 || !width.is_finite() {
        return Vec::new();
    }
    let edge = |bin: usize| histogram.minimum + bin as f64 * width;
    let mut points = vec![(edge(0), 0.0)];
    for (bin, count) in histogram.counts.iter().enumerate() {
        let density = *count as f64 / total / width;
        points.extend([(edge(bin), density), (edge(bin + 1), density)]);
    }
    points.push((edge(bins), 0.0));
    points
}
