//! A table of numbers as colours.

use std::string::{String, ToString};
use std::vec::Vec;

use super::Chart;
use super::color::{amount, text_on};
use super::font;
use super::frame::{LABEL, Labels, TICK, label_methods, title};
use super::scale::{Scale, short};
use super::scene::{Anchor, Image, Point, Scene, Text};
use crate::train::metrics::ConfusionMatrix;

/// Rows and columns of numbers, each a colour, with a scale beside them; also the confusion matrix.
///
/// ```
/// use shapewise::plot::{Chart, HeatMap};
/// let chart = HeatMap::new("Accuracy by rate and batch")
///     .columns(["0.1", "0.01"])
///     .row("32", [0.91, 0.96])
///     .row("256", [0.95, 0.90])
///     .numbers();
/// assert!(chart.to_svg().contains("0.96"));
/// ```
#[derive(Clone, Debug)]
pub struct HeatMap {
    labels: Labels,
    columns: Vec<String>,
    rows: Vec<(String, Vec<f64>)>,
    /// What is written into the cells, row by row; the colour says enough without.
    texts: Vec<Vec<String>>,
    scale_label: String,
    numbers: bool,
    range: Option<(f64, f64)>,
}

impl HeatMap {
    /// No number yet.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            labels: Labels::new(title),
            columns: Vec::new(),
            rows: Vec::new(),
            texts: Vec::new(),
            scale_label: String::new(),
            numbers: false,
            range: None,
        }
    }

    /// How often each class was taken for each other: colours are shares of a true class, numbers count samples.
    ///
    /// ```
    /// use shapewise::plot::{Chart, HeatMap};
    /// use shapewise::train::metrics::{ConfusionMatrix, Metric, Predictions};
    /// let mut confusion = ConfusionMatrix::new();
    /// confusion.update(Predictions { outputs: &[0.1, 2.0, 0.3, -1.0_f32], targets: &[1, 1_u32], samples: 2 });
    /// assert!(HeatMap::confusion("Digits", &confusion).to_svg().contains("predicted"));
    /// ```
    pub fn confusion(title: impl Into<String>, matrix: &ConfusionMatrix) -> Self {
        let classes = matrix.classes();
        let mut map = Self::new(title).columns((0..classes).map(|class| class.to_string())).range(0.0, 1.0);
        for actual in 0..classes {
            let counts: Vec<_> = (0..classes).map(|predicted| matrix.count(actual, predicted)).collect();
            let total = counts.iter().sum::<u64>().max(1) as f64;
            map = map.row(actual.to_string(), counts.iter().map(|count| *count as f64 / total));
            let text = |count: &u64| if *count == 0 { String::new() } else { count.to_string() };
            map.texts.push(counts.iter().map(text).collect());
        }
        map.labels.x = "predicted class".into();
        map.labels.y = "true class".into();
        map.scale_label("share of the true class")
    }

    label_methods!(x y);

    /// The names of the columns.
    #[must_use]
    pub fn columns<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.columns = names.into_iter().map(Into::into).collect();
        self
    }

    /// One more row below the others. Short rows leave their last cells grey.
    #[must_use]
    pub fn row(mut self, name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        self.rows.push((name.into(), values.into_iter().collect()));
        self
    }

    /// Writes each number into its cell.
    #[must_use]
    pub fn numbers(mut self) -> Self {
        self.numbers = true;
        self
    }

    /// The numbers of the darkest and the lightest colour, instead of the data's.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// What the colours mean.
    #[must_use]
    pub fn scale_label(mut self, label: impl Into<String>) -> Self {
        self.scale_label = label.into();
        self
    }

    /// The number in a cell; none where a row is short.
    fn value(&self, row: usize, column: usize) -> f64 {
        self.rows[row].1.get(column).copied().unwrap_or(f64::NAN)
    }

    /// What is written into a cell.
    fn text(&self, row: usize, column: usize) -> String {
        let given = self.texts.get(row).and_then(|texts| texts.get(column)).cloned();
        given.unwrap_or_else(|| if self.numbers { short(self.value(row, column)) } else { String::new() })
    }
}

impl Chart for HeatMap {
    fn scene(&self) -> Scene {
        let values = || self.rows.iter().flat_map(|row| row.1.iter().copied());
        let scale = match self.range {
            Some((low, high)) => Scale::between(low, high),
            None => Scale::around(values(), false, 0.0),
        };
        let ticks = scale.ticks(5);
        let layout = Layout::new(self, &ticks);
        let mut scene = Scene::new(layout.size.0, layout.size.1);
        title(&mut scene, &self.labels.title);
        self.draw_cells(&mut scene, &layout, scale);
        self.draw_names(&mut scene, &layout);
        self.draw_bar(&mut scene, &layout, scale, ticks);
        scene
    }
}

impl HeatMap {
    fn draw_cells(&self, scene: &mut Scene, layout: &Layout, scale: Scale) {
        let color = |row: usize, column: usize| amount(scale.place(self.value(row, column)));
        // One image, since rectangles side by side would let the paper shine through between them.
        let cells = Image::from_fn(layout.columns, self.rows.len(), |column, row| color(row, column));
        scene.image(layout.corner, layout.area, cells);
        let ((left, top), (width, height)) = (layout.corner, layout.cell);
        for (row, (name, _)) in self.rows.iter().enumerate() {
            let y = top + row as f64 * height;
            let label = Text::new(name, (left - 8.0, y + height / 2.0 + 4.0), TICK);
            scene.text(label.anchor(Anchor::End));
            for column in 0..layout.columns {
                let x = left + column as f64 * width;
                let text = self.text(row, column);
                let size = TICK.min(TICK * (width - 4.0) / font::width(&text, TICK).max(1.0));
                let place = (x + width / 2.0, y + height / 2.0 + 0.36 * size);
                scene.text(Text::new(text, place, size).anchor(Anchor::Middle).color(text_on(color(row, column))));
            }
        }
    }

    /// The names of the columns, as many as find room, and of both directions.
    fn draw_names(&self, scene: &mut Scene, layout: &Layout) {
        let ((left, top), (width, height)) = (layout.corner, layout.area);
        let room = widest(&self.columns) + 8.0;
        let every = (room / layout.cell.0).ceil().max(1.0) as usize;
        for (column, name) in self.columns.iter().take(layout.columns).enumerate().step_by(every) {
            let x = left + (column as f64 + 0.5) * layout.cell.0;
            scene.text(Text::new(name, (x, top + height + 16.0), TICK).anchor(Anchor::Middle));
        }
        let x_label = Text::new(&self.labels.x, (left + width / 2.0, top + height + 36.0), LABEL);
        scene.text(x_label.anchor(Anchor::Middle));
        scene.text(Text::new(&self.labels.y, (18.0, top + height / 2.0), LABEL).anchor(Anchor::Middle).upwards());
    }

    fn draw_bar(&self, scene: &mut Scene, layout: &Layout, scale: Scale, ticks: Vec<(f64, String)>) {
        let (top, height) = (layout.corner.1, layout.area.1);
        let x = layout.corner.0 + layout.area.0 + 16.0;
        let bar = Image::from_fn(1, 64, |_, y| amount(1.0 - y as f64 / 63.0));
        scene.image((x, top), (12.0, height), bar);
        for (value, label) in ticks {
            scene.text(Text::new(label, (x + 18.0, top + height * (1.0 - scale.place(value)) + 4.0), TICK));
        }
        let label = Text::new(&self.scale_label, (x + 18.0 + layout.numbers + 18.0, top + height / 2.0), TICK);
        scene.text(label.anchor(Anchor::Middle).upwards());
    }
}

/// Where the parts of a map lie.
struct Layout {
    /// Of the whole picture.
    size: Point,
    /// The upper left corner of the cells, and the size of all of them and of one.
    corner: Point,
    area: Point,
    cell: Point,
    columns: usize,
    /// The width of the numbers beside the bar.
    numbers: f64,
}

impl Layout {
    fn new(map: &HeatMap, ticks: &[(f64, String)]) -> Self {
        let columns = map.rows.iter().map(|row| row.1.len()).max().unwrap_or(0);
        let y_label = if map.labels.y.is_empty() { 0.0 } else { 20.0 };
        let (left, top) = (20.0 + widest(map.rows.iter().map(|row| &row.0)) + y_label, 40.0);
        let numbers = widest(ticks.iter().map(|tick| &tick.1));
        let bar = 16.0 + 12.0 + 6.0 + numbers + if map.scale_label.is_empty() { 8.0 } else { 26.0 };
        let bottom = if map.labels.x.is_empty() { 28.0 } else { 46.0 };
        // As of one cell where there is none.
        let (across, down) = (columns.max(1) as f64, map.rows.len().max(1) as f64);
        let cell = ((map.labels.size.0 - left - bar - 8.0) / across).clamp(3.0, 64.0);
        let (width, height) = (cell * across, (cell.clamp(14.0, 34.0) * down).max(60.0));
        Self {
            size: ((left + width + bar + 8.0).max(240.0), top + height + bottom),
            corner: (left, top),
            area: (width, height),
            cell: (cell, height / down),
            columns,
            numbers,
        }
    }
}

/// The width of the longest of some texts.
fn widest<'a>(texts: impl IntoIterator<Item = &'a String>) -> f64 {
    texts.into_iter().map(|text| font::width(text, TICK)).fold(0.0, f64::max)
}
