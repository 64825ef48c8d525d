//! What charts are made of: a few shapes in order, the later ones above.

use std::string::String;
use std::vec::Vec;

use super::color::Color;

/// A place in a scene: x to the right, y down, in units of a pixel on an ordinary screen.
pub type Point = (f64, f64);

/// A picture as shapes, to be written as SVG or PNG.
///
/// ```
/// use shapewise::plot::{Color, Scene, Stroke};
/// let mut scene = Scene::new(100.0, 50.0);
/// scene.line((10.0, 10.0), (90.0, 40.0), Stroke::new(Color::INK, 2.0));
/// scene.circle((50.0, 25.0), 5.0, Color::series(0));
/// assert!(scene.to_svg().contains("<circle"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Polyline { points: Vec<Point>, stroke: Stroke },
    Polygon { points: Vec<Point>, fill: Color },
    Circle { center: Point, radius: f64, fill: Color },
    Text(Text),
    Image { corner: Point, size: Point, image: Image },
}

/// How a line is drawn, with round ends.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stroke {
    /// Its colour.
    pub color: Color,
    /// Its width.
    pub width: f64,
    /// Length of dashes and of the gaps between them; 0 for a solid line.
    pub dash: f64,
}

impl Stroke {
    /// A solid line.
    pub const fn new(color: Color, width: f64) -> Self {
        Self { color, width, dash: 0.0 }
    }

    /// A dashed line.
    #[must_use]
    pub const fn dashed(self, dash: f64) -> Self {
        Self { dash, ..self }
    }
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Text {
    /// What it says.
    pub text: String,
    /// The end of its base line that `anchor` names.
    pub at: Point,
    /// The font's size.
    pub size: f64,
    /// Which part of the text lies at `at`.
    pub anchor: Anchor,
    /// Its colour.
    pub color: Color,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it runs upwards.
    pub upwards: bool,
}

impl Text {
    /// Text in ink that begins at a place.
    pub fn new(text: impl Into<String>, at: Point, size: f64) -> Self {
        let text = text.into();
        Self { text, at, size, anchor: Anchor::Start, color: Color::INK, bold: false, upwards: false }
    }

    /// Another part of the text at its place.
    #[must_use]
    pub fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// Another colour.
    #[must_use]
    pub fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// Bold.
    #[must_use]
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Turned to the left, to be read from below.
    #[must_use]
    pub fn upwards(self) -> Self {
        Self { upwards: true, ..self }
    }
}

/// A part of a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Where it begins.
    Start,
    /// Its middle.
    Middle,
    /// Where it ends.
    End,
}

/// Pixels, drawn as sharp squares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<[u8; 3]>,
}

impl Image {
    /// Every pixel from its column and row.
    ///
    /// ```
    /// use shapewise::plot::Image;
    /// let ramp = Image::from_fn(4, 1, |x, _| [60 * x as u8; 3]);
    /// assert_eq!(ramp.pixel(3, 0), [180; 3]);
    /// ```
    pub fn from_fn(width: usize, height: usize, mut pixel: impl FnMut(usize, usize) -> [u8; 3]) -> Self {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Self { width, height, pixels: places.map(|(x, y)| pixel(x, y)).collect() }
    }

    /// The colour at a column and a row; black outside.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        if x < self.width { self.pixels.get(y * self.width + x).copied().unwrap_or_default() } else { [0; 3] }
    }
}

impl Scene {
    /// An empty picture. A size that is no positive number becomes 1, the largest is 10,000.
    pub fn new(width: f64, height: f64) -> Self {
        let side = |side: f64| if side.is_nan() { 1.0 } else { side.clamp(1.0, 10_000.0) };
        Self { width: side(width), height: side(height), shapes: Vec::new() }
    }

    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.polyline([from, to], stroke);
    }

    /// A line from point to point. Where a point is no number or a million units away, it is interrupted.
    pub fn polyline(&mut self, points: impl IntoIterator<Item = Point>, stroke: Stroke) {
        let mut part = Vec::new();
        for point in points {
            if finite(point) {
                part.push(point);
            } else {
                self.part(std::mem::take(&mut part), stroke);
            }
        }
        self.part(part, stroke);
    }

    fn part(&mut self, points: Vec<Point>, stroke: Stroke) {
        if !points.is_empty() && stroke.width.is_finite() {
            self.shapes.push(Shape::Polyline { points, stroke });
        }
    }

    /// A filled area. Points that are no numbers or a million units away are left out.
    pub fn polygon(&mut self, points: impl IntoIterator<Item = Point>, fill: Color) {
        let points: Vec<_> = points.into_iter().filter(|point| finite(*point)).collect();
        if points.len() > 2 {
            self.shapes.push(Shape::Polygon { points, fill });
        }
    }

    /// A filled rectangle from its upper left corner.
    pub fn rectangle(&mut self, (x, y): Point, (width, height): Point, fill: Color) {
        self.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill);
    }

    /// A filled circle.
    pub fn circle(&mut self, center: Point, radius: f64, fill: Color) {
        if finite(center) && radius > 0.0 && radius.is_finite() {
            self.shapes.push(Shape::Circle { center, radius, fill });
        }
    }

    /// A line of text.
    pub fn text(&mut self, text: Text) {
        if finite(text.at) && text.size > 0.0 && text.size.is_finite() && !text.text.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }

    /// Pixels, stretched over a rectangle from its upper left corner.
    pub fn image(&mut self, corner: Point, size: Point, image: Image) {
        let drawable = finite(corner) && size.0 > 0.0 && size.1 > 0.0 && finite(size);
        if drawable && image.width > 0 && image.height > 0 {
            self.shapes.push(Shape::Image { corner, size, image });
        }
    }

    /// Another scene, whole, with its upper left corner at a place.
    pub fn place(&mut self, scene: Self, (x, y): Point) {
        let moved = |(px, py): Point| (px + x, py + y);
        self.shapes.extend(scene.shapes.into_iter().map(|mut shape| {
            match &mut shape {
                Shape::Polyline { points, .. } | Shape::Polygon { points, .. } => {
                    for point in points {
                        *point = moved(*point);
                    }
                }
                Shape::Circle { center, .. } => *center = moved(*center),
                Shape::Text(text) => text.at = moved(text.at),
                Shape::Image { corner, .. } => *corner = moved(*corner),
            }
            shape
        }));
    }

    /// Width and height.
    pub fn size(&self) -> Point {
        (self.width, self.height)
    }

    /// The scene as a file of its own, dark on white.
    pub fn to_svg(&self) -> String {
        super::svg::write(self, false)
    }

    /// The scene as a part of an HTML page, whose text colour it takes; the page may set `--paper`.
    pub fn to_inline_svg(&self) -> String {
        super::svg::write(self, true)
    }

    /// The scene as pixels, dark on white; `scale` pixels for each unit.
    pub fn to_image(&self, scale: f64) -> Image {
        super::raster::draw(self, scale)
    }
}

/// A number, and near enough to the picture to be worth the work.
fn finite((x, y): Point) -> bool {
    x.abs() < 1e6 && y.abs() < 1e6
}
