//! Amounts side by side.

use std::string::String;
use std::vec::Vec;

use super::Chart;
use super::color::Color;
use super::font;
use super::frame::{Key, LABEL, Labels, Mark, TICK, label_methods, title};
use super::scale::{Scale, short};
use super::scene::{Anchor, Scene, Stroke, Text};

/// Horizontal bars, each with its name and its number; one or several a name.
///
/// ```
/// use shapewise::plot::{Bars, Chart};
/// let chart = Bars::new("Accuracy").series(["clean", "attacked"]).bar("standard", [0.98, 0.12]).bar("adversarial", [0.96, 0.81]);
/// assert!(chart.to_svg().contains("0.81"));
/// ```
#[derive(Clone, Debug)]
pub struct Bars {
    labels: Labels,
    series: Vec<String>,
    /// Names and their numbers.
    groups: Vec<(String, Vec<f64>)>,
    sorted: Option<bool>,
}

/// Height of a bar.
const BAR: f64 = 18.0;

impl Bars {
    /// No bar yet. The height grows with the bars.
    pub fn new(title: impl Into<String>) -> Self {
        Self { labels: Labels::new(title), series: Vec::new(), groups: Vec::new(), sorted: None }
    }

    label_methods!(x);

    /// Names for the bars of a group.
    #[must_use]
    pub fn series<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.series = names.into_iter().map(Into::into).collect();
        self
    }

    /// One more name, with its number or numbers.
    #[must_use]
    pub fn bar(mut self, name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        self.groups.push((name.into(), values.into_iter().collect()));
        self
    }

    /// Ranked, the smallest first number on top.
    #[must_use]
    pub fn smallest_first(mut self) -> Self {
        self.sorted = Some(true);
        self
    }

    /// Ranked, the largest first number on top.
    #[must_use]
    pub fn largest_first(mut self) -> Self {
        self.sorted = Some(false);
        self
    }

    /// The bars in order; what is no number comes last.
    fn order(&self) -> Vec<&(String, Vec<f64>)> {
        let mut bars: Vec<_> = self.groups.iter().collect();
        if let Some(ascending) = self.sorted {
            let key = |bar: &(String, Vec<f64>)| {
                let value = bar.1.first().copied().unwrap_or(f64::NAN);
                if value.is_nan() {
                    f64::INFINITY
                } else if ascending {
                    value
                } else {
                    -value
                }
            };
            bars.sort_by(|a, b| key(a).total_cmp(&key(b)));
        }
        bars
    }

    fn keys(&self) -> Vec<Key> {
        let named = self.series.iter().enumerate();
        named.map(|(number, name)| Key { name: name.clone(), mark: Mark::Area(Color::series(number)) }).collect()
    }
}

impl Chart for Bars {
    fn scene(&self) -> Scene {
        let bars = self.order();
        let values = || bars.iter().flat_map(|bar| bar.1.iter().copied());
        let in_group = bars.iter().map(|bar| bar.1.len()).max().unwrap_or(0).max(1) as f64;
        let group = in_group * BAR + 10.0;
        let names = bars.iter().map(|bar| font::width(&bar.0, LABEL)).fold(0.0, f64::max);
        let numbers = values().map(|value| font::width(&short(value), TICK)).fold(0.0, f64::max) + 10.0;
        let keys = self.keys();
        let top = if keys.is_empty() { 36.0 } else { 56.0 };
        let bottom = if self.labels.x.is_empty() { 14.0 } else { 34.0 };
        let mut scene = Scene::new(self.labels.size.0, top + group * bars.len().max(1) as f64 + bottom);
        title(&mut scene, &self.labels.title);
        legend(&mut scene, &keys);
        let scale = Scale::around(values().chain([0.0]), false, 0.0);
        // Numbers of negative bars stand at their left.
        let negative = values().any(|value| value < 0.0);
        let left = 24.0 + names + if negative { numbers } else { 0.0 };
        let width = (scene.size().0 - left - numbers - 12.0).max(20.0);
        let x = |value: f64| left + scale.place(value) * width;
        for (row, (name, values)) in bars.iter().enumerate() {
            let y = top + row as f64 * group;
            let middle = y + values.len().max(1) as f64 * BAR / 2.0;
            let label = Text::new(name, (12.0 + names, middle + 4.0), LABEL);
            scene.text(label.anchor(Anchor::End));
            for (number, value) in values.iter().enumerate() {
                let y = y + number as f64 * BAR;
                let end = if value.is_finite() { x(*value) } else { x(0.0) };
                let (from, to) = (x(0.0).min(end), x(0.0).max(end));
                scene.rectangle((from, y + 1.5), (to - from, BAR - 3.0), Color::series(number));
                let (at, anchor) = if *value < 0.0 { (from - 6.0, Anchor::End) } else { (to + 6.0, Anchor::Start) };
                scene.text(Text::new(short(*value), (at, y + BAR / 2.0 + 4.0), TICK).anchor(anchor));
            }
        }
        let foot = top + group * bars.len() as f64 - 6.0;
        scene.line((x(0.0), top - 4.0), (x(0.0), foot), Stroke::new(Color::INK.opacity(0.6), 1.0));
        let label = Text::new(&self.labels.x, (left + width / 2.0, foot + 26.0), LABEL);
        scene.text(label.anchor(Anchor::Middle));
        scene
    }
}

/// The legend in a line below the title.
fn legend(scene: &mut Scene, keys: &[Key]) {
    let mut x = 12.0;
    for Key { name, mark } in keys {
        if let Mark::Area(color) = mark {
            scene.rectangle((x, 33.0), (14.0, 10.0), *color);
        }
        scene.text(Text::new(name, (x + 20.0, 42.0), TICK));
        x += font::width(name, TICK) + 40.0;
    }
}
