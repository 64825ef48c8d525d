//! How a training is going, on the terminal or line by line.

use std::boxed::Box;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write, stderr};
use std::string::String;
use std::time::Duration;

use super::history::Epoch;
use super::uptime::uptime;

/// Between two drawings of the bar.
const PAUSE: Duration = Duration::from_millis(100);

/// Characters of the bar.
const WIDTH: usize = 20;

/// Where a [`Trainer`](crate::train::Trainer) says how it is going.
///
/// Failure to write, as to a closed pipe, silences it; the training goes on.
///
/// ```
/// use shapewise::train::Progress;
/// let _quiet = Progress::off();
/// let _log = Progress::lines().to(std::io::stdout());
/// ```
pub struct Progress {
    style: Style,
    colour: bool,
    out: Box<dyn Write + Send>,
    run: Watched,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Off,
    Lines,
    Bar,
}

/// The run that is being watched.
#[derive(Clone)]
struct Watched {
    epochs: usize,
    batches: usize,
    /// Batches of the run that were done before it was interrupted or saved.
    batches_before: usize,
    /// Samples likewise of the epoch.
    samples_before: usize,
    /// By [`uptime`], as all moments here.
    begun: Duration,
    epoch_begun: Duration,
    drawn: Option<Duration>,
    /// What is known of the last epoch, until the next one's bar replaces it.
    summary: Option<String>,
}

/// How far an epoch is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    /// Epochs of this run that are done.
    pub(super) epochs: usize,
    /// Batches of this epoch that are done.
    pub(super) batches: usize,
    /// Samples of this epoch that are done.
    pub(super) samples: usize,
    /// Their mean loss.
    pub(super) loss: f64,
}

impl Shown {
    /// Batches that are done, with `batches` in an epoch.
    fn batches_of_the_run(self, batches: usize) -> usize {
        self.epochs.saturating_mul(batches).saturating_add(self.batches)
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::auto()
    }
}

impl Progress {
    /// A bar when the standard error stream is a terminal that can redraw a line, plain lines when it is not.
    ///
    /// `TERM=dumb` asks for plain lines, `NO_COLOR` for a bar without colour.
    pub fn auto() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let mut progress = if stderr().is_terminal() && !dumb { Self::bar() } else { Self::lines() };
        progress.colour = !set("NO_COLOR");
        progress
    }

    /// Says nothing.
    pub fn off() -> Self {
        Self::new(Style::Off)
    }

    /// One plain line an epoch, to the standard error stream.
    pub fn lines() -> Self {
        Self::new(Style::Lines)
    }

    /// One line, redrawn up to ten times a second without colour, on the standard error stream.
    pub fn bar() -> Self {
        Self::new(Style::Bar)
    }

    /// Writes to `out` instead.
    #[must_use]
    pub fn to(mut self, out: impl Write + Send + 'static) -> Self {
        self.out = Box::new(out);
        self
    }

    fn new(style: Style) -> Self {
        Self { style, colour: false, out: Box::new(stderr()), run: Watched::begin(0, 0, Shown::default()) }
    }

    /// A run of `epochs` epochs with `batches` batches each begins, or continues from `at`.
    pub(super) fn begin(&mut self, epochs: usize, batches: usize, at: Shown) {
        self.run = Watched::begin(epochs, batches, at);
    }

    /// A batch is done.
    pub(super) fn batch(&mut self, at: Shown) {
        if self.style != Style::Bar {
            return;
        }
        let now = uptime();
        if self.run.drawn.is_some_and(|drawn| now.saturating_sub(drawn) < PAUSE) {
            return;
        }
        (self.run.drawn, self.run.summary) = (Some(now), None);
        let line = self.run.bar(at, now, self.colour);
        self.write(&format!("\r{line}\x1b[K"));
    }

    /// An epoch is done, the `number`th of this run.
    pub(super) fn epoch(&mut self, number: usize, epoch: &Epoch, metrics: &[String]) {
        (self.run.epoch_begun, self.run.samples_before) = (uptime(), 0);
        let line = self.run.summary(number, epoch, metrics);
        match self.style {
            Style::Lines => self.write(&format!("{line}\n")),
            Style::Bar => self.run.summary = Some(line),
            Style::Off => {}
        }
    }

    /// The run ended, wherever: the bar's last word is its last epoch, unless it was within another.
    pub(super) fn end(&mut self) {
        if self.style == Style::Bar && self.run.drawn.take().is_some() {
            match self.run.summary.take() {
                Some(line) => self.write(&format!("\r{line}\x1b[K\n")),
                None => self.write("\n"),
            }
        }
    }

    fn write(&mut self, text: &str) {
        if self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).is_err() {
            self.style = Style::Off;
        }
    }
}

impl Watched {
    fn begin(epochs: usize, batches: usize, at: Shown) -> Self {
        let now = uptime();
        let batches_before = at.batches_of_the_run(batches);
        let (begun, epoch_begun, drawn, summary) = (now, now, None, None);
        Self { epochs, batches, batches_before, samples_before: at.samples, begun, epoch_begun, drawn, summary }
    }

    /// `epoch  3/20 [=====>    ]  24/45  loss 0.1234  12.3 k samples/s  ETA 0:12`, at most 80 characters.
    fn bar(&self, at: Shown, now: Duration, colour: bool) -> String {
        let Shown { epochs, batches, samples, loss } = at;
        let samples = samples - self.samples_before;
        let filled = WIDTH * batches / self.batches.max(1);
        let bar = format!("{:=<filled$}{:.<empty$}", "", "", empty = WIDTH.saturating_sub(filled));
        let (on, off) = if colour { ("\x1b[32m", "\x1b[0m") } else { ("", "") };

        let rate = samples as f64 / now.saturating_sub(self.epoch_begun).as_secs_f64().max(1e-9);
        let done = at.batches_of_the_run(self.batches);
        let left = self.epochs.saturating_mul(self.batches).saturating_sub(done);
        // Fewer than before, where the run goes on with data that have fewer batches.
        let since = done.saturating_sub(self.batches_before).max(1);
        let eta = now.saturating_sub(self.begun).as_secs_f64() * left as f64 / since as f64;
        format!(
            "epoch {} [{on}{bar}{off}] {}  loss {}  {} samples/s  ETA {}",
            of(epochs + 1, self.epochs),
            of(batches, self.batches),
            figure(loss),
            thousands(rate),
            clock(eta)
        )
    }

    /// `epoch  3/20  loss 0.1234  validation_loss 0.2345  accuracy 0.9750  0.12 s`
    fn summary(&self, number: usize, epoch: &Epoch, metrics: &[String]) -> String {
        let mut line = format!("epoch {}  loss {}", of(number, self.epochs), figure(epoch.loss));
        if let Some(loss) = epoch.validation_loss {
            let _ = write!(line, "  validation_loss {}", figure(loss));
        }
        for (name, value) in metrics.iter().zip(&epoch.metrics) {
            let _ = write!(line, "  {name} {}", figure(*value));
        }
        let _ = write!(line, "  {:.2} s", epoch.seconds);
        line
    }
}

/// `0.1234`, `1.43e-6`
fn figure(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:.2e}") } else { format!("{value:.4}") }
}

/// ` 3/20`
fn of(part: usize, whole: usize) -> String {
    let whole = format!("{whole}");
    format!("{part:>width$}/{whole}", width = whole.len())
}

/// `950`, `12.3 k`, `4.6 M`
fn thousands(value: f64) -> String {
    match value {
        1e6.. => format!("{:.1} M", value / 1e6),
        1e3.. => format!("{:.1} k", value / 1e3),
        _ => format!("{value:.0}"),
    }
}

/// `0:12`, `1:02:03`
fn clock(seconds: f64) -> String {
    let seconds = seconds as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(of(3, 20), " 3/20");
        assert_eq!([950.4, 12_345.0, 4_600_000.0].map(thousands), ["950", "12.3 k", "4.6 M"]);
        assert_eq!([0.9, 72.0, 3723.0, f64::NAN].map(clock), ["0:00", "1:12", "1:02:03", "0:00"]);
    }

    /// The bar a second after a run began or went on at `start`.
    fn bar(start: Shown, colour: bool) -> String {
        let begun = uptime();
        let run = Watched { begun, epoch_begun: begun, ..Watched::begin(20, 45, start) };
        let at = Shown { epochs: 2, batches: 24, samples: 768, loss: 0.12345 };
        run.bar(at, begun + Duration::from_secs(1), colour)
    }

    #[test]
    fn the_bar_fits_a_terminal() {
        let line = bar(Shown::default(), false);
        assert_eq!(line, "epoch  3/20 [==========..........] 24/45  loss 0.1235  768 samples/s  ETA 0:06");
        assert!(line.len() <= 80);
        let coloured = bar(Shown::default(), true);
        assert_eq!(coloured.replace("\x1b[32m", "").replace("\x1b[0m", ""), line);
    }

    #[test]
    fn small_figures_keep_their_digits() {
        let figures = [0.0, 0.12345, 0.001, 1.43e-6, -2e-9, f64::NAN].map(super::figure);
        assert_eq!(figures, ["0.0000", "0.1235", "0.0010", "1.43e-6", "-2.00e-9", "NaN"]);
    }

    #[test]
    fn what_was_done_before_took_no_time_of_this_run() {
        let line = bar(Shown { epochs: 2, batches: 23, samples: 736, loss: 0.0 }, false);
        // 786 batches are left, of a second each.
        assert_eq!(line, "epoch  3/20 [==========..........] 24/45  loss 0.1235  32 samples/s  ETA 13:06");
    }

    #[test]
    fn a_run_may_go_on_with_data_of_fewer_batches() {
        let line = bar(Shown { epochs: 2, batches: 100, samples: 700, loss: 0.0 }, false);
        assert_eq!(line, "epoch  3/20 [==========..........] 24/45  loss 0.1235  68 samples/s  ETA 13:06");
    }
}
