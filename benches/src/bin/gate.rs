//! Fails when a hot step takes more instructions than it may, as `benches/gate/limits.txt` says.
//!
//! Times of shared machines cannot be compared from day to day; instruction counts can. The steps run under valgrind's
//! callgrind: once so many and once twice as many, so that the difference is that of the steps alone. valgrind knows
//! no AVX-512, so the path for AVX2 is what counts.
//!
//! Exits with 1 when a step takes more, with 2 when something cannot run.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use shapewise::isa::Level;
use shapewise_bench::cases::all;

const USAGE: &str = "usage: gate [--write]";

/// The best that valgrind knows.
const LEVEL: &str = "avx2";

/// What a step may take more than its limit, in percent: other versions of the standard library and of valgrind
/// differ by less.
const TOLERANCE: f64 = 2.0;

/// What is compared: valgrind runs about 50 times slower than the machine, so large steps run once.
const STEPS: &[(&str, usize)] = &[
    ("tiny_infer_b1", 1000),
    ("tiny_train_b32", 20),
    ("mlp_infer_b1", 100),
    ("mlp_train_b1", 10),
    ("mlp_train_b32", 2),
    ("lenet_infer_b1", 20),
    ("lenet_train_b128", 1),
    ("conv_infer_b1", 20),
    ("adam_100k", 2),
];

/// Where the limits are.
fn limits() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("gate/limits.txt")
}

/// Lines of a case and its instructions.
fn read(text: &str) -> Result<Vec<(&str, f64)>, String> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (case, count) = line.split_once(' ').ok_or_else(|| format!("{line}: no count"))?;
            Ok((case, count.trim().parse().map_err(|_| format!("{line}: not a number"))?))
        })
        .collect()
}

/// Instructions of one step.
fn instructions(case: &str, steps: usize) -> Result<f64, String> {
    let [once, twice] = [steps, 2 * steps].map(|steps| total(case, steps));
    Ok((twice? - once?) / steps as f64)
}

/// Instructions of this program when it makes so many steps.
fn total(case: &str, steps: usize) -> Result<f64, String> {
    let gate = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(gate)
        .args(["--steps", case, &steps.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    collected(&output)
        .ok_or_else(|| format!("{case} under valgrind: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// What runs under valgrind.
fn make_steps(name: &str, steps: &str) -> Result<(), String> {
    let steps = steps.parse().map_err(|_| USAGE)?;
    let case = all().into_iter().find(|case| case.name == name).ok_or_else(|| format!("{name}: no such case"))?;
    let level =
        Level::available().find(|level| level.name() == LEVEL).ok_or("valgrind shows a machine without AVX2")?;
    level.make_current();
    ((case.contestants)(1).generated)(steps);
    Ok(())
}

/// The count that callgrind reports at its end.
fn collected(output: &Output) -> Option<f64> {
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split_once("Collected :"))?.1.trim().parse();
    count.ok().filter(|_| output.status.success())
}

/// Counts every step, and says how it compares. Gives the new limits, and whether all old ones were kept.
fn compare(limits: &[(&str, f64)]) -> Result<(String, bool), String> {
    let mut new = String::from("# Instructions of a step on AVX2, written by `gate --write`: see CONTRIBUTING.md.\n");
    let mut kept = true;
    for &(case, steps) in STEPS {
        let count = instructions(case, steps)?;
        let limit = limits.iter().find(|(name, _)| *name == case).map(|(_, limit)| *limit);
        let more = limit.map(|limit| (count / limit - 1.0) * 100.0);
        let says = match more {
            None => "no limit: run `gate --write`".to_owned(),
            Some(more) if more > TOLERANCE => format!("{more:+.1} %: MORE THAN {TOLERANCE} % ABOVE ITS LIMIT"),
            Some(more) if more < -TOLERANCE => format!("{more:+.1} %: lower the limit with `gate --write`"),
            Some(more) => format!("{more:+.1} %"),
        };
        println!("{case:<20}{count:>14.0} instructions a step, {says}");
        kept &= more.is_some_and(|more| more <= TOLERANCE);
        new.extend([case, " ", &format!("{count:.0}"), "\n"]);
    }
    Ok((new, kept))
}

fn run() -> Result<bool, String> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let write = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--write"] => true,
        ["--steps", case, steps] => return make_steps(case, steps).map(|()| true),
        _ => return Err(USAGE.to_owned()),
    };
    if !Level::available().any(|level| level.name() == LEVEL) {
        println!("skipped: the limits are for AVX2, which this machine does not have");
        return Ok(true);
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: no valgrind");
        return Ok(true);
    }
    let file = limits();
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let (new, kept) = compare(&read(&text)?)?;
    if write {
        std::fs::write(&file, new).map_err(|error| format!("{}: {error}", file.display()))?;
        return Ok(true);
    }
    if !kept {
        eprintln!(
            "A step became slower. Make it fast again, or say in the commit why it may take so long and raise the"
        );
        eprintln!("limit with `cargo run --release -p shapewise-bench --bin gate -- --write`.");
    }
    Ok(kept)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
