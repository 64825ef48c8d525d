//! Curves over two axes: losses over epochs, anything over anything.

use std::string::String;
use std::vec::Vec;

use super::Chart;
use super::color::Color;
use super::frame::{Frame, Key, Labels, Mark, label_methods, stroke};
use super::scale::Scale;
use super::scene::{Anchor, Point, Scene, Stroke, Text};

/// Lines and points over two axes, each linear or logarithmic, with a legend.
///
/// What is infinite or not a number interrupts a line; what is not positive cannot be on a logarithmic axis and does so too.
///
/// ```
/// use shapewise::plot::{Chart, Curves};
/// let chart = Curves::new("Loss")
///     .x_label("epoch")
///     .y_label("loss")
///     .log_y()
///     .values("training", [2.3, 0.9, 0.4, 0.2])
///     .values("validation", [2.3, 1.1, 0.7, 0.8]);
/// assert!(chart.to_svg().contains("validation"));
/// ```
#[derive(Clone, Debug)]
pub struct Curves {
    labels: Labels,
    log_x: bool,
    log_y: bool,
    x_range: Option<Point>,
    y_range: Option<Point>,
    series: Vec<Series>,
    levels: Vec<(String, f64)>,
}

#[derive(Clone, Debug)]
struct Series {
    name: String,
    points: Vec<Point>,
    dots: bool,
}

impl Curves {
    /// Axes without data, 560 × 340.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            labels: Labels::new(title),
            log_x: false,
            log_y: false,
            x_range: None,
            y_range: None,
            series: Vec::new(),
            levels: Vec::new(),
        }
    }

    label_methods!(x y);

    /// A logarithmic horizontal axis.
    #[must_use]
    pub fn log_x(mut self) -> Self {
        self.log_x = true;
        self
    }

    /// A logarithmic vertical axis.
    #[must_use]
    pub fn log_y(mut self) -> Self {
        self.log_y = true;
        self
    }

    /// The ends of the horizontal axis, instead of the data's.
    #[must_use]
    pub fn x_range(mut self, low: f64, high: f64) -> Self {
        self.x_range = Some((low, high));
        self
    }

    /// The ends of the vertical axis, instead of the data's.
    #[must_use]
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        self.y_range = Some((low, high));
        self
    }

    /// One more line through points.
    #[must_use]
    pub fn line(mut self, name: impl Into<String>, points: impl IntoIterator<Item = Point>) -> Self {
        self.series.push(Series { name: name.into(), points: points.into_iter().collect(), dots: false });
        self
    }

    /// One more line through values at 1, 2, 3, ..
    #[must_use]
    pub fn values(self, name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let points: Vec<_> = values.into_iter().enumerate().map(|(index, value)| (index as f64 + 1.0, value)).collect();
        self.line(name, points)
    }

    /// One more cloud of points.
    #[must_use]
    pub fn points(mut self, name: impl Into<String>, points: impl IntoIterator<Item = Point>) -> Self {
        self.series.push(Series { name: name.into(), points: points.into_iter().collect(), dots: true });
        self
    }

    /// A horizontal line to compare with, its name beside it.
    #[must_use]
    pub fn level(mut self, name: impl Into<String>, value: f64) -> Self {
        self.levels.push((name.into(), value));
        self
    }
}

impl Chart for Curves {
    fn scene(&self) -> Scene {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let visible = |point: &&Point| (!self.log_x || point.0 > 0.0) && (!self.log_y || point.1 > 0.0);
        let ends = |range: Option<Point>| range.map(|(low, high)| [low, high]);
        let x = match ends(self.x_range) {
            Some(ends) => Scale::around(ends, self.log_x, 0.0),
            None => Scale::around(points().filter(visible).map(|point| point.0), self.log_x, 0.0),
        };
        // Epochs and steps are counted.
        let x = x.whole(points().all(|point| point.0.fract() == 0.0));
        let y = match ends(self.y_range) {
            Some(ends) => Scale::around(ends, self.log_y, 0.0),
            None => {
                let levels = self.levels.iter().map(|(_, value)| *value);
                Scale::around(points().filter(visible).map(|point| point.1).chain(levels), self.log_y, 0.05)
            }
        };
        let keys: Vec<_> = self.series.iter().enumerate().map(|(number, series)| series.key(number)).collect();
        // One line needs no legend: the axis says what it is.
        let keys = if keys.len() > 1 { &keys[..] } else { &[] };
        let mut frame = Frame::new(&self.labels, x, y, keys);
        for (name, value) in &self.levels {
            level(&mut frame, name, *value);
        }
        for (number, series) in self.series.iter().enumerate() {
            if series.dots {
                let color = Color::series(number).opacity(0.7);
                series.points.iter().for_each(|point| frame.dot(*point, 3.0, color));
            } else {
                frame.curve(series.points.iter().copied(), stroke(number));
            }
        }
        frame.scene
    }
}

impl Series {
    fn key(&self, number: usize) -> Key {
        let mark = if self.dots { Mark::Dot(Color::series(number)) } else { Mark::Line(stroke(number)) };
        Key { name: self.name.clone(), mark }
    }
}

fn level(frame: &mut Frame, name: &str, value: f64) {
    let ink = Color::INK.opacity(0.6);
    let (low, high) = (frame.x.low, frame.x.high);
    frame.curve([(low, value), (high, value)], Stroke::new(ink, 1.2).dashed(4.0));
    let (x, y) = frame.place(high, value);
    if frame.holds((x, y)) {
        // Above the line, unless that would be outside.
        let above = y - 5.0 - super::frame::TICK > frame.corner.1;
        let y = if above { y - 5.0 } else { y + 14.0 };
        frame.scene.text(Text::new(name, (x - 4.0, y), super::frame::TICK).anchor(Anchor::End).color(ink));
    }
}
