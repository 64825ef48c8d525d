//! Adversarial examples, before and after training against them.

use shapewise::adversarial::{Adversary, Attack};
use shapewise::plot::{Curves, ImageGrid};
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::report::Verdict;

use crate::learn::{Images, Plan, accuracy, digits, train};
use crate::measured::{Measured, all};
use crate::page::Page;

network! {
    struct Net: [64] -> [10] { dense(128), relu, dense(128), relu, dense(10) }
}

const EPSILONS: [f64; 7] = [0.0, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3];

/// ε that the hardened network was trained with, and where attacks are compared.
const TRAINED: f64 = 0.1;
const AT: usize = 3;

/// Percent right at each ε.
struct Run {
    fgsm: Vec<f64>,
    pgd: Vec<f64>,
    noise: Vec<f64>,
}

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Adversarial examples",
        &format!(
            "An attack changes each pixel of a held-out digit by at most ε, where black is 0 and white 1, in the direction that raises the \
             loss. Adversarial training makes such copies of each batch, ε = {TRAINED}, and learns both."
        ),
    );
    let epochs = page.scaled(15, 30);
    let (mut before, mut after) = (vec![], vec![]);
    for seed in page.seeds() {
        let (data, held_out) = digits(seed)?;
        let (mut plain, mut hardened) = (Net::boxed(seed), Net::boxed(seed));
        train(&mut *plain, Adam::new(0.002), &data, Plan { epochs, batch: 32, seed })?;
        harden(&mut hardened, &data, Plan { epochs, batch: 32, seed })?;
        before.push(attacked(&plain, &held_out, seed)?);
        after.push(attacked(&hardened, &held_out, seed)?);
        if seed == page.options.seed {
            pictures(page, &plain, &hardened, &held_out)?;
        }
    }
    let of = |runs: &[Run], values: fn(&Run) -> &Vec<f64>, at: usize| {
        runs.iter().map(|run| values(run)[at]).collect::<Measured>()
    };
    let line = |runs: &[Run], values: fn(&Run) -> &Vec<f64>| {
        EPSILONS.iter().enumerate().map(|(at, epsilon)| (*epsilon, of(runs, values, at).mean())).collect::<Vec<_>>()
    };
    let [clean, fgsm, pgd, noise] = [
        of(&before, |run| &run.fgsm, 0),
        of(&before, |run| &run.fgsm, AT),
        of(&before, |run| &run.pgd, AT),
        of(&before, |run| &run.noise, AT),
    ];
    page.finding(
        Curves::new("An ordinary network under attack")
            .x_label("ε")
            .y_label("accuracy, %")
            .y_range(0.0, 100.0)
            .line("random signs", line(&before, |run| &run.noise))
            .line("FGSM", line(&before, |run| &run.fgsm))
            .line("PGD", line(&before, |run| &run.pgd)),
        "Small changes in the right direction mislead a network that changes of the same size at random do not; several small steps \
         (PGD) mislead it more than one (FGSM).",
        format!(
            "At ε = {TRAINED} accuracy falls from {clean} % to {noise} % by random signs, to {fgsm} % by FGSM and to {pgd} % by PGD."
        ),
        all([fgsm.below(&noise), pgd.below(&fgsm), Verdict::of(noise.mean() - pgd.mean() > 10.0)]),
    )?;
    let [hard_clean, hard_fgsm, hard_pgd] =
        [of(&after, |run| &run.fgsm, 0), of(&after, |run| &run.fgsm, AT), of(&after, |run| &run.pgd, AT)];
    page.finding(
        Curves::new("Before and after adversarial training")
            .x_label("ε")
            .y_label("accuracy, %")
            .y_range(0.0, 100.0)
            .line("before, FGSM", line(&before, |run| &run.fgsm))
            .line("before, PGD", line(&before, |run| &run.pgd))
            .line("after, FGSM", line(&after, |run| &run.fgsm))
            .line("after, PGD", line(&after, |run| &run.pgd)),
        "Adversarial training makes a network resist attacks, also stronger ones than it has seen.",
        format!("At ε = {TRAINED} accuracy rises from {fgsm} % to {hard_fgsm} % under FGSM, from {pgd} % to {hard_pgd} % under PGD."),
        all([fgsm.below(&hard_fgsm), pgd.below(&hard_pgd)]),
    )?;
    let cost = Curves::new("Without an attack and with random signs")
        .x_label("ε")
        .y_label("accuracy, %")
        .line("before", line(&before, |run| &run.noise))
        .line("after", line(&after, |run| &run.noise));
    page.finding(
        cost,
        "It costs some accuracy on digits as they are.",
        format!("Without an attack {clean} % before and {hard_clean} % after."),
        hard_clean.below(&clean),
    )
}

/// Learns each batch and adversarial copies of it.
fn harden(net: &mut Net, data: &Images, plan: Plan) -> Result<()> {
    let loss = CrossEntropy::new();
    let mut adversary = Adversary::new(Attack::fgsm(TRAINED).range(0.0, 1.0))?;
    let mut training = net.training(loss, Adam::new(0.002)).seed(plan.seed);
    let mut data = data.clone();
    for epoch in 0..plan.epochs as u64 {
        data.shuffle(plan.seed + epoch);
        for (inputs, labels) in data.batches(plan.batch)? {
            let copies = adversary.perturb(training.network(), &loss, inputs, labels, training.steps())?;
            training.step(&[inputs, copies].concat(), &[labels, labels].concat())?;
        }
    }
    Ok(())
}

fn attacked(net: &Net, data: &Images, seed: u64) -> Result<Run> {
    let mut run = Run { fgsm: vec![], pgd: vec![], noise: vec![] };
    for epsilon in EPSILONS {
        run.fgsm.push(accuracy(net, &copies(net, data, Attack::fgsm(epsilon), seed)?)?);
        run.pgd.push(accuracy(net, &copies(net, data, Attack::pgd(epsilon), seed)?)?);
        let mut random = Random::new(seed);
        let mut sign = || if random.uniform() < 0.5 { -1.0 } else { 1.0 };
        let noisy = data.clone().map_inputs(|pixel| (pixel + (epsilon * sign()) as f32).clamp(0.0, 1.0));
        run.noise.push(accuracy(net, &noisy)?);
    }
    Ok(run)
}

/// The same digits, attacked.
fn copies(net: &Net, data: &Images, attack: Attack, seed: u64) -> Result<Images> {
    let mut adversary = Adversary::new(attack.range(0.0, 1.0))?;
    let copies = adversary.perturb(net, &CrossEntropy::new(), data.inputs(), data.targets(), seed)?;
    Dataset::new(64, copies.to_vec(), 1, data.targets().to_vec())
}

/// Digits that the ordinary network tells right, attacked, with what both networks say then.
fn pictures(page: &mut Page, plain: &Net, hardened: &Net, data: &Images) -> Result<()> {
    let shown = 8;
    let right: Vec<usize> =
        (0..data.len()).filter(|&sample| class(plain, data.input(sample)) == data.target(sample)[0]).collect();
    let attack = Attack::pgd(TRAINED);
    let moved = copies(plain, data, attack, page.options.seed)?;
    let fooled = right.iter().filter(|&&sample| class(plain, moved.input(sample)) != data.target(sample)[0]);
    let fooled: Vec<usize> = fooled.copied().take(shown).collect();
    if fooled.is_empty() {
        return Ok(());
    }
    let (before, after) = (data.subset(&fooled)?, moved.subset(&fooled)?);
    let change: Vec<f32> = after.inputs().iter().zip(before.inputs()).map(|(a, b)| 0.5 + (a - b)).collect();
    let captions = (0..fooled.len()).map(|sample| {
        let digit = after.input(sample);
        format!("{}: {}, {}", before.target(sample)[0], class(plain, digit), class(hardened, digit))
    });
    let chart = ImageGrid::new("Digits and their adversarial copies", [1, 8, 8])
        .range(0.0, 1.0)
        .batch("digit", before.inputs())
        .batch("change", &change)
        .batch("copy", after.inputs())
        .captions(captions);
    page.figure(
        chart,
        "Held-out digits, the change that PGD makes for the ordinary network with ε = 0.1 (grey is none), and the copy. Below: the digit, what the \
         ordinary network takes the copy for, and what the hardened one does.",
    )
}

fn class(net: &Net, digit: &[f32]) -> u32 {
    let mut logits = [0.0; 10];
    net.infer_one(digit, &mut logits);
    let best = (0..10_u32).max_by(|&a, &b| logits[a as usize].total_cmp(&logits[b as usize]));
    best.unwrap_or(0)
}
