//! The page is well-formed, complete in itself, and says what it was given.

use std::string::String;
use std::vec::Vec;

use super::{Report, Verdict};
use crate::data::Dataset;
use crate::inspect::Recorder;
use crate::loss::{CrossEntropy, Mse};
use crate::network::Network;
use crate::optim::Adam;
use crate::plot::{Boundary, Curves, ImageGrid};
use crate::train::metrics::{Accuracy, ConfusionMatrix, MeanAbsoluteError};
use crate::train::{History, Progress};

crate::network! {
    struct Net: [2] -> [2] {
        hidden: dense(8), relu,
        out: dense(2),
    }
}

/// Follows tags, attributes and references, as an XML parser would.
fn assert_well_formed(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html.strip_prefix("<!DOCTYPE html>").expect("a document type");
    while let Some(start) = rest.find('<') {
        assert_text(&rest[..start]);
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "the last open element is closed");
        } else {
            // Outside of values there are no quotes, so between every other two lies a value.
            assert_eq!(tag.matches('"').count() % 2, 0, "<{tag}>");
            tag.split('"').skip(1).step_by(2).for_each(assert_text);
            let name = tag.split([' ', '/']).next().unwrap();
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "<{tag}>");
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
}

fn assert_text(text: &str) {
    assert!(!text.contains(['<', '>']), "{text}");
    for part in text.split('&').skip(1) {
        let name = part.split(';').next().unwrap();
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "&{name}");
    }
}

fn assert_self_contained(html: &str) {
    for foreign in ["http:", "https:", "src=", "url(", "@import", "<script", "<link", "NaN"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
}

const NASTY: &str = "</title><script>alert('&amp;\"')</script>\u{0}";

#[test]
fn every_part_is_shown_and_none_is_markup() {
    let report = Report::new(NASTY)
        .section(NASTY)
        .heading(NASTY)
        .text("one\n\ntwo\n\n\n\n")
        .section("second")
        .preformatted(NASTY)
        .table([NASTY, "b"], [[NASTY, "1.5"], ["x", "−2"]])
        .table(["empty"], Vec::<[String; 1]>::new())
        .figure(Curves::new(NASTY).values(NASTY, [1.0, 2.0]).values("b", [f64::NAN]), NASTY)
        .figure(ImageGrid::new("i", [1, 1, 1]).batch("a", &[1.0_f32, 0.0]).captions([NASTY]), "images")
        .figure(Boundary::new("b", (0.0, 1.0), (0.0, 1.0), |x, y| (usize::from(x > y), 1.0)), "plane")
        .finding(Curves::new("c").level(NASTY, 1.0), NASTY, NASTY, Verdict::Fails)
        .finding(Curves::new("d"), "e", "f", Verdict::Unclear);
    let html = report.to_html();
    assert_well_formed(&html);
    assert_self_contained(&html);
    assert!(html.contains("<p>one</p>\n<p>two</p>\n<h2"));
    assert!(html.contains("Of 2 claims: <span class=\"unclear\">? unclear</span> 1 <span class=\"fails\">"));
    assert!(html.contains("<td class=\"number\">1.5</td>") && html.contains("<a href=\"#section-2\">second</a>"));
    assert!(html.contains("<b>Figure 5</b>"));
}

#[test]
fn a_training_is_reported_whole() {
    let points: Vec<f32> = (0..64).map(|i| (i as f32 * 0.7).sin()).collect();
    let labels: Vec<u32> = points.chunks(2).map(|point| u32::from(point[0] > point[1])).collect();
    let data = Dataset::new(2, points, 1, labels).unwrap();
    let (mut net, mut recorder) = (Net::boxed(1), Recorder::new());
    let mut confusion = ConfusionMatrix::new();
    let mut trainer = net.trainer(CrossEntropy::new(), Adam::new(0.02));
    trainer = trainer.epochs(3).validation(&data).metric(Accuracy::new()).progress(Progress::off());
    let history = trainer.fit(&data).unwrap();
    drop(trainer);
    for epoch in 1..=2 {
        recorder.observe(epoch, &*net, &CrossEntropy::new(), data.inputs(), data.targets(), 0).unwrap();
        recorder.updated(&*net).unwrap();
    }
    net.evaluate(&data, &CrossEntropy::new(), &mut [&mut confusion]).unwrap();
    let report = Report::of_training::<Net>(&history).confusion(&confusion).layers(recorder.records());
    let html = report.to_html();
    assert_well_formed(&html);
    assert_self_contained(&html);
    for part in ["Training of Net", "validation loss", "accuracy", "dense + relu", "Gradients by layer", "Saturation"] {
        assert!(html.contains(part), "{part}");
    }
    // No step lay between, so nothing has moved.
    assert!(html.contains("<td class=\"number\">0</td>"));
}

/// Which is the last here, not the largest.
#[test]
fn the_best_error_is_the_least() {
    let inputs: Vec<f32> = (0..32).map(|i| (i as f32 * 0.7).sin()).collect();
    let targets: Vec<f32> = inputs.iter().map(|x| 3.0 * x).collect();
    let data = Dataset::new(2, inputs, 2, targets).unwrap();
    let mut net = Net::boxed(1);
    let trainer = net.trainer(Mse, Adam::new(0.02)).epochs(9).metric(MeanAbsoluteError::new());
    let history = trainer.progress(Progress::off()).fit(&data).unwrap();
    let [first, .., last] = history.epochs() else { panic!("{history:?}") };
    assert!(last.metrics[0] < first.metrics[0]);
    let html = Report::of_training::<Net>(&history).to_html();
    let row = html.split("<tr>").find(|row| row.contains("mae")).unwrap();
    assert!(row.contains("<td class=\"number\">9</td>"), "{row}");
}

#[test]
fn nothing_to_report_is_no_fault() {
    let report = Report::of_training::<Net>(&History::default()).confusion(&ConfusionMatrix::new()).layers(&[]);
    let html = report.to_html();
    assert_well_formed(&html);
    assert!(html.contains("0 epochs in 0 s.") && html.contains("Nobody has looked."));
}

#[test]
fn the_file_is_written_or_the_fault_names_it() {
    let path = std::env::temp_dir().join(format!("shapewise-report-{}.html", std::process::id()));
    let report = Report::new("empty");
    report.save(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), report.to_html());
    std::fs::remove_file(&path).unwrap();
    let missing = path.with_extension("missing").join("report.html");
    let fault = format!("{}", report.save(&missing).unwrap_err());
    assert!(fault.contains("report.html"), "{fault}");
}
