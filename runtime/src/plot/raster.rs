//! A scene as pixels. Everything becomes closed outlines; what they go around is filled, by the share of each pixel that
//! they cover.

use std::f64::consts::TAU;
use std::vec::Vec;

use super::color::{Color, Tone, mix};
use super::font;
use super::scene::{Anchor, Image, Point, Scene, Shape, Text};

/// Lines that a row of pixels is cut into.
const LINES: usize = 6;

/// Pixels of the longer side at most.
const LARGEST: f64 = 16_384.0;

/// Draws a scene with `scale` pixels for each of its units, on white.
pub(super) fn draw(scene: &Scene, scale: f64) -> Image {
    let scale = if scale.is_finite() { scale } else { 1.0 };
    let scale = scale.clamp(0.01, LARGEST / scene.width.max(scene.height));
    let side = |length: f64| (length * scale).ceil().max(1.0) as usize;
    let mut canvas = Canvas { image: Image::from_fn(side(scene.width), side(scene.height), |_, _| [255; 3]), scale };
    for shape in &scene.shapes {
        canvas.shape(shape);
    }
    canvas.image
}

struct Canvas {
    image: Image,
    scale: f64,
}

impl Canvas {
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Polyline { points, stroke } => {
                let mut outlines = Vec::new();
                for dash in dashes(points, stroke.dash) {
                    outline(&dash, stroke.width / 2.0, &mut outlines);
                }
                self.fill(&outlines, stroke.color);
            }
            Shape::Polygon { points, fill } => self.fill(std::slice::from_ref(points), *fill),
            Shape::Circle { center, radius, fill } => self.fill(&[disc(*center, *radius)], *fill),
            Shape::Text(text) => self.text(text),
            Shape::Image { corner, size, image } => self.picture(*corner, *size, image),
        }
    }

    fn text(&mut self, text: &Text) {
        let width = font::width(&text.text, text.size);
        let left = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let (x, y) = text.at;
        let place = |(px, py): Point| {
            let px = px + left;
            if text.upwards { (x + py, y - px) } else { (x + px, y + py) }
        };
        let thickness = text.size * if text.bold { 0.058 } else { 0.042 };
        let mut outlines = Vec::new();
        for stroke in font::strokes(&text.text, text.size) {
            let stroke: Vec<_> = stroke.into_iter().map(place).collect();
            // A dot as thick as a line would look thinner.
            let thickness = if stroke.len() == 1 { 1.5 * thickness } else { thickness };
            outline(&stroke, thickness, &mut outlines);
        }
        self.fill(&outlines, text.color);
    }

    /// Fills what at least one of the outlines goes around; they must all turn the same way.
    fn fill(&mut self, outlines: &[Vec<Point>], color: Color) {
        let lines = self.image.height * LINES;
        let mut crossings: Vec<Vec<(f64, i32)>> = vec![Vec::new(); lines];
        for outline in outlines {
            for (from, to) in outline.iter().zip(outline.iter().cycle().skip(1)) {
                let (from, to) = (self.in_lines(*from), self.in_lines(*to));
                let ((top, bottom), turn) = if from.1 < to.1 { ((from, to), 1) } else { ((to, from), -1) };
                let slope = (bottom.0 - top.0) / (bottom.1 - top.1);
                // A line is crossed when its middle lies between the two ends.
                let first = (top.1 - 0.5).ceil().max(0.0) as usize;
                let end = (bottom.1 - 0.5).ceil().clamp(0.0, lines as f64) as usize;
                for (line, crossings) in crossings.iter_mut().enumerate().take(end).skip(first) {
                    crossings.push((top.0 + (line as f64 + 0.5 - top.1) * slope, turn));
                }
            }
        }
        let mut covered = vec![0.0; self.image.width];
        for row in 0..self.image.height {
            let mut any = false;
            for crossings in &mut crossings[row * LINES..][..LINES] {
                crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
                let (mut winding, mut start) = (0, 0.0);
                for (x, turn) in crossings.iter() {
                    if winding == 0 {
                        start = *x;
                    }
                    winding += turn;
                    if winding == 0 {
                        any = true;
                        cover(&mut covered, start, *x);
                    }
                }
            }
            if any {
                self.blend(row, &covered, color);
                covered.fill(0.0);
            }
        }
    }

    /// A point with x in pixels and y in lines.
    fn in_lines(&self, (x, y): Point) -> Point {
        (x * self.scale, y * self.scale * LINES as f64)
    }

    fn blend(&mut self, row: usize, covered: &[f64], color: Color) {
        let rgb = match color.tone {
            Tone::Ink => super::INK,
            Tone::Paper => [255; 3],
            Tone::Rgb(rgb) => rgb,
        };
        let pixels = &mut self.image.pixels[row * self.image.width..];
        for (pixel, covered) in pixels.iter_mut().zip(covered) {
            if *covered > 0.0 {
                *pixel = mix(*pixel, rgb, (covered * color.opacity).clamp(0.0, 1.0));
            }
        }
    }

    fn picture(&mut self, (left, top): Point, (width, height): Point, image: &Image) {
        let Image { width: columns, height: rows, .. } = self.image;
        let limit = |place: f64, end: usize| (place * self.scale).round().clamp(0.0, end as f64) as usize;
        let (right, bottom) = (limit(left + width, columns), limit(top + height, rows));
        for y in limit(top, rows)..bottom {
            for x in limit(left, columns)..right {
                let column = ((x as f64 + 0.5) / self.scale - left) / width * image.width as f64;
                let row = ((y as f64 + 0.5) / self.scale - top) / height * image.height as f64;
                let place = |at: f64, end: usize| (at.max(0.0) as usize).min(end - 1);
                self.image.pixels[y * columns + x] = image.pixel(place(column, image.width), place(row, image.height));
            }
        }
    }
}

/// Adds the part of one line between two places to the pixels of its row.
fn cover(covered: &mut [f64], from: f64, to: f64) {
    let (from, to) = (from.clamp(0.0, covered.len() as f64), to.clamp(0.0, covered.len() as f64));
    let (first, end) = (from as usize, (to.ceil() as usize).min(covered.len()));
    for (pixel, covered) in covered.iter_mut().enumerate().take(end).skip(first) {
        let (left, right) = (pixel as f64, pixel as f64 + 1.0);
        *covered += (to.min(right) - from.max(left)).max(0.0) / LINES as f64;
    }
}

/// A rectangle along each piece of a line, and a disc at each of its points.
fn outline(points: &[Point], radius: f64, outlines: &mut Vec<Vec<Point>>) {
    outlines.extend(points.iter().map(|point| disc(*point, radius)));
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x0).hypot(y1 - y0);
        if length > 0.0 {
            let (nx, ny) = (-(y1 - y0) / length * radius, (x1 - x0) / length * radius);
            outlines.push(vec![(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)]);
        }
    }
}

/// A circle, turning as the rectangles of [`outline`] do.
fn disc((x, y): Point, radius: f64) -> Vec<Point> {
    let corners = (8.0 + 2.0 * radius).min(64.0) as usize;
    let angle = |corner: usize| -TAU * corner as f64 / corners as f64;
    (0..corners).map(|corner| (x + radius * angle(corner).cos(), y + radius * angle(corner).sin())).collect()
}

/// The pieces of a dashed line; the line itself when it is solid.
fn dashes(points: &[Point], dash: f64) -> Vec<Vec<Point>> {
    // Shorter than what an eye can see, dashes would only cost time.
    if dash.is_nan() || dash < 0.1 {
        return vec![points.to_vec()];
    }
    let mut dashes = vec![vec![points[0]]];
    let (mut left, mut drawing) = (dash, true);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x0).hypot(y1 - y0);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            left = dash;
            let at = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length);
            if drawing {
                dashes.last_mut().into_iter().for_each(|dash| dash.push(at));
            } else {
                dashes.push(vec![at]);
            }
            drawing = !drawing;
        }
        left -= length - done;
        if drawing {
            dashes.last_mut().into_iter().for_each(|dash| dash.push((x1, y1)));
        }
    }
    dashes
}

#[cfg(test)]
mod tests {
    use super::dashes;
    use crate::plot::{Color, Scene, Stroke};

    /// How dark a pixel is, from 0 to 255.
    fn darkness(scene: &Scene, x: usize, y: usize) -> u8 {
        255 - scene.to_image(1.0).pixel(x, y)[0]
    }

    const BLACK: Color = Color::rgb([0; 3]);

    #[test]
    fn pixels_are_as_dark_as_they_are_covered() {
        let mut scene = Scene::new(4.0, 3.0);
        scene.rectangle((0.5, 0.0), (2.0, 1.5), BLACK);
        let expected = [[128, 255, 128, 0], [64, 128, 64, 0], [0; 4]];
        for (x, y) in (0..4).flat_map(|x| (0..3).map(move |y| (x, y))) {
            let (found, expected): (u8, u8) = (darkness(&scene, x, y), expected[y][x]);
            assert!(found.abs_diff(expected) <= 1, "{found} at {x}, {y}");
        }
    }

    #[test]
    fn the_joints_of_a_line_are_no_darker() {
        let mut scene = Scene::new(20.0, 9.0);
        let half = BLACK.opacity(0.5);
        scene.polyline([(3.0, 4.5), (10.0, 4.5), (3.0, 4.5), (17.0, 4.5)], Stroke::new(half, 3.0));
        assert_eq!([4, 10, 12].map(|x| darkness(&scene, x, 4)), [127; 3]);
    }

    #[test]
    fn a_disc_has_its_area() {
        let mut scene = Scene::new(40.0, 40.0);
        scene.circle((20.0, 20.0), 15.0, BLACK);
        let image = scene.to_image(1.0);
        let area: f64 = image.pixels.iter().map(|pixel| f64::from(255 - pixel[0]) / 255.0).sum();
        assert!((area / (std::f64::consts::PI * 225.0) - 1.0).abs() < 0.01, "{area}");
    }

    #[test]
    fn half_of_a_dashed_line_is_drawn() {
        let drawn = dashes(&[(0.0, 0.0), (3.0, 0.0), (10.0, 0.0)], 2.0);
        let length = |dash: &std::vec::Vec<(f64, f64)>| dash.last().unwrap().0 - dash[0].0;
        assert_eq!(drawn.iter().map(length).collect::<std::vec::Vec<_>>(), [2.0, 2.0, 2.0]);
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut scene = Scene::new(4.0, 4.0);
        scene.rectangle((-1e5, -1e5), (2e5, 2e5), BLACK);
        scene.image((-5.0, 2.0), (100.0, 100.0), crate::plot::Image::from_fn(1, 1, |_, _| [255; 3]));
        assert_eq!((darkness(&scene, 0, 0), darkness(&scene, 3, 3)), (255, 0));
    }
}
