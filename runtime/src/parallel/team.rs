//! Threads that wait for work: between two jobs they spin for a moment, then sleep.
//!
//! A job is open while its caller works on it. A thread that finds it open steps in and helps; one that is still
//! asleep does not hold up anybody. The caller closes the job, and goes on when all who stepped in are out again.
#![allow(unsafe_code, reason = "a job borrows from its caller")]

use core::cell::UnsafeCell;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::any::Any;
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::vec::Vec;

/// What everybody does until nothing is left.
type Job<'a> = &'a (dyn Fn() + Sync);

/// Looks at the board before a thread goes to sleep, some 50 us: longer than the serial parts of a step.
const LOOKS: usize = 2000;

/// Bits of the board's state: who is inside, whether one may step in, the number of the job.
const INSIDE: usize = (1 << 15) - 1;
const OPEN: usize = 1 << 15;
const NUMBER: usize = 1 << 16;

/// Where the job hangs.
struct Board {
    state: AtomicUsize,
    job: UnsafeCell<Job<'static>>,
    /// Threads that sleep, or are about to.
    sleeping: AtomicUsize,
    stop: AtomicBool,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: `job` is written only by the one caller that holds `Team::busy`, while the job is closed and nobody is
// inside, and read only by those inside. What it refers to is `Sync`. Everything else is `Sync` by itself.
unsafe impl Sync for Board {}

impl Board {
    /// A thread's life: helps with each job it sees, until it is told to stop.
    fn serve(&self) {
        let mut last = 0;
        loop {
            let state = self.wait(last);
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            if self.state.compare_exchange(state, state + 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
                continue;
            }
            last = state / NUMBER;
            // SAFETY: inside, so the caller keeps the job alive and unchanged until `state` is counted down.
            let job = unsafe { *self.job.get() };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(job)) {
                *self.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
            }
            self.state.fetch_sub(1, Ordering::Release);
        }
    }

    /// The state once there is an open job other than the `last`, or it is time to stop.
    fn wait(&self, last: usize) -> usize {
        loop {
            for _ in 0..LOOKS {
                if let Some(state) = self.look(last) {
                    return state;
                }
                spin_loop();
            }
            self.sleeping.fetch_add(1, Ordering::SeqCst);
            // Whoever posts a job behind this look sees a sleeper and wakes it.
            if self.look(last).is_none() {
                thread::park();
            }
            self.sleeping.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// What [`Board::wait`] gives, if it is there.
    fn look(&self, last: usize) -> Option<usize> {
        let state = self.state.load(Ordering::SeqCst);
        let news = state & OPEN != 0 && state / NUMBER != last;
        (news || self.stop.load(Ordering::SeqCst)).then_some(state)
    }
}

/// Threads, the caller being the first of them.
pub(crate) struct Team {
    board: Arc<Board>,
    others: Vec<JoinHandle<()>>,
    busy: AtomicBool,
}

impl core::fmt::Debug for Team {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Team").field("size", &self.size()).finish_non_exhaustive()
    }
}

impl Team {
    /// Up to `threads` threads, no more than the machine runs at the same time: others would be in the way.
    pub(crate) fn new(threads: usize) -> Self {
        let most = thread::available_parallelism().map_or(1, usize::from);
        Self::of_exactly(threads.min(most))
    }

    /// As many threads as the system gives, up to `threads`.
    pub(crate) fn of_exactly(threads: usize) -> Self {
        let board = Arc::new(Board {
            state: AtomicUsize::new(0),
            job: UnsafeCell::new(&|| {}),
            sleeping: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            panic: Mutex::new(None),
        });
        let other = |_| {
            let board = Arc::clone(&board);
            thread::Builder::new().name("shapewise".into()).spawn(move || board.serve()).ok()
        };
        let others = (1..threads.min(INSIDE)).map_while(other).collect();
        Self { board, others, busy: AtomicBool::new(false) }
    }

    #[cfg(test)]
    pub(super) fn board(&self) -> std::sync::Weak<impl Sized + use<>> {
        Arc::downgrade(&self.board)
    }

    /// Threads, with the caller.
    pub(crate) fn size(&self) -> usize {
        self.others.len() + 1
    }

    /// The caller does `work`, and so does every thread that is awake in time: `work` takes its items from a common
    /// store, and is done when that is empty.
    ///
    /// # Panics
    ///
    /// When `work` does, on any thread.
    pub(crate) fn run(&self, work: Job<'_>) {
        // Whoever comes in between, from the work itself or from another thread, works alone.
        if self.others.is_empty() || self.busy.swap(true, Ordering::Acquire) {
            return work();
        }
        let board = &*self.board;
        // SAFETY: nobody is inside and the last job is closed, since `Closing` waited for that before `busy` became
        // false; and `Closing` lets nobody use the job behind the end of this function.
        unsafe { *board.job.get() = core::mem::transmute::<Job<'_>, Job<'static>>(work) };
        let closing = Closing(self);
        let number = (board.state.load(Ordering::Relaxed) / NUMBER).wrapping_add(1);
        board.state.store(number.wrapping_mul(NUMBER) | OPEN, Ordering::SeqCst);
        if board.sleeping.load(Ordering::SeqCst) > 0 {
            self.wake();
        }
        work();
        drop(closing);
        let panic = board.panic.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    fn wake(&self) {
        for other in &self.others {
            other.thread().unpark();
        }
    }
}

/// Closes the job and waits until all are out, also when the caller panics.
struct Closing<'a>(&'a Team);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let state = &self.0.board.state;
        state.fetch_and(!OPEN, Ordering::AcqRel);
        let mut looks = 0;
        while state.load(Ordering::Acquire) & INSIDE != 0 {
            // Who is inside may have lost its core to somebody else.
            if looks < LOOKS {
                spin_loop();
            } else {
                thread::yield_now();
            }
            looks += 1;
        }
        self.0.busy.store(false, Ordering::Release);
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.board.stop.store(true, Ordering::SeqCst);
        self.wake();
        for other in self.others.drain(..) {
            // A panic was passed on by `run`.
            let _ended = other.join();
        }
    }
}
