//! One line a case: the generated code beside plain loops, the best hand-made version and what the machine allows.
//!
//! Exits with 1 when the generated code is slower than either hand-written version by more than the spread, or slower
//! on several threads than on one.

use std::fmt;
use std::process::ExitCode;

use shapewise::isa::Level;
use shapewise_bench::cases::{Case, SETS, Work, all};
use shapewise_bench::limit::multiply_adds_at_once;
use shapewise_bench::timing::{Timing, alternate, pin};

const USAGE: &str =
    "usage: scorecard [--set targets|networks|optimizers|all] [--case NAME] [--rounds N] [--threads N] [--steps N] [--isa portable|avx2|avx512]
       scorecard --list";

/// Every set.
const ALL: &str = "all";

/// What the command line asks for.
struct Wishes {
    /// Cases of one list, or of all.
    set: String,
    case: Option<String>,
    rounds: usize,
    threads: usize,
    /// Nothing but so many steps of the generated code, for a profiler.
    steps: Option<usize>,
    level: Level,
}

impl Wishes {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wishes =
            Self { set: SETS[0].to_owned(), case: None, rounds: 51, threads: 1, steps: None, level: Level::current() };
        while let Some(flag) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{flag} needs a value\n{USAGE}"))?;
            match flag.as_str() {
                "--set" if value == ALL || SETS.contains(&value.as_str()) => wishes.set = value,
                "--set" => return Err(format!("--set {value}: no such set\n{USAGE}")),
                "--case" => wishes.case = Some(value),
                "--rounds" => wishes.rounds = number(&flag, &value)?,
                "--steps" => wishes.steps = Some(number(&flag, &value)?),
                "--threads" => wishes.threads = number(&flag, &value)?.max(1),
                "--isa" => {
                    let level = Level::available().find(|level| level.name() == value);
                    wishes.level = level.ok_or_else(|| format!("--isa {value}: this machine does not have it"))?;
                }
                _ => return Err(format!("{flag}: no such flag\n{USAGE}")),
            }
        }
        Ok(wishes)
    }

    /// Those that can use the threads.
    fn cases(&self) -> Result<Vec<Case>, String> {
        let cases: Vec<_> = all().into_iter().filter(|case| self.wants(case)).collect();
        if cases.is_empty() {
            return Err("no such case, see `scorecard --list`; several threads only train".to_owned());
        }
        Ok(cases)
    }

    fn wants(&self, case: &Case) -> bool {
        let wanted = match &self.case {
            Some(name) => name == case.name,
            None => self.set == ALL || self.set == case.set,
        };
        wanted && (self.threads == 1 || matches!(case.work, Work::Train { .. }))
    }
}

fn number(flag: &str, value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("{flag} {value}: not a number"))
}

/// What was found out about a case.
struct Score {
    case: Case,
    threads: usize,
    generated: Timing,
    /// The generated code on one thread.
    alone: Timing,
    /// What the threads gain in a loop of multiply-adds.
    machine_gain: f64,
    naive: Timing,
    best: Timing,
    best_name: &'static str,
    /// Seconds.
    limit: f64,
}

impl Score {
    fn measure(case: Case, threads: usize, rounds: usize) -> Self {
        let contestants = (case.contestants)(threads);
        let (names, best): (Vec<_>, Vec<_>) = contestants.best.into_iter().unzip();
        let mut all = vec![contestants.generated, contestants.naive];
        all.extend(case.limits());
        all.extend(best);
        if threads > 1 {
            all.push((case.contestants)(1).generated);
            all.push(multiply_adds_at_once(threads));
        }
        let timings = alternate(&mut all, rounds);
        let [generated, naive, multiply_adds, traffic] = [timings[0], timings[1], timings[2], timings[3]];
        let (alone, at_once) = match timings[..] {
            [.., alone, at_once] if threads > 1 => (alone, at_once),
            _ => (generated, multiply_adds),
        };
        let machine_gain = threads as f64 * multiply_adds.median / at_once.median;
        let fastest = names.into_iter().zip(timings.into_iter().skip(4));
        let (best_name, best) =
            fastest.min_by(|a, b| a.1.median.total_cmp(&b.1.median)).expect("every case has a best version");
        let limit = case.limit(multiply_adds.median, traffic.median);
        Self { case, threads, generated, alone, machine_gain, naive, best, best_name, limit }
    }

    /// How far rounds of one version lie apart.
    fn spread(&self) -> f64 {
        self.generated.spread.max(self.naive.spread).max(self.best.spread)
    }

    /// Whether a hand-written version is faster, or the generated code itself on one thread.
    fn lost(&self) -> bool {
        let allowed = 1.0 + self.spread();
        self.generated.median > allowed * self.naive.median.min(self.best.median).min(self.alone.median)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = |seconds: f64| seconds * 1e6;
        let gflops = self.case.flops as f64 / self.generated.median * 1e-9;
        write!(f, "case={} threads={} median_us={:.3} ", self.case.name, self.threads, us(self.generated.median))?;
        if self.threads > 1 {
            write!(f, "one_thread_us={:.3} ", us(self.alone.median))?;
            write!(f, "one_thread_fastest_us={:.3} ", us(self.alone.fastest))?;
            write!(f, "machine_gain={:.2} ", self.machine_gain)?;
        }
        write!(f, "fastest_us={:.3} ", us(self.generated.fastest))?;
        write!(f, "gflops={gflops:.1} naive_us={:.3} ", us(self.naive.median))?;
        write!(f, "best_us={:.3} limit_us={:.3} ", us(self.best.median), us(self.limit))?;
        if let Some(goal) = self.case.goal {
            write!(f, "goal_us={goal:.3} ")?;
        }
        write!(f, "spread={:.3} best={}", self.spread(), self.best_name)
    }
}

fn run() -> Result<bool, String> {
    if std::env::args().skip(1).eq(["--list"]) {
        for Case { set, name, network, .. } in all() {
            println!("{set:<12}{name:<22}{network}");
        }
        return Ok(true);
    }
    let wishes = Wishes::read(std::env::args().skip(1))?;
    let cases = wishes.cases()?;
    wishes.level.make_current();
    // A profiler follows this process, not the one that `pin` puts into its place.
    match wishes.steps.map_or_else(|| pin(wishes.threads), |_| None) {
        Some(cores) => eprintln!("{} on core {cores}", wishes.level.name()),
        None => eprintln!("{}, not pinned: expect a wider spread", wishes.level.name()),
    }
    let mut won = true;
    for case in cases {
        if let Some(steps) = wishes.steps {
            let elapsed = ((case.contestants)(wishes.threads).generated)(steps).elapsed;
            println!("case={} mean_us={:.3}", case.name, elapsed.as_secs_f64() * 1e6 / steps as f64);
            continue;
        }
        let score = Score::measure(case, wishes.threads, wishes.rounds);
        println!("{score}");
        if score.lost() {
            won = false;
            eprintln!("{}: slower than a hand-written version, or than one thread", score.case.name);
        }
    }
    Ok(won)
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
