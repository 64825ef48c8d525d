//! One sample forward: the generated code beside plain loops. `cargo bench -p shapewise-bench --bench forward`

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use shapewise_bench::cases::{SETS, Work, all};

fn forward(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("forward");
    for case in all().into_iter().filter(|case| case.set == SETS[0] && case.work == Work::Infer { batch: 1 }) {
        let contestants = (case.contestants)(1);
        for (name, mut run) in [("generated", contestants.generated), ("naive", contestants.naive)] {
            let id = BenchmarkId::new(name, format!("{} x1", case.network));
            group.bench_function(id, |bencher| bencher.iter_custom(|times| run(times as usize).elapsed));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = forward
}
criterion_main!(benches);
