//! A landscape, and the ways through it.

use std::collections::HashMap;
use std::string::String;
use std::vec::Vec;

use super::Chart;
use super::color::{Color, amount, mix};
use super::frame::{Frame, Key, Labels, Mark, label_methods, stroke};
use super::scale::Scale;
use super::scene::{Image, Point, Scene, Stroke};

/// Cells along each side.
const CELLS: usize = 150;

/// Lines of equal height of a function of two numbers, with the paths of optimizers drawn over.
///
/// The heights of the lines are spaced so that each lies above an equal part of the plane, which shows a valley as well as the
/// cliffs around it. A path begins with a ring and ends with a dot; it is interrupted where it leaves the plane.
///
/// ```
/// use shapewise::plot::{Chart, Contours};
/// let chart = Contours::new("A bowl", (-2.0, 2.0), (-1.0, 1.0), |x, y| x * x + 5.0 * y * y)
///     .path("descent", [(-1.5, 0.8), (-1.0, 0.2), (-0.3, 0.0)])
///     .minimum(0.0, 0.0);
/// assert!(chart.to_svg().contains("<polyline"));
/// ```
#[derive(Clone, Debug)]
pub struct Contours {
    labels: Labels,
    x: Scale,
    y: Scale,
    /// Heights at the corners of the cells, row by row from the top.
    heights: Vec<f64>,
    levels: usize,
    paths: Vec<(String, Vec<Point>)>,
    minima: Vec<Point>,
}

impl Contours {
    /// The heights of `function` from `x.0` to `x.1` and from `y.0` to `y.1`.
    pub fn new(title: impl Into<String>, x: Point, y: Point, mut function: impl FnMut(f64, f64) -> f64) -> Self {
        let (x, y) = (Scale::between(x.0, x.1), Scale::between(y.0, y.1));
        let at = |scale: &Scale, share: f64| scale.low + share * (scale.high - scale.low);
        let share = |corner: usize| corner as f64 / CELLS as f64;
        let corners = (0..=CELLS).flat_map(|row| (0..=CELLS).map(move |column| (column, row)));
        let heights = corners.map(|(column, row)| function(at(&x, share(column)), at(&y, 1.0 - share(row)))).collect();
        let mut labels = Labels::new(title);
        labels.size = (560.0, 420.0);
        Self { labels, x, y, heights, levels: 14, paths: Vec::new(), minima: Vec::new() }
    }

    label_methods!(x y);

    /// How many lines of equal height, 14 unless said otherwise; at most 60.
    #[must_use]
    pub fn levels(mut self, levels: usize) -> Self {
        self.levels = levels.min(60);
        self
    }

    /// A way through the landscape.
    #[must_use]
    pub fn path(mut self, name: impl Into<String>, points: impl IntoIterator<Item = Point>) -> Self {
        self.paths.push((name.into(), points.into_iter().collect()));
        self
    }

    /// Marks a minimum with a cross.
    #[must_use]
    pub fn minimum(mut self, x: f64, y: f64) -> Self {
        self.minima.push((x, y));
        self
    }

    /// A height by column and row of a corner.
    fn height(&self, column: usize, row: usize) -> f64 {
        self.heights[row * (CELLS + 1) + column]
    }

    /// All heights in order; what is no number has none.
    fn sorted(&self) -> Vec<f64> {
        let mut sorted: Vec<_> = self.heights.iter().copied().filter(|height| height.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The lines of one height, in cells from the upper left.
    fn lines(&self, level: f64) -> Vec<Vec<Point>> {
        let mut pieces = Vec::new();
        for row in 0..CELLS {
            for column in 0..CELLS {
                let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
                let heights = corners.map(|(column, row)| self.height(column, row) - level);
                let place = |(x, y): Point| (column as f64 + x, row as f64 + y);
                pieces.extend(crossings(heights).into_iter().map(|(from, to)| [place(from), place(to)]));
            }
        }
        chains(&pieces)
    }
}

impl Chart for Contours {
    fn scene(&self) -> Scene {
        let named = self.paths.iter().enumerate();
        let keys: Vec<_> =
            named.map(|(i, (name, _))| Key { name: name.clone(), mark: Mark::Line(stroke(i)) }).collect();
        let mut frame = Frame::new(&self.labels, self.x, self.y, &keys);
        let sorted = self.sorted();
        // The plane in pale colours by rank, low ground dark: paths stand out from it.
        let rank = |height: f64| sorted.partition_point(|other| *other < height) as f64 / sorted.len().max(1) as f64;
        let plane = Image::from_fn(CELLS, CELLS, |column, row| {
            let height = self.height(column, row);
            mix([255; 3], amount(if height.is_nan() { height } else { rank(height) }), 0.35)
        });
        frame.scene.image(frame.corner, frame.area, plane);
        for number in 1..=self.levels {
            let Some(level) = sorted.get(number * sorted.len() / (self.levels + 1)) else { continue };
            for line in self.lines(*level) {
                let ((left, top), (width, height)) = (frame.corner, frame.area);
                let place = |(x, y): Point| (left + x / CELLS as f64 * width, top + y / CELLS as f64 * height);
                let ink = Stroke::new(Color::rgb(super::INK).opacity(0.4), 0.8);
                frame.scene.polyline(line.into_iter().map(place), ink);
            }
        }
        for (x, y) in &self.minima {
            let (x, y) = frame.place(*x, *y);
            let cross = Stroke::new(Color::rgb(super::INK), 2.0);
            for (dx, dy) in [(5.0, 5.0), (5.0, -5.0)] {
                frame.scene.line((x - dx, y - dy), (x + dx, y + dy), cross);
            }
        }
        for (number, (_, points)) in self.paths.iter().enumerate() {
            let color = Color::series(number);
            frame.curve(points.iter().copied(), stroke(number));
            if let (Some(first), Some(last)) = (points.first(), points.last()) {
                frame.dot(*first, 5.0, color);
                frame.dot(*first, 3.0, Color::rgb([255; 3]));
                frame.dot(*last, 4.5, color);
            }
        }
        frame.scene
    }
}

/// Where height 0 crosses a cell of side 1, from its corners' heights, in turn from the upper left: marching squares.
fn crossings(heights: [f64; 4]) -> Vec<(Point, Point)> {
    const CORNERS: [Point; 4] = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    if !heights.iter().all(|height| height.is_finite()) {
        return Vec::new();
    }
    let mut points = Vec::new();
    for from in 0..4 {
        let to = (from + 1) % 4;
        if (heights[from] < 0.0) != (heights[to] < 0.0) {
            let share = heights[from] / (heights[from] - heights[to]);
            let (start, end) = (CORNERS[from], CORNERS[to]);
            points.push((start.0 + share * (end.0 - start.0), start.1 + share * (end.1 - start.1)));
        }
    }
    // At a saddle four edges are crossed: which belong together, the height of the middle tells.
    if points.len() == 4 && (heights.iter().sum::<f64>() < 0.0) != (heights[0] < 0.0) {
        points.rotate_left(1);
    }
    points.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Pieces that meet, put together to lines.
fn chains(pieces: &[[Point; 2]]) -> Vec<Vec<Point>> {
    // Neighbouring cells find the same crossing up to rounding.
    let key = |(x, y): Point| ((1e6 * x).round() as i64, (1e6 * y).round() as i64);
    let mut ends: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        for end in piece {
            ends.entry(key(*end)).or_default().push(index);
        }
    }
    let mut used = vec![false; pieces.len()];
    let mut lines = Vec::new();
    for first in 0..pieces.len() {
        if used[first] {
            continue;
        }
        used[first] = true;
        let mut line = pieces[first].to_vec();
        // Onwards from one end, then from the other.
        for _ in 0..2 {
            while let Some(end) = line.last().copied() {
                let Some(next) = ends[&key(end)].iter().copied().find(|next| !used[*next]) else { break };
                used[next] = true;
                let [from, to] = pieces[next];
                line.push(if key(from) == key(end) { to } else { from });
            }
            line.reverse();
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{chains, crossings};

    #[test]
    fn pieces_become_lines() {
        let piece = |from: f64, to: f64| [(from, 0.0), (to, 0.0)];
        let lines = chains(&[piece(1.0, 2.0), piece(7.0, 8.0), piece(3.0, 2.0), piece(0.0, 1.0)]);
        let ends = lines.iter().map(|line| (line.len(), line[0].0, line[line.len() - 1].0));
        assert_eq!(ends.collect::<std::vec::Vec<_>>(), [(4, 0.0, 3.0), (2, 7.0, 8.0)]);
    }

    #[test]
    fn a_cell_is_cut_where_the_height_is_between() {
        assert_eq!(crossings([-1.0, 1.0, 1.0, -1.0]), [((0.5, 0.0), (0.5, 1.0))]);
        assert_eq!(crossings([-1.0, 3.0, 3.0, 3.0]), [((0.25, 0.0), (0.0, 0.25))]);
        assert!(crossings([1.0; 4]).is_empty());
        assert!(crossings([f64::NAN, 1.0, -1.0, 1.0]).is_empty());
    }

    /// Where the middle is low, each high corner is cut off; where it is high, each low one.
    #[test]
    fn a_saddle_goes_with_its_middle() {
        assert_eq!(crossings([-3.0, 1.0, -3.0, 1.0]), [((0.75, 0.0), (1.0, 0.25)), ((0.25, 1.0), (0.0, 0.75))]);
        assert_eq!(crossings([-1.0, 3.0, -1.0, 3.0]), [((1.0, 0.75), (0.75, 1.0)), ((0.0, 0.25), (0.25, 0.0))]);
    }
}
