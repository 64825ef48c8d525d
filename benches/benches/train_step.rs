//! Whole training steps: the generated code beside plain loops. `cargo bench -p shapewise-bench --bench train_step`

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use shapewise_bench::cases::{SETS, Work, all};

fn train_step(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("train_step");
    for case in all().into_iter().filter(|case| case.set == SETS[0]) {
        let Work::Train { batch } = case.work else { continue };
        let contestants = (case.contestants)(1);
        for (name, mut run) in [("generated", contestants.generated), ("naive", contestants.naive)] {
            let id = BenchmarkId::new(name, format!("{} x{batch}", case.network));
            group.bench_function(id, |bencher| bencher.iter_custom(|times| run(times as usize).elapsed));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    targets = train_step
}
criterion_main!(benches);
