//! One line a case: the generated code beside plain loops, the best hand-made version and what the machine allows.
//!
//! Exits with 1 when the generated code is slower than either hand-written version by more than the spread, or slower
//! on several threads than on one.

use std::fmt;
use std::process::ExitCode;

use shapewise::isa::Level;
use shapewise_bench::cases::{Case, SETS, Work, all};
use shapewise_bench::limit::multiply_adds_at_once;
use shapewise_bench::timing::{Rounds, alternate, pin};

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
    generated: Rounds,
    /// The generated code on one thread, beside several.
    alone: Option<Rounds>,
    /// What the threads gain in a loop of multiply-adds.
    machine_gain: f64,
    naive: Rounds,
    best: Rounds,
    best_name: &'static str,
    /// Seconds.
    limit: f64,
}

impl Score {
    fn measure(case: Case, threads: usize, rounds: usize) -> Self {
        let contestants = (case.contestants)(threads);
        // Who is compared follows each other: a slow naive version in between would give the clock time to change.
        let [peak, stream] = case.limits();
        let mut all = vec![contestants.naive, peak, stream, contestants.generated];
        let (names, best): (Vec<_>, Vec<_>) = contestants.best.into_iter().unzip();
        all.extend(best);
        if threads > 1 {
            all.push((case.contestants)(1).generated);
            all.push(multiply_adds_at_once(threads));
        }
        let mut rounds = alternate(&mut all, rounds);
        let at_once = if threads > 1 { rounds.pop() } else { None };
        let alone = if threads > 1 { rounds.pop() } else { None };
        let best = rounds.split_off(4);
        let [naive, peak, stream, generated] = rounds.try_into().expect("four come before the hand-made versions");
        let machine_gain = at_once.map_or(1.0, |at_once| threads as f64 * peak.median() / at_once.median());
        let fastest =
            names.into_iter().zip(best).min_by(|a, b| a.1.ratio(&generated).total_cmp(&b.1.ratio(&generated)));
        let (best_name, best) = fastest.expect("every case has a best version");
        let limit = case.limit(peak.median(), stream.median());
        Self { case, threads, generated, alone, machine_gain, naive, best, best_name, limit }
    }

    /// The times of all others as multiples of the generated code's, round by round.
    fn ratios(&self) -> impl Iterator<Item = Rounds> {
        [&self.naive, &self.best].into_iter().chain(&self.alone).map(|other| other.over(&self.generated))
    }

    /// How far a comparison's rounds lie apart.
    fn spread(&self) -> f64 {
        self.ratios().map(|ratio| ratio.spread()).fold(0.0, f64::max)
    }

    /// Whether a hand-written version is faster, or the generated code itself on one thread.
    fn lost(&self) -> bool {
        let allowed = 1.0 + self.spread();
        self.ratios().any(|ratio| ratio.median() * allowed < 1.0)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = |seconds: f64| seconds * 1e6;
        let gflops = self.case.flops as f64 / self.generated.median() * 1e-9;
        write!(f, "case={} threads={} median_us={:.3} ", self.case.name, self.threads, us(self.generated.median()))?;
        if let Some(alone) = &self.alone {
            write!(f, "one_thread_us={:.3} ", us(alone.median()))?;
            write!(f, "one_thread_fastest_us={:.3} ", us(alone.fastest()))?;
            write!(f, "gain={:.2} ", alone.ratio(&self.generated))?;
            write!(f, "machine_gain={:.2} ", self.machine_gain)?;
        }
        write!(f, "fastest_us={:.3} ", us(self.generated.fastest()))?;
        write!(f, "gflops={gflops:.1} naive_us={:.3} ", us(self.naive.median()))?;
        write!(f, "best_us={:.3} limit_us={:.3} ", us(self.best.median()), us(self.limit))?;
        if let Some(goal) = self.case.goal {
            write!(f, "goal_us={goal:.3} ")?;
        }
        write!(f, "naive_ratio={:.2} ", self.naive.ratio(&self.generated))?;
        write!(f, "best_ratio={:.2} ", self.best.ratio(&self.generated))?;
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
