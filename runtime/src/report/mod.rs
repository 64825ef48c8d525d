//! Reports: one HTML file that opens in any browser, light or dark, without network and without scripts.
//!
//! ```no_run
//! use shapewise::plot::Curves;
//! use shapewise::report::{Report, Verdict};
//!
//! let (plain, normed) = ([2.3, 1.9, 1.6], [2.3, 0.8, 0.3]);
//! Report::new("Batch norm")
//!     .text("The same network, with and without.")
//!     .section("Convergence")
//!     .finding(
//!         Curves::new("Loss").x_label("epoch").values("without", plain).values("with", normed),
//!         "Batch norm makes training converge faster.",
//!         format!("Loss after 3 epochs: {} without, {} with.", plain[2], normed[2]),
//!         Verdict::of(normed[2] < plain[2]),
//!     )
//!     .save("report.html")?;
//! # Ok::<(), shapewise::Error>(())
//! ```

mod html;
#[cfg(test)]
mod tests;
mod training;

use std::path::Path;
use std::string::String;
use std::vec::Vec;

use crate::error::Result;
use crate::files::write_atomically;
use crate::plot::Chart;

/// A page of headings, text, tables and figures, in the order in which they are added.
///
/// All text is shown as it is given: nothing in it can become markup.
///
/// ```
/// use shapewise::plot::Bars;
/// use shapewise::report::Report;
/// let report = Report::new("Optimizers")
///     .section("Fashion-MNIST")
///     .text("Ten epochs each.")
///     .table(["optimizer", "accuracy"], [["adam", "0.91"], ["sgd", "0.88"]])
///     .figure(Bars::new("Accuracy").bar("adam", [0.91]).bar("sgd", [0.88]), "On the test set.");
/// assert!(report.to_html().contains("<svg"));
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    title: String,
    parts: Vec<Part>,
}

/// What a page is made of.
#[derive(Clone, Debug)]
enum Part {
    Section(String),
    Heading(String),
    Text(String),
    Preformatted(String),
    Table { head: Vec<String>, rows: Vec<Vec<String>> },
    Figure { svg: String, caption: String, finding: Option<Finding> },
}

/// What a figure is to show, and whether it does.
#[derive(Clone, Debug)]
struct Finding {
    measured: String,
    verdict: Verdict,
}

/// Whether the data agree with a claim.
///
/// ```
/// use shapewise::report::Verdict;
/// assert_eq!(Verdict::of(0.98 > 0.95), Verdict::Holds);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They do.
    Holds,
    /// In part, or too little was measured to tell.
    Unclear,
    /// They do not.
    Fails,
}

impl Verdict {
    /// [`Verdict::Holds`] or [`Verdict::Fails`].
    pub const fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}

impl Report {
    /// A page with nothing but a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), parts: Vec::new() }
    }

    /// A heading, also listed at the top of the page.
    #[must_use]
    pub fn section(self, heading: impl Into<String>) -> Self {
        self.part(Part::Section(heading.into()))
    }

    /// A heading within a section.
    #[must_use]
    pub fn heading(self, heading: impl Into<String>) -> Self {
        self.part(Part::Heading(heading.into()))
    }

    /// A paragraph; an empty line begins another.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.part(Part::Text(text.into()))
    }

    /// Text in a fixed width whose lines and spaces stay, such as a network's summary.
    #[must_use]
    pub fn preformatted(self, text: impl Into<String>) -> Self {
        self.part(Part::Preformatted(text.into()))
    }

    /// A table with a head. Numbers stand at the right of their cells.
    #[must_use]
    pub fn table<H, R>(self, head: impl IntoIterator<Item = H>, rows: impl IntoIterator<Item = R>) -> Self
    where
        H: Into<String>,
        R: IntoIterator<Item: Into<String>>,
    {
        let head = head.into_iter().map(Into::into).collect();
        let rows = rows.into_iter().map(|row| row.into_iter().map(Into::into).collect()).collect();
        self.part(Part::Table { head, rows })
    }

    /// A chart with words below it.
    #[must_use]
    pub fn figure(self, chart: impl Chart, caption: impl Into<String>) -> Self {
        let svg = chart.scene().to_inline_svg();
        self.part(Part::Figure { svg, caption: caption.into(), finding: None })
    }

    /// A chart with what is claimed, the numbers measured, and whether they agree; counted at the top of the page.
    #[must_use]
    pub fn finding(
        self,
        chart: impl Chart,
        claim: impl Into<String>,
        measured: impl Into<String>,
        verdict: Verdict,
    ) -> Self {
        let finding = Some(Finding { measured: measured.into(), verdict });
        let svg = chart.scene().to_inline_svg();
        self.part(Part::Figure { svg, caption: claim.into(), finding })
    }

    /// Findings with a verdict.
    ///
    /// ```
    /// use shapewise::report::{Report, Verdict};
    /// assert_eq!(Report::new("Nothing yet").count(Verdict::Fails), 0);
    /// ```
    pub fn count(&self, verdict: Verdict) -> usize {
        let findings = self.parts.iter().filter_map(|part| match part {
            Part::Figure { finding, .. } => finding.as_ref(),
            _ => None,
        });
        findings.filter(|finding| finding.verdict == verdict).count()
    }

    /// The whole page.
    pub fn to_html(&self) -> String {
        html::write(self)
    }

    /// Writes the page to a file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        write_atomically(path, |file| file.write_all(self.to_html().as_bytes()))
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}
