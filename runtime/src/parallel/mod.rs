//! Work that several threads share.
//!
//! Who does which part is left to chance, so a part must give the same result on any thread.

#[cfg(feature = "std")]
mod pause;
#[cfg(feature = "std")]
mod team;
#[cfg(feature = "std")]
mod trial;

#[cfg(feature = "std")]
pub(crate) use team::Team;

/// Steps that take the same time: the samples, and whether the gradient of the inputs is asked for.
#[cfg(feature = "alloc")]
pub(crate) type Kind = (usize, bool);

/// How many threads so many floating-point operations are worth: with less to do each, some would not have stepped in
/// before all is done. A meeting of two threads that are awake takes less than 1 us.
pub(crate) const fn worth(flops: usize) -> usize {
    const A_THREAD: usize = 1_000_000;
    flops / A_THREAD
}

/// Whether any team has threads, so that cores hold lines of memory in common: asked before what would be in vain
/// otherwise.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn several() -> bool {
    team::THREADS.load(core::sync::atomic::Ordering::Relaxed) > 0
}

/// Without threads there is one.
#[cfg(not(feature = "std"))]
pub(crate) fn several() -> bool {
    false
}

/// Without threads, the caller.
#[cfg(not(feature = "std"))]
#[derive(Debug)]
pub(crate) struct Team;

#[cfg(not(feature = "std"))]
impl Team {
    #[cfg(feature = "alloc")]
    pub(crate) fn new(_threads: usize) -> Self {
        Self
    }

    #[cfg(feature = "alloc")]
    pub(crate) fn most() -> usize {
        1
    }

    #[allow(clippy::unused_self, reason = "a team with threads knows its size")]
    pub(crate) fn size(&self) -> usize {
        1
    }

    #[cfg(feature = "alloc")]
    #[allow(clippy::unused_self, reason = "a team with threads knows whether it has any")]
    pub(crate) fn has_threads(&self) -> bool {
        false
    }

    #[cfg(feature = "alloc")]
    #[allow(clippy::unused_self, reason = "a team with threads finds out whether they help")]
    pub(crate) fn begin(&mut self, _: Option<Kind>) {}
}

/// Does `work` on every item. A member of the team takes a worker, then items while there are any: workers are for
/// memory that is overwritten each time, and no more threads than workers take part. There must be a worker at least.
pub(crate) fn for_each<I, W>(team: &Team, items: I, workers: &mut [W], work: impl Fn(&mut W, I::Item) + Sync)
where
    I: Iterator + Send,
    W: Send,
{
    if team.size() > 1 && workers.len() > 1 {
        #[cfg(feature = "std")]
        return share(team, items, workers, work);
    }
    let [worker, ..] = workers else { return };
    items.for_each(|item| work(worker, item));
}

#[cfg(feature = "std")]
fn share<I, W>(team: &Team, items: I, workers: &mut [W], work: impl Fn(&mut W, I::Item) + Sync)
where
    I: Iterator + Send,
    W: Send,
{
    use std::sync::{Mutex, PoisonError};

    let (most, items, workers) = (workers.len(), Mutex::new(items), Mutex::new(workers.iter_mut()));
    // A thread that panics has poisoned nothing but its own item, and the team passes the panic on.
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    team.run(most, &|| {
        let Some(worker) = workers.lock().unwrap_or_else(PoisonError::into_inner).next() else { return };
        while let Some(item) = next() {
            work(worker, item);
        }
    });
}

/// Cuts so many units into so many parts of nearly the same size, as ranges.
fn cut(parts: usize, units: usize) -> impl Iterator<Item = core::ops::Range<usize>> + use<> {
    let parts = parts.min(units);
    let (size, larger) = (units / parts.max(1), units % parts.max(1));
    // The larger parts first, so that the small ones fill what is left.
    let start = move |part: usize| part * size + part.min(larger);
    (0..parts).map(move |part| start(part)..start(part + 1))
}

/// Cuts slices of the same length between units of `unit` values and does `work(first unit, values)` on each part, on
/// up to `threads` threads.
pub(crate) fn split<T: Send, const N: usize>(
    team: &Team,
    threads: usize,
    mut values: [&mut [T]; N],
    unit: usize,
    work: impl Fn(usize, [&mut [T]; N]) + Sync,
) {
    /// More than one, so that who comes late or is held up leaves some to the others.
    const PARTS_A_THREAD: usize = 2;
    let units = values.first().map_or(0, |values| values.len().div_ceil(unit.max(1)));
    let threads = threads.min(team.size());
    let parts = cut(threads * PARTS_A_THREAD, units).map(|part| {
        let size = values[0].len().min(part.len() * unit);
        (part.start, values.each_mut().map(|values| values.split_off_mut(..size).unwrap_or_default()))
    });
    each(team, threads, parts, |(first, values)| work(first, values));
}

/// [`for_each`] without workers' memory, on up to `threads` threads.
pub(crate) fn each<I: Iterator + Send>(team: &Team, threads: usize, items: I, work: impl Fn(I::Item) + Sync) {
    /// Workers for more threads than machines have.
    const NOBODY: [(); 1024] = [(); 1024];
    let mut workers = NOBODY;
    for_each(team, items, &mut workers[..threads.clamp(1, NOBODY.len())], |(), item| work(item));
}

/// Cuts `0..count` and does `work` on each part, on up to `threads` threads, for work whose parts all read the same
/// memory: each thread reads it once.
pub(crate) fn ranges(team: &Team, threads: usize, count: usize, work: impl Fn(core::ops::Range<usize>) + Sync) {
    let threads = threads.min(team.size());
    each(team, threads, cut(threads, count), work);
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use super::{Team, for_each, split};

    #[test]
    fn every_item_is_done_once() {
        for threads in [0, 1, 2, 3, 8, 20] {
            let team = Team::of_exactly(threads);
            assert_eq!(team.size(), threads.max(1));
            for _ in 0..20 {
                let mut items = [0_usize; 17];
                let mut done = std::vec![0_usize; team.size()];
                for_each(&team, items.iter_mut().enumerate(), &mut done, |done, (index, item)| {
                    *item += index + 1;
                    *done += 1;
                });
                assert!(items.iter().enumerate().all(|(index, &item)| item == index + 1));
                assert_eq!(done.iter().sum::<usize>(), 17, "{threads} threads");
            }
        }
    }

    #[test]
    fn there_are_several_while_a_team_with_threads_lives() {
        let _team = Team::of_exactly(2);
        assert!(super::several());
    }

    #[test]
    fn only_steps_of_the_kind_that_is_tried_are_alone() {
        let mut team = Team::of_exactly(2);
        let mut alone = |kind| {
            team.begin(Some(kind));
            team.size() == 1
        };
        let tried = (0..100).position(|_| alone((128, false)));
        assert_eq!(tried, Some(33), "the first step of all and 32 more come before");
        assert!(!alone((128, true)) && !alone((5, false)), "other steps");
        assert!(alone((128, false)), "back in the try");
        assert!(!alone((5, false)) && !alone((5, false)), "another kind begins anew");
        assert!((0..100).any(|_| alone((5, false))));
        team.begin(None);
        assert_eq!(team.size(), 2, "what is no step");
    }

    #[test]
    fn every_part_knows_its_place() {
        for threads in [1, 2, 5] {
            let team = Team::of_exactly(threads);
            for units in 0..25 {
                let mut values = std::vec![0; 3 * units];
                split(&team, threads, [&mut values[..]], 3, |first, [values]| {
                    values.iter_mut().zip(3 * first..).for_each(|(value, place)| *value += place);
                });
                assert!(values.into_iter().eq(0..3 * units), "{threads} threads, {units} units");
            }
        }
    }

    /// Work that lasts until so many threads are in it, or 0.1 s; who is in.
    fn gather(inside: &AtomicUsize, threads: usize) -> usize {
        inside.fetch_add(1, Ordering::SeqCst);
        let start = Instant::now();
        while inside.load(Ordering::SeqCst) < threads && start.elapsed() < Duration::from_millis(100) {
            std::thread::yield_now();
        }
        inside.load(Ordering::SeqCst)
    }

    /// How many threads meet in one job. There may be several attempts, since a team whose threads have no cores does
    /// without them for a while.
    fn meet(team: &Team, threads: usize) -> usize {
        let attempt = || {
            let inside = AtomicUsize::new(0);
            team.run(team.size(), &|| _ = gather(&inside, threads));
            inside.into_inner()
        };
        (0..100).map(|_| attempt()).find(|&inside| inside == threads).unwrap_or(0)
    }

    #[test]
    fn all_threads_help_awake_and_asleep() {
        let team = Team::of_exactly(3);
        for pause in [0, 0, 30, 0, 30] {
            std::thread::sleep(Duration::from_millis(pause));
            assert_eq!(meet(&team, 3), 3, "after {pause} ms");
        }
    }

    #[test]
    fn no_more_threads_than_asked_for() {
        let team = Team::of_exactly(4);
        for most in [1, 2, 3] {
            let (inside, busiest) = (AtomicUsize::new(0), AtomicUsize::new(0));
            for _ in 0..20 {
                team.run(most, &|| {
                    busiest.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_micros(300));
                    inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
            assert!(busiest.into_inner() <= most);
        }
    }

    #[test]
    fn who_comes_in_between_works_alone() {
        let team = Team::of_exactly(2);
        team.run(2, &|| assert_eq!(meet(&team, 1), 1));
    }

    #[test]
    fn nothing_is_left_running() {
        let team = Team::of_exactly(4);
        assert_eq!(meet(&team, 4), 4);
        let board = team.board();
        drop(team);
        assert_eq!(std::sync::Weak::strong_count(&board), 0, "a thread still holds on to the board");
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_team_lives_on() {
        let team = Team::of_exactly(4);
        let caller = std::thread::current().id();
        let run = |panics: &(dyn Fn(bool) -> bool + Sync)| {
            let attempt = || {
                let (inside, on_caller) = (AtomicUsize::new(0), || std::thread::current().id() == caller);
                team.run(4, &|| assert!(gather(&inside, 4) < 4 || !panics(on_caller()), "a fault"));
            };
            let attempt = || std::panic::catch_unwind(std::panic::AssertUnwindSafe(attempt)).err();
            let panic = (0..100).find_map(|_| attempt()).expect("it panicked");
            assert_eq!(*panic.downcast::<&str>().expect("a message"), "a fault");
        };
        run(&|on_caller| !on_caller);
        run(&|on_caller| on_caller);
        run(&|_| true);
        assert_eq!(meet(&team, 4), 4);
    }

    /// What a panic brings along may panic itself when it is dropped.
    #[test]
    fn what_a_second_panic_brings_ends_no_thread() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("a payload was dropped");
            }
        }
        let team = Team::of_exactly(3);
        let caller = std::thread::current().id();
        let attempt = || {
            let inside = AtomicUsize::new(0);
            let fails = || gather(&inside, 3) == 3 && std::thread::current().id() != caller;
            team.run(3, &|| {
                if fails() {
                    std::panic::panic_any(Bomb);
                }
            });
        };
        let attempt = || std::panic::catch_unwind(std::panic::AssertUnwindSafe(attempt)).err();
        core::mem::forget((0..100).find_map(|_| attempt()).expect("it panicked"));
        assert_eq!(meet(&team, 3), 3);
    }
}
