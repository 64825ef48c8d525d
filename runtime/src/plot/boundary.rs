//! What a classifier makes of the plane.

use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;

use super::Chart;
use super::color::{Color, Tone, mix};
use super::frame::{Frame, Key, Labels, Mark, label_methods};
use super::scale::Scale;
use super::scene::{Image, Point, Scene};

/// Cells along each side of the plane.
const CELLS: usize = 140;

/// The plane in the colours of the classes that a classifier sees there, paler where it is less sure, under the samples.
///
/// ```
/// use shapewise::plot::{Boundary, Chart};
/// let chart = Boundary::new("Inside and outside", (-2.0, 2.0), (-2.0, 2.0), |x, y| {
///     let outside = 1.0 / (1.0 + (1.0 - x * x - y * y).exp());
///     if outside > 0.5 { (1, outside) } else { (0, 1.0 - outside) }
/// })
/// .points([(0.0, 0.1, 0), (1.5, 0.5, 1)]);
/// assert!(chart.to_svg().contains("class 1"));
/// ```
#[derive(Clone, Debug)]
pub struct Boundary {
    labels: Labels,
    x: Scale,
    y: Scale,
    plane: Image,
    points: Vec<(f64, f64, usize)>,
    names: Vec<String>,
}

impl Boundary {
    /// The plane from `x.0` to `x.1` and `y.0` to `y.1`; `classify` gives the class at a point and how sure it is, from 0 to 1.
    pub fn new(
        title: impl Into<String>,
        x: Point,
        y: Point,
        mut classify: impl FnMut(f64, f64) -> (usize, f64),
    ) -> Self {
        let (x, y) = (Scale::between(x.0, x.1), Scale::between(y.0, y.1));
        let at = |scale: &Scale, share: f64| scale.low + share * (scale.high - scale.low);
        let plane = Image::from_fn(CELLS, CELLS, |column, row| {
            let share = |cell: usize| (cell as f64 + 0.5) / CELLS as f64;
            let (class, sure) = classify(at(&x, share(column)), at(&y, 1.0 - share(row)));
            let sure = if sure.is_nan() { 0.0 } else { sure.clamp(0.0, 1.0) };
            mix([255; 3], rgb(class), 0.08 + 0.42 * sure)
        });
        let mut labels = Labels::new(title);
        labels.size = (440.0, 380.0);
        Self { labels, x, y, plane, points: Vec::new(), names: Vec::new() }
    }

    label_methods!(x y);

    /// Samples with their true classes.
    #[must_use]
    pub fn points(mut self, points: impl IntoIterator<Item = (f64, f64, usize)>) -> Self {
        self.points.extend(points);
        self
    }

    /// The names of the classes.
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }
}

impl Chart for Boundary {
    fn scene(&self) -> Scene {
        let name =
            |class: usize| self.names.get(class).cloned().unwrap_or_else(|| "class ".to_string() + &class.to_string());
        let classes: BTreeMap<usize, String> = self.points.iter().map(|point| (point.2, name(point.2))).collect();
        let mark = |class: usize| Mark::Dot(Color::rgb(rgb(class)));
        let keys: Vec<_> = classes.into_iter().map(|(class, name)| Key { name, mark: mark(class) }).collect();
        let mut frame = Frame::new(&self.labels, self.x, self.y, &keys);
        frame.scene.image(frame.corner, frame.area, self.plane.clone());
        for (x, y, class) in &self.points {
            frame.dot((*x, *y), 4.0, Color::rgb([255; 3]));
            frame.dot((*x, *y), 3.0, Color::rgb(rgb(*class)));
        }
        frame.scene
    }
}

fn rgb(class: usize) -> [u8; 3] {
    match Color::series(class).tone {
        Tone::Rgb(rgb) => rgb,
        Tone::Ink | Tone::Paper => super::INK,
    }
}
