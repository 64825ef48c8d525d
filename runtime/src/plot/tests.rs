//! Charts of good data, of bad data and of none.

use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use super::{Bars, Boundary, Chart, Contours, Curves, HeatMap, Histograms, ImageGrid, Panels, Ridges, Scene};
use crate::inspect::Statistics;
use crate::train::metrics::ConfusionMatrix;

/// Every kind of chart, made of the same numbers.
fn charts(values: &[f64]) -> Vec<Box<dyn Chart>> {
    let pairs = || values.iter().zip(values.iter().rev()).map(|(x, y)| (*x, *y));
    let histogram = Statistics::of(values.iter().copied()).histogram;
    let first = values.first().copied().unwrap_or(f64::NAN);
    let last = values.last().copied().unwrap_or(f64::NAN);
    let curves = |title: &str| Curves::new(title).line("a", pairs()).points("b", pairs()).level("c", first);
    vec![
        Box::new(curves("plain")),
        Box::new(curves("log").log_x().log_y().x_range(first, last).y_range(last, first).size(first, last)),
        Box::new(Bars::new("bars").bar("a", values.iter().copied()).bar("b", []).largest_first().x_label("x")),
        Box::new(Histograms::new("histograms").values("a", values.iter().copied()).histogram("b", &histogram)),
        Box::new(Ridges::new("ridges").row("a", &histogram).row("b", &histogram).range(first, last)),
        Box::new(HeatMap::new("map").columns(["x"]).row("a", values.iter().copied()).row("b", []).numbers()),
        Box::new(HeatMap::new("map").row("a", values.iter().copied()).range(first, last)),
        Box::new(HeatMap::confusion("confusion", &ConfusionMatrix::new())),
        Box::new(ImageGrid::new("images", [1, 1, 2]).batch("a", values).batch("b", values).captions(["x"])),
        Box::new(ImageGrid::new("images", [3, 1, 0]).batch("a", values).columns(0).range(first, first).width(last)),
        Box::new(Boundary::new("plane", (first, last), (first, last), |x, _| (1, x)).points([(first, last, 9)])),
        Box::new(
            Contours::new("hills", (first, last), (0.0, last), |x, y| x / y).path("p", pairs()).minimum(first, last),
        ),
        Box::new(Panels::new(0).title("panels").panel(curves("plain"))),
        Box::new(Panels::new(2)),
    ]
}

#[test]
fn no_number_breaks_a_chart() {
    let inf = f64::INFINITY;
    let sets: [&[f64]; 8] = [
        &[],
        &[f64::NAN],
        &[0.0],
        &[inf, -inf],
        &[1.0, f64::NAN, 3.0, 2.0],
        &[-1e308, 1e308],
        &[1e-320, 0.0, -1e-320],
        &[5.0; 7],
    ];
    for values in sets {
        for (number, chart) in charts(values).iter().enumerate() {
            let scene = chart.scene();
            let svg = scene.to_svg();
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"), "{number} of {values:?}");
            assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{number} of {values:?}: {svg}");
            assert_eq!(scene.to_image(0.5).pixels.len(), scene.to_image(0.5).width * scene.to_image(0.5).height);
        }
    }
}

#[test]
fn names_are_text_and_nothing_else() {
    let svg = Curves::new("<script>&").values("\"a\"", [1.0, 2.0]).values("b", [1.0]).to_svg();
    assert!(svg.contains("&lt;script&gt;&amp;") && svg.contains("&quot;a&quot;") && !svg.contains("<script"));
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    for chart in charts(&[1.0, 3.0, 2.0, 5.0]) {
        let svg = chart.scene().to_inline_svg();
        assert!(!svg.contains("http"), "{svg}");
    }
    let titled = Curves::new("a").scene();
    assert!(titled.to_inline_svg().contains("currentColor") && !titled.to_svg().contains("currentColor"));
}

/// Where the curve must pass, there is colour; where it must not, there is none.
#[test]
fn a_curve_is_where_its_numbers_are() {
    let image = Curves::new("").values("a", [0.0, 1.0]).size(300.0, 200.0).scene().to_image(1.0);
    let blue = |x: usize, y: usize| image.pixel(x, y)[2] > image.pixel(x, y)[0].saturating_add(60);
    let columns: Vec<_> = (0..300).filter(|x| (0..200).any(|y| blue(*x, y))).collect();
    let height = |x: usize| (0..200).find(|y| blue(x, *y)).unwrap_or(200);
    let (first, last) = (columns[0], columns[columns.len() - 1]);
    assert!(last - first > 230, "{first} to {last}");
    let (left, middle, right) = (height(first + 2), height(first.midpoint(last)), height(last - 2));
    assert!(left > 150 && right < 30 && middle.abs_diff(left.midpoint(right)) < 4, "{left} {middle} {right}");
}

#[test]
fn a_missing_number_interrupts_a_curve_and_a_lonely_one_is_a_dot() {
    let count = |svg: &str, what: &str| svg.matches(what).count();
    let line = |values: &[f64]| Curves::new("").values("a", values.iter().copied()).to_svg();
    let (whole, broken) = (line(&[1.0, 2.0, 3.0, 4.0, 5.0]), line(&[1.0, 2.0, f64::NAN, 4.0, 5.0]));
    assert_eq!(count(&broken, "<polyline"), count(&whole, "<polyline") + 1);
    assert_eq!(count(&line(&[1.0, 2.0, f64::NAN, 4.0, f64::NAN, 2.0, 5.0]), "<circle"), 1);
}

#[test]
fn files_are_written_and_a_folder_that_is_missing_is_named() {
    let path = std::env::temp_dir().join(format!("shapewise-plot-{}.png", std::process::id()));
    let chart = Curves::new("loss").values("a", [1.0, 2.0]);
    chart.save_png(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), chart.to_png());
    std::fs::remove_file(&path).unwrap();
    let missing = path.with_extension("missing").join("chart.svg");
    let fault: String = format!("{}", chart.save_svg(&missing).unwrap_err());
    assert!(fault.contains("chart.svg"), "{fault}");
}

#[test]
fn all_panels_go_into_one_row_without_counting_them() {
    let panel = || Curves::new("").size(100.0, 80.0);
    let panels = Panels::new(usize::MAX).panel(panel()).panel(panel());
    assert_eq!(panels.scene().size(), (200.0, 80.0));
}

#[test]
fn a_scene_of_no_size_is_a_pixel() {
    assert_eq!(Scene::new(f64::NAN, -3.0).to_image(f64::NAN).pixels.len(), 1);
}
