//! Optimizers on functions of two numbers, where their paths can be seen.

use shapewise::optim::Optimizer;
use shapewise::plot::{Contours, Panels, Point};
use shapewise::prelude::*;
use shapewise::report::Verdict;

use crate::measured::{all, short};
use crate::optimizers::{BY_GRADIENT, FAMILIES, Visitor, visit_all, with_rate};
use crate::page::Page;

/// A function with its gradient, and the part of the plane that is drawn.
struct Surface {
    name: &'static str,
    value: fn(f64, f64) -> f64,
    slope: fn(f64, f64) -> [f64; 2],
    x: Point,
    y: Point,
    start: [f64; 2],
    minima: &'static [Point],
    steps: usize,
}

const BEALE: Surface = Surface {
    name: "Beale",
    value: |x, y| beale(x, y).map(|(term, _)| term * term).iter().sum(),
    slope: |x, y| {
        let terms = beale(x, y);
        [0, 1].map(|axis| terms.iter().map(|(term, slopes)| 2.0 * term * slopes[axis]).sum())
    },
    x: (-1.0, 4.5),
    y: (-1.5, 2.0),
    start: [1.0, 1.5],
    minima: &[(3.0, 0.5)],
    steps: 200,
};

/// The three terms that are squared, cₙ − x·(1 − yⁿ), and their slopes.
fn beale(x: f64, y: f64) -> [(f64, [f64; 2]); 3] {
    [(1.5, 1), (2.25, 2), (2.625, 3)].map(|(constant, power): (f64, i32)| {
        let slopes = [y.powi(power) - 1.0, x * f64::from(power) * y.powi(power - 1)];
        (constant - x + x * y.powi(power), slopes)
    })
}

const ROSENBROCK: Surface = Surface {
    name: "Rosenbrock",
    value: |x, y| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2),
    slope: |x, y| [-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)],
    x: (-2.0, 2.0),
    y: (-1.0, 3.0),
    start: [-1.5, 2.0],
    minima: &[(1.0, 1.0)],
    steps: 500,
};

/// Flat at (0, 0), where it rises along x and falls along y.
const SADDLE: Surface = Surface {
    name: "Saddle",
    value: |x, y| x * x / 2.0 - y * y / 2.0 + y.powi(4) / 4.0,
    slope: |x, y| [x, y.powi(3) - y],
    x: (-1.5, 1.5),
    y: (-1.3, 1.3),
    start: [-1.2, 0.001],
    minima: &[(0.0, 1.0), (0.0, -1.0)],
    steps: 1000,
};

/// What each optimizer chooses from on Beale's and Rosenbrock's functions.
const RATES: [f64; 11] = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0];

/// The rate of all on the saddle; Adadelta has its own, 1.
const SADDLE_RATE: f64 = 0.01;

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Optimizers on surfaces",
        "Two parameters, exact gradients, the same start (ring) for all; paths end in a dot, minima are crosses; where paths are \
         the same the last one hides the others. Beale's function has \
         a flat plain behind steep walls, Rosenbrock's a bent valley, the saddle a point where the gradient all but vanishes. \
         On the first two every optimizer has the best of eleven rates from 0.0001 to 10.",
    );
    for surface in [BEALE, ROSENBROCK] {
        let paths = paths(&surface, &RATES)?;
        let value =
            |name: &str| paths.iter().find(|path| path.name == name).map_or(f64::NAN, |path| path.value(&surface));
        let plain = value("sgd");
        let (momentum, nesterov, adam) = (value("momentum"), value("nesterov"), value("adam"));
        let behind = paths.iter().filter(|path| path.name != "sgd" && path.value(&surface) >= plain);
        let behind: Vec<_> = behind.map(|path| path.name).collect();
        page.finding(
            panels(&surface, &paths),
            &format!(
                "{}: with momentum descent gets closer to the minimum in {} steps than without, and so does Adam.",
                surface.name, surface.steps
            ),
            format!(
                "Heights reached: sgd {}, momentum {}, nesterov {}, adam {}. Not below plain descent: {}.",
                short(plain),
                short(momentum),
                short(nesterov),
                short(adam),
                if behind.is_empty() { "none".into() } else { behind.join(", ") }
            ),
            all([momentum, nesterov, adam].map(|value| Verdict::of(value < plain))),
        )?;
        let mut ranked: Vec<_> = paths.iter().map(|path| (path.value(&surface), path)).collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rows = ranked.iter().map(|(value, path)| [path.name.into(), path.rate.to_string(), short(*value)]);
        page.table(["optimizer", "best rate", "height reached"], rows.collect());
    }
    saddle(page)
}

fn saddle(page: &mut Page) -> Result<()> {
    let paths = paths(&SADDLE, &[SADDLE_RATE])?;
    let left = |path: &Path| path.points.iter().position(|point| point.1.abs() > 0.5);
    let plain = paths.iter().find(|path| path.name == "sgd").and_then(left).unwrap_or(SADDLE.steps);
    let (by_gradient, others): (Vec<_>, Vec<_>) = paths.iter().partition(|path| BY_GRADIENT.contains(&path.name));
    let later = others.iter().filter(|path| left(path).is_none_or(|steps| steps >= plain)).count();
    let momentum = by_gradient.iter().filter(|path| path.name != "sgd");
    let faster = momentum.into_iter().all(|path| left(path).is_some_and(|steps| steps < plain));
    let words = |path: &Path| {
        let steps = left(path).map_or_else(|| "never".into(), |steps| steps.to_string());
        format!("{} {steps}", path.name)
    };
    page.finding(
        panels(&SADDLE, &paths),
        "Beside a saddle, where gradients are small, plain descent waits longest; momentum leaves it sooner, and so do all that \
         divide by the size of past gradients.",
        format!(
            "Steps at η = {SADDLE_RATE} (Adadelta: 1) until |y| > 0.5: {}.",
            paths.iter().map(words).collect::<Vec<_>>().join(", ")
        ),
        Verdict::of(faster && later == 0),
    )
}

/// The way of an optimizer.
struct Path {
    name: &'static str,
    family: usize,
    rate: f64,
    points: Vec<Point>,
}

impl Path {
    /// How high it ends; infinite for one that flew away.
    fn value(&self, surface: &Surface) -> f64 {
        let value = self.points.last().map_or(f64::INFINITY, |&(x, y)| (surface.value)(x, y));
        if value.is_finite() { value } else { f64::INFINITY }
    }
}

/// The best path of each optimizer.
fn paths(surface: &Surface, rates: &[f64]) -> Result<Vec<Path>> {
    let mut walker = Walker { surface, rates, paths: Vec::new() };
    visit_all(&mut walker)?;
    Ok(walker.paths)
}

struct Walker<'a> {
    surface: &'a Surface,
    rates: &'a [f64],
    paths: Vec<Path>,
}

impl Visitor for Walker<'_> {
    fn visit<O>(&mut self, name: &'static str, family: usize, optimizer: O) -> Result<()>
    where
        O: Optimizer<f32> + Optimizer<f64> + Copy,
    {
        // Adadelta finds its rate by itself; as it is by default it takes part in any race.
        let own = [Optimizer::<f64>::learning_rate(&optimizer)];
        let rates = if name == "adadelta" && self.rates.len() == 1 { &own } else { self.rates };
        let walk =
            |rate: &f64| Path { name, family, rate: *rate, points: walk(self.surface, &with_rate(optimizer, *rate)) };
        let better = |a: &Path, b: &Path| a.value(self.surface).total_cmp(&b.value(self.surface));
        self.paths.extend(rates.iter().map(walk).min_by(better));
        Ok(())
    }
}

/// All points from the start on.
fn walk<O: Optimizer<f64>>(surface: &Surface, optimizer: &O) -> Vec<Point> {
    let mut at = surface.start;
    let mut state = vec![0.0; 2 * O::SLOTS];
    let mut points = vec![(at[0], at[1])];
    for step in 1..=surface.steps as u64 {
        let slope = (surface.slope)(at[0], at[1]);
        optimizer.update(step, &mut at, &slope, &mut state, false);
        points.push((at[0], at[1]));
    }
    points
}

/// A map for each family.
fn panels(surface: &Surface, paths: &[Path]) -> Panels {
    FAMILIES.iter().enumerate().fold(Panels::new(2).title(surface.name), |panels, (number, family)| {
        let chart = Contours::new(*family, surface.x, surface.y, surface.value).size(420.0, 300.0);
        let chart = surface.minima.iter().fold(chart, |chart, &(x, y)| chart.minimum(x, y));
        let members = paths.iter().filter(|path| path.family == number);
        panels.panel(members.fold(chart, |chart, path| chart.path(path.name, path.points.iter().copied())))
    })
}

#[cfg(test)]
mod tests {
    use super::{BEALE, ROSENBROCK, SADDLE};

    #[test]
    fn slopes_are_the_derivatives_and_minima_are_flat() {
        for surface in [BEALE, ROSENBROCK, SADDLE] {
            for (x, y) in [(0.3, -0.7), (1.5, 1.2), (-1.0, 0.5)] {
                let h = 1e-5;
                let along =
                    |dx: f64, dy: f64| ((surface.value)(x + dx, y + dy) - (surface.value)(x - dx, y - dy)) / (2.0 * h);
                let [dx, dy] = (surface.slope)(x, y);
                assert!((dx - along(h, 0.0)).abs() < 1e-5 && (dy - along(0.0, h)).abs() < 1e-5, "{}", surface.name);
            }
            for &(x, y) in surface.minima {
                assert!((surface.slope)(x, y).iter().all(|slope| slope.abs() < 1e-12), "{}", surface.name);
            }
        }
    }
}
