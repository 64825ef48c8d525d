//! Several charts as one picture.

use std::boxed::Box;
use std::fmt;
use std::string::String;
use std::vec::Vec;

use super::Chart;
use super::frame::title;
use super::scene::Scene;

/// Charts side by side in columns, row by row.
///
/// ```
/// use shapewise::plot::{Chart, Curves, Panels};
/// let panel = |name: &str| Curves::new(name).values("loss", [3.0, 2.0, 1.0]).size(280.0, 200.0);
/// let chart = Panels::new(2).title("Two rates").panel(panel("0.1")).panel(panel("0.01"));
/// assert_eq!(chart.scene().size(), (560.0, 232.0));
/// ```
pub struct Panels {
    title: String,
    columns: usize,
    charts: Vec<Box<dyn Chart>>,
}

/// Height of the common title.
const TITLE: f64 = 32.0;

impl Panels {
    /// So many charts in a row; 0 counts as 1.
    pub fn new(columns: usize) -> Self {
        Self { title: String::new(), columns: columns.max(1), charts: Vec::new() }
    }

    /// A title above all of them.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// One more chart.
    #[must_use]
    pub fn panel(mut self, chart: impl Chart + 'static) -> Self {
        self.charts.push(Box::new(chart));
        self
    }
}

impl fmt::Debug for Panels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panels").field("title", &self.title).field("panels", &self.charts.len()).finish_non_exhaustive()
    }
}

impl Chart for Panels {
    fn scene(&self) -> Scene {
        let scenes: Vec<_> = self.charts.iter().map(|panel| panel.scene()).collect();
        let columns = self.columns.min(scenes.len().max(1));
        let side = |sides: &mut dyn Iterator<Item = f64>| sides.fold(0.0, f64::max);
        let widths: Vec<_> = (0..columns)
            .map(|column| side(&mut scenes.iter().skip(column).step_by(columns).map(|scene| scene.size().0)))
            .collect();
        let rows = scenes.chunks(columns);
        let heights: Vec<_> = rows.map(|row| side(&mut row.iter().map(|scene| scene.size().1))).collect();
        let top = if self.title.is_empty() { 0.0 } else { TITLE };
        let mut all = Scene::new(widths.iter().sum(), top + heights.iter().sum::<f64>());
        title(&mut all, &self.title);
        for (index, scene) in scenes.into_iter().enumerate() {
            let (row, column) = (index / columns, index % columns);
            let place = (widths[..column].iter().sum(), top + heights[..row].iter().sum::<f64>());
            all.place(scene, place);
        }
        all
    }
}
