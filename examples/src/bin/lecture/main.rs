//! The lecture: what a course teaches about training deep networks, measured here and now, as one HTML report.
//!
//! Each chapter states claims and lets the numbers decide whether they hold.

mod attacks;
mod batch_norm;
mod batches;
mod depth;
mod ensembles;
mod learn;
mod measured;
mod optimizers;
mod options;
mod overfitting;
mod page;
mod race;
mod rates;
mod saturation;
mod sharing;
mod surfaces;
mod tasks;

use std::error::Error;
use std::time::Instant;

use shapewise::report::Verdict;

use options::Options;
use page::Page;

/// A chapter measures and writes.
type Chapter = fn(&mut Page) -> shapewise::Result<()>;

const CHAPTERS: [(&str, Chapter); 12] = [
    ("depth", depth::chapter),
    ("saturation", saturation::chapter),
    ("batch_norm", batch_norm::chapter),
    ("surfaces", surfaces::chapter),
    ("race", race::chapter),
    ("rates", rates::chapter),
    ("batches", batches::chapter),
    ("overfitting", overfitting::chapter),
    ("ensembles", ensembles::chapter),
    ("sharing", sharing::chapter),
    ("tasks", tasks::chapter),
    ("attacks", attacks::chapter),
];

fn main() -> Result<(), Box<dyn Error>> {
    let names = CHAPTERS.map(|(name, _)| name);
    let options = Options::from_arguments(&names);
    let mut page = Page::new(options.clone())?;
    for (name, chapter) in CHAPTERS {
        if options.only.is_empty() || options.only.iter().any(|only| only == name) {
            let start = Instant::now();
            chapter(&mut page)?;
            println!("{name:<12} {:>6.2} s", start.elapsed().as_secs_f64());
        }
    }
    page.save()?;
    let [holds, unclear, fails] = [Verdict::Holds, Verdict::Unclear, Verdict::Fails].map(|verdict| page.count(verdict));
    println!("{holds} claims hold, {unclear} are unclear, {fails} do not hold: {}", options.out.display());
    Ok(())
}
