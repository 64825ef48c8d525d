//! What charts with two axes share: title, axes, grid, legend, and the way from data to places.

use std::string::String;
use std::vec::Vec;

use super::color::Color;
use super::font;
use super::scale::Scale;
use super::scene::{Anchor, Point, Scene, Stroke, Text};

/// Sizes of text.
pub(super) const TITLE: f64 = 15.0;
pub(super) const LABEL: f64 = 12.0;
pub(super) const TICK: f64 = 11.0;

/// The words around a chart, and its size.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    pub(super) title: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) size: Point,
}

impl Labels {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), x: String::new(), y: String::new(), size: (560.0, 340.0) }
    }
}

/// The methods that set the words and the size, for charts with `labels`.
macro_rules! label_methods {
    ($($axis:ident)*) => {
        $(super::frame::label_methods!(@ $axis);)*

        /// Width and height.
        #[must_use]
        pub fn size(mut self, width: f64, height: f64) -> Self {
            self.labels.size = (width, height);
            self
        }
    };
    (@ x) => {
        /// What the horizontal axis shows.
        #[must_use]
        pub fn x_label(mut self, label: impl Into<String>) -> Self {
            self.labels.x = label.into();
            self
        }
    };
    (@ y) => {
        /// What the vertical axis shows.
        #[must_use]
        pub fn y_label(mut self, label: impl Into<String>) -> Self {
            self.labels.y = label.into();
            self
        }
    };
}
pub(super) use label_methods;

/// A name in the legend.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) mark: Mark,
}

/// How something looks in a chart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    Line(Stroke),
    Dot(Color),
    Area(Color),
}

/// A chart whose frame is drawn.
pub(super) struct Frame {
    pub(super) scene: Scene,
    /// The upper left corner of the area inside the axes, and its size.
    pub(super) corner: Point,
    pub(super) area: Point,
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl Frame {
    /// Draws all but the data.
    pub(super) fn new(labels: &Labels, x: Scale, y: Scale, keys: &[Key]) -> Self {
        let (width, height) = labels.size;
        let mut scene = Scene::new(width, height);
        let (width, height) = scene.size();
        let y_ticks = y.ticks(((height / 50.0) as usize).clamp(2, 8));
        let widest = y_ticks.iter().map(|(_, label)| font::width(label, TICK)).fold(0.0, f64::max);
        let top = if labels.title.is_empty() { 12.0 } else { 36.0 };
        let left = 16.0 + widest + if labels.y.is_empty() { 0.0 } else { 20.0 };
        let right = 16.0 + legend_width(keys);
        let bottom = if labels.x.is_empty() { 26.0 } else { 44.0 };
        let corner = (left.min(width / 2.0), top);
        let area = ((width - left - right).max(20.0), (height - top - bottom).max(20.0));
        title(&mut scene, &labels.title);
        let mut frame = Self { scene, corner, area, x, y };
        frame.axes(&y_ticks, labels);
        frame.legend(keys);
        frame
    }

    fn axes(&mut self, y_ticks: &[(f64, String)], labels: &Labels) {
        let ((left, top), (width, height)) = (self.corner, self.area);
        let (right, bottom) = (left + width, top + height);
        let faint = Stroke::new(Color::INK.opacity(0.12), 1.0);
        let ink = Color::INK.opacity(0.75);
        for (value, label) in y_ticks {
            let y = self.place(self.x.low, *value).1;
            self.scene.line((left, y), (right, y), faint);
            self.scene.text(Text::new(label, (left - 6.0, y + 4.0), TICK).anchor(Anchor::End).color(ink));
        }
        let room =
            |ticks: &[(f64, String)]| ticks.iter().map(|(_, label)| font::width(label, TICK) + 14.0).sum::<f64>();
        let counts = (2..=((width / 60.0) as usize).clamp(2, 9)).rev();
        let mut choices = counts.map(|count| self.x.ticks(count));
        let x_ticks = choices.find(|ticks| room(ticks) <= width).unwrap_or_default();
        for (value, label) in &x_ticks {
            let x = self.place(*value, self.y.low).0;
            self.scene.line((x, top), (x, bottom), faint);
            self.scene.text(Text::new(label, (x, bottom + 16.0), TICK).anchor(Anchor::Middle).color(ink));
        }
        let axis = Stroke::new(Color::INK.opacity(0.6), 1.0);
        self.scene.polyline([(left, top), (left, bottom), (right, bottom)], axis);
        let x_label = Text::new(&labels.x, (left + width / 2.0, bottom + 36.0), LABEL);
        self.scene.text(x_label.anchor(Anchor::Middle));
        let y_label = Text::new(&labels.y, (16.0, top + height / 2.0), LABEL);
        self.scene.text(y_label.anchor(Anchor::Middle).upwards());
    }

    fn legend(&mut self, keys: &[Key]) {
        let left = self.corner.0 + self.area.0 + 14.0;
        // Many names move closer together instead of out of the picture.
        let line = (self.area.1 / keys.len().max(1) as f64).min(19.0);
        for (number, Key { name, mark }) in keys.iter().enumerate() {
            let y = self.corner.1 + 8.0 + number as f64 * line;
            match *mark {
                Mark::Line(stroke) => self.scene.line((left + 1.0, y), (left + 21.0, y), stroke),
                Mark::Dot(color) => self.scene.circle((left + 11.0, y), 4.0, color),
                Mark::Area(color) => self.scene.rectangle((left + 3.0, y - 5.0), (16.0, 10.0), color),
            }
            self.scene.text(Text::new(name, (left + 28.0, y + 4.0), TICK.min(line)));
        }
    }

    /// Where a pair of numbers lies.
    pub(super) fn place(&self, x: f64, y: f64) -> Point {
        let (x, y) = (self.x.place(x), self.y.place(y));
        (self.corner.0 + x * self.area.0, self.corner.1 + (1.0 - y) * self.area.1)
    }

    /// Whether a place lies inside the axes.
    pub(super) fn holds(&self, (x, y): Point) -> bool {
        let ((left, top), (width, height)) = (self.corner, self.area);
        (left - 0.01..=left + width + 0.01).contains(&x) && (top - 0.01..=top + height + 0.01).contains(&y)
    }

    /// A line through data, cut off at the axes and interrupted by what is no number.
    pub(super) fn curve(&mut self, data: impl IntoIterator<Item = Point>, stroke: Stroke) {
        let places: Vec<_> = data.into_iter().map(|(x, y)| self.place(x, y)).collect();
        let mut part: Vec<Point> = Vec::new();
        for pair in places.windows(2) {
            let Some((from, to)) = self.clip(pair[0], pair[1]) else { continue };
            if part.last() != Some(&from) {
                self.scene.polyline(std::mem::take(&mut part), stroke);
                part.push(from);
            }
            part.push(to);
        }
        self.scene.polyline(part, stroke);
        // A number between two that are none has no line, but is not nothing.
        let alone = |index: usize| {
            let number =
                |index: Option<usize>| index.and_then(|index| places.get(index)).is_some_and(|at| self.holds(*at));
            number(Some(index)) && !number(index.checked_sub(1)) && !number(Some(index + 1))
        };
        for index in (0..places.len()).filter(|index| alone(*index)).collect::<Vec<_>>() {
            self.scene.circle(places[index], stroke.width.max(2.0), stroke.color);
        }
    }

    /// The part of a line inside the axes (Liang and Barsky, "A new concept and method for line clipping", 1984).
    fn clip(&self, from: Point, to: Point) -> Option<(Point, Point)> {
        if !(from.0 + from.1 + to.0 + to.1).is_finite() {
            return None;
        }
        let ((left, top), (width, height)) = (self.corner, self.area);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let edges =
            [(-dx, from.0 - left), (dx, left + width - from.0), (-dy, from.1 - top), (dy, top + height - from.1)];
        let (mut start, mut end) = (0.0_f64, 1.0_f64);
        for (towards, room) in edges {
            if towards == 0.0 && room < 0.0 {
                return None;
            }
            if towards < 0.0 {
                start = start.max(room / towards);
            } else if towards > 0.0 {
                end = end.min(room / towards);
            }
        }
        let at = |share: f64| {
            if share <= 0.0 {
                from
            } else if share >= 1.0 {
                to
            } else {
                (from.0 + share * dx, from.1 + share * dy)
            }
        };
        (start <= end).then(|| (at(start), at(end)))
    }

    /// A dot, if it lies inside the axes.
    pub(super) fn dot(&mut self, (x, y): Point, radius: f64, color: Color) {
        let place = self.place(x, y);
        if self.holds(place) {
            self.scene.circle(place, radius, color);
        }
    }
}

/// The title of a chart, at its upper left.
pub(super) fn title(scene: &mut Scene, title: &str) {
    let room = scene.size().0 - 24.0;
    // A long title is written smaller before it is cut off.
    let size = TITLE * (room / font::width(title, TITLE).max(1.0)).clamp(0.6, 1.0);
    scene.text(Text::new(title, (12.0, 22.0), size).bold());
}

/// Room for the legend at the right.
fn legend_width(keys: &[Key]) -> f64 {
    let widest = keys.iter().map(|key| font::width(&key.name, TICK)).fold(0.0, f64::max);
    if keys.is_empty() { 0.0 } else { widest + 36.0 }
}

/// How the series of a number is drawn: when the colours have been used up, they come dashed.
pub(super) fn stroke(number: usize) -> Stroke {
    let stroke = Stroke::new(Color::series(number), 2.0);
    match number / Color::SERIES {
        0 => stroke,
        1 => stroke.dashed(6.0),
        _ => stroke.dashed(3.0),
    }
}
