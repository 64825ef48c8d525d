//! Fork and join: one list of work, several threads that take from it.

/// Does `work` on every item, with as many threads as there are workers; the caller is the first of them.
///
/// Who does which item is left to chance, so `work` must give the same result on any worker: workers are for
/// memory that is overwritten each time. With one worker, or without `std`, this is a plain loop.
pub(crate) fn for_each<I, W>(items: I, workers: &mut [W], work: impl Fn(&mut W, I::Item) + Sync)
where
    I: ExactSizeIterator + Send,
    W: Send,
{
    let wanted = workers.len().min(items.len());
    match &mut workers[..wanted] {
        [] => {}
        [worker] => items.for_each(|item| work(worker, item)),
        #[cfg(feature = "std")]
        [worker, others @ ..] => fork(items, worker, others, work),
        #[cfg(not(feature = "std"))]
        [worker, ..] => items.for_each(|item| work(worker, item)),
    }
}

#[cfg(feature = "std")]
fn fork<I, W>(items: I, worker: &mut W, others: &mut [W], work: impl Fn(&mut W, I::Item) + Sync)
where
    I: Iterator + Send,
    W: Send,
{
    use std::sync::{Mutex, PoisonError};

    let items = Mutex::new(items);
    // A thread that panics has poisoned nothing but its own item, and `scope` passes the panic on.
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take = |worker: &mut W| {
        while let Some(item) = next() {
            work(worker, item);
        }
    };
    std::thread::scope(|scope| {
        for other in others {
            scope.spawn(|| take(other));
        }
        take(worker);
    });
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::for_each;

    #[test]
    fn every_item_is_done_once() {
        for workers in [1, 2, 3, 8, 20] {
            let mut items = [0_usize; 17];
            let mut done = std::vec![0_usize; workers];
            for_each(items.iter_mut().enumerate(), &mut done, |done, (index, item)| {
                *item += index + 1;
                *done += 1;
            });
            assert!(items.iter().enumerate().all(|(index, &item)| item == index + 1));
            assert_eq!(done.iter().sum::<usize>(), 17, "{workers} workers");
        }
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_reaches_the_caller() {
        let caller = std::thread::current().id();
        let mut workers = [(); 4];
        for_each(0..1000, &mut workers, |(), _| {
            assert!(std::thread::current().id() == caller, "not the caller");
            std::thread::sleep(core::time::Duration::from_micros(100));
        });
    }
}
