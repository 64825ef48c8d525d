//! What a command costs.

use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fmt, fs, io};

/// Seconds on the clock, and of all processors, which a busy machine lengthens less.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) seconds: f64,
    pub(crate) processor: Option<f64>,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} s", self.seconds)?;
        self.processor.map_or(Ok(()), |processor| write!(f, " ({processor:.2})"))
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> io::Result<()> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))))
}

pub(crate) fn cost(command: &mut Command) -> io::Result<Cost> {
    let (start, before) = (Instant::now(), processor_of_children());
    run(command)?;
    let processor = processor_of_children().zip(before).map(|(now, before)| now - before);
    Ok(Cost { seconds: start.elapsed().as_secs_f64(), processor })
}

/// The one in the middle, by the clock.
pub(crate) fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    costs[costs.len() / 2]
}

/// Seconds that finished children and theirs have used, as Linux counts them in hundredths.
fn processor_of_children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name in parentheses, user and system time of children are the fields 14 and 15.
    let fields = stat.rsplit_once(')')?.1.split_whitespace();
    let ticks: Option<Vec<f64>> = fields.skip(13).take(2).map(|field| field.parse().ok()).collect();
    Some(ticks?.iter().sum::<f64>() / 100.0)
}
