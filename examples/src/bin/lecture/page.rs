//! The report as it grows, and what all chapters share.

use std::fs;
use std::mem;
use std::ops::RangeInclusive;

use shapewise::plot::Chart;
use shapewise::report::{Report, Verdict};
use shapewise::{Error, Result};

use crate::options::Options;

/// The report, its pictures, and how much there is to measure.
pub(crate) struct Page {
    pub(crate) options: Options,
    report: Report,
    figures: usize,
}

impl Page {
    pub(crate) fn new(options: Options) -> Result<Self> {
        if let Some(folder) = &options.pictures {
            fs::create_dir_all(folder).map_err(|source| Error::Io { path: folder.clone(), source })?;
        }
        let report = Report::new("Training deep networks").text(
            "Every number on this page was measured when it was written. A claim is what textbooks say; the verdict below it \
             follows from the numbers alone. Where runs differ by chance they are repeated with several seeds: numbers are then \
             mean ± standard error, and a difference of less than two standard errors is called unclear.",
        );
        let scale = format!(
            "Seed {}, {} runs for each comparison{}.",
            options.seed,
            if options.quick { QUICK } else { FULL },
            if options.quick { ", shortened (--quick)" } else { "" }
        );
        Ok(Self { options, report: report.text(scale), figures: 0 })
    }

    /// The seeds of the runs that are compared.
    pub(crate) fn seeds(&self) -> RangeInclusive<u64> {
        let runs = if self.options.quick { QUICK } else { FULL };
        self.options.seed..=self.options.seed + runs - 1
    }

    /// `quick` with the option of that name, else `full`.
    pub(crate) fn scaled(&self, quick: usize, full: usize) -> usize {
        if self.options.quick { quick } else { full }
    }

    pub(crate) fn section(&mut self, heading: &str, text: &str) {
        self.change(|report| report.section(heading).text(text));
    }

    pub(crate) fn table<const N: usize>(&mut self, head: [&str; N], rows: Vec<[String; N]>) {
        self.change(|report| report.table(head, rows));
    }

    pub(crate) fn figure(&mut self, chart: impl Chart, caption: &str) -> Result<()> {
        self.picture(&chart)?;
        self.change(|report| report.figure(chart, caption));
        Ok(())
    }

    /// A chart with a claim, the numbers, and what they say of it.
    pub(crate) fn finding(
        &mut self,
        chart: impl Chart,
        claim: &str,
        measured: impl Into<String>,
        verdict: Verdict,
    ) -> Result<()> {
        self.picture(&chart)?;
        self.change(|report| report.finding(chart, claim, measured, verdict));
        Ok(())
    }

    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        self.report.count(verdict)
    }

    pub(crate) fn save(&self) -> Result<()> {
        self.report.save(&self.options.out)
    }

    /// Writes the picture with the number that it has in the report.
    fn picture(&mut self, chart: &impl Chart) -> Result<()> {
        self.figures += 1;
        match &self.options.pictures {
            Some(folder) => chart.save_png(folder.join(format!("{:02}.png", self.figures))),
            None => Ok(()),
        }
    }

    fn change(&mut self, change: impl FnOnce(Report) -> Report) {
        let report = mem::replace(&mut self.report, Report::new(""));
        self.report = change(report);
    }
}

/// Runs for each comparison.
const QUICK: u64 = 5;
const FULL: u64 = 10;
