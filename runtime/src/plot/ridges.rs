//! Many histograms one above the other: over layers, or over epochs.

use std::string::{String, ToString};
use std::vec::Vec;

use super::Chart;
use super::color::Color;
use super::font;
use super::frame::{LABEL, Labels, TICK, label_methods, title};
use super::histograms::outline;
use super::scale::Scale;
use super::scene::{Anchor, Scene, Stroke, Text};
use crate::inspect::{Histogram, LayerObservation, Observation, Record, Statistics};

/// A row for each histogram, the first on top, all over one axis, each as high as its row.
///
/// ```
/// use shapewise::inspect;
/// use shapewise::plot::{Chart, Ridges};
/// use shapewise::prelude::*;
///
/// network! {
///     struct Net: [2] -> [2] {
///         first: dense(8), tanh,
///         second: dense(8), tanh,
///         out: dense(2),
///     }
/// }
///
/// let seen = inspect::observe(&*Net::boxed(1), &CrossEntropy::new(), &[0.5, -1.0], &[1_u32], 0)?;
/// let chart = Ridges::over_layers("Activations", &seen, |layer| Some(&layer.values));
/// assert!(chart.to_svg().contains("second"));
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ridges {
    labels: Labels,
    rows: Vec<(String, Histogram)>,
    range: Option<(f64, f64)>,
}

/// Height of a row, and how far a histogram may reach into the row above.
const ROW: f64 = 34.0;
const REACH: f64 = 1.35;

impl Ridges {
    /// No row yet. The height grows with the rows.
    pub fn new(title: impl Into<String>) -> Self {
        Self { labels: Labels::new(title), rows: Vec::new(), range: None }
    }

    /// A row for each layer in which `look` finds something, e.g. `|layer| Some(&layer.values)` or
    /// `|layer| layer.gradients.as_ref()`.
    pub fn over_layers(
        title: impl Into<String>,
        observation: &Observation,
        look: impl Fn(&LayerObservation) -> Option<&Statistics>,
    ) -> Self {
        let found = observation.layers.iter().filter_map(|layer| Some((layer.name, look(layer)?)));
        found.fold(Self::new(title), |ridges, (name, statistics)| ridges.row(name, &statistics.histogram))
    }

    /// A row for each record, of the layer with the name `layer`.
    pub fn over_epochs(
        title: impl Into<String>,
        records: &[Record],
        layer: &str,
        look: impl Fn(&LayerObservation) -> Option<&Statistics>,
    ) -> Self {
        records.iter().fold(Self::new(title), |ridges, record| {
            let layer = record.observation.layers.iter().find(|found| found.name == layer);
            match layer.and_then(&look) {
                Some(statistics) => ridges.row(record.epoch.to_string(), &statistics.histogram),
                None => ridges,
            }
        })
    }

    label_methods!(x);

    /// One more row.
    #[must_use]
    pub fn row(mut self, name: impl Into<String>, histogram: &Histogram) -> Self {
        self.rows.push((name.into(), histogram.clone()));
        self
    }

    /// The ends of the axis, instead of the data's.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }
}

impl Chart for Ridges {
    fn scene(&self) -> Scene {
        let names = self.rows.iter().map(|(name, _)| font::width(name, LABEL)).fold(0.0, f64::max);
        let (left, top) = (24.0 + names, 36.0 + ROW * (REACH - 1.0));
        let foot = top + ROW * self.rows.len().max(1) as f64;
        let bottom = if self.labels.x.is_empty() { 26.0 } else { 44.0 };
        let mut scene = Scene::new(self.labels.size.0, foot + bottom);
        let width = (scene.size().0 - left - 20.0).max(20.0);
        let outlines: Vec<_> = self.rows.iter().map(|(_, histogram)| outline(histogram)).collect();
        let scale = match self.range {
            Some((low, high)) => Scale::between(low, high),
            None => Scale::around(outlines.iter().flatten().map(|point| point.0), false, 0.0),
        };
        let x = |value: f64| left + scale.place(value).clamp(0.0, 1.0) * width;
        title(&mut scene, &self.labels.title);
        for (value, label) in scale.ticks((width / 70.0) as usize) {
            let line = Stroke::new(Color::INK.opacity(0.12), 1.0);
            scene.line((x(value), top - 8.0), (x(value), foot), line);
            let label = Text::new(label, (x(value), foot + 16.0), TICK).anchor(Anchor::Middle);
            scene.text(label.color(Color::INK.opacity(0.75)));
        }
        for (row, ((name, _), outline)) in self.rows.iter().zip(&outlines).enumerate() {
            let base = top + ROW * (row as f64 + 1.0);
            let highest = outline.iter().map(|point| point.1).fold(0.0, f64::max);
            let places: Vec<_> =
                outline.iter().map(|(value, y)| (x(*value), base - y / highest * ROW * REACH)).collect();
            // From dark to middling light: the order of the rows, and still apart from the paper.
            let share = row as f64 / (self.rows.len().max(2) - 1) as f64;
            let color = Color::amount(0.25 + 0.5 * share);
            scene.polygon(places.iter().copied(), Color::PAPER.opacity(0.6));
            scene.polygon(places.iter().copied(), color.opacity(0.55));
            scene.polyline(places, Stroke::new(color, 1.2));
            scene.line((left, base), (left + width, base), Stroke::new(Color::INK.opacity(0.3), 1.0));
            scene.text(Text::new(name, (left - 10.0, base - 4.0), LABEL).anchor(Anchor::End));
        }
        let label = Text::new(&self.labels.x, (left + width / 2.0, foot + 36.0), LABEL);
        scene.text(label.anchor(Anchor::Middle));
        scene
    }
}
