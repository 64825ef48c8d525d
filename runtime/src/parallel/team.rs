//! Threads that wait for work: between two jobs they spin for a moment, then sleep.
//!
//! A job is open while its caller works on it. A thread that finds it open steps in and helps; one that is still
//! asleep does not hold up anybody. The caller closes the job, and goes on when all who stepped in are out again. What
//! nobody has begun is never waited for, since the caller itself takes it; and a caller that had to wait for a thread
//! without a core does without help for a while ([`Trust`]).
#![allow(unsafe_code, reason = "a job borrows from its caller")]

use core::cell::UnsafeCell;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::any::Any;
use std::boxed::Box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::vec::Vec;

use super::trust::Trust;

/// What everybody does until nothing is left.
type Job<'a> = &'a (dyn Fn() + Sync);

/// How long a thread looks at the board before it goes to sleep: longer than the serial parts of a step. Waking up takes
/// about 50 us on a virtual machine.
const SPIN: Duration = Duration::from_micros(200);

/// Who looks at the board all the time and sees nothing for so long has lost its core to somebody else.
const LOST: Duration = Duration::from_micros(500);

/// Waiting that is no sign of anything. Parts of a job are alike, so a caller that worked on one waits for no more
/// than another, unless something came between.
const PATIENCE: Duration = Duration::from_micros(200);

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
    /// Whether a thread has lost its core while it looked for work.
    lost: AtomicBool,
    stop: AtomicBool,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: `job` is written only by the one caller that holds `Team::trust`, while the job is closed and nobody is
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
            let begun = Instant::now();
            let mut now = begun;
            while now - begun < SPIN {
                if let Some(state) = self.look(last) {
                    return state;
                }
                spin_loop();
                let before = core::mem::replace(&mut now, Instant::now());
                if now - before > LOST {
                    self.lost.store(true, Ordering::Relaxed);
                }
            }
            self.sleeping.fetch_add(1, Ordering::SeqCst);
            // Whoever posts a job behind this look sees a sleeper and wakes it.
            if self.look(last).is_none() {
                thread::park();
            }
            self.sleeping.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.panic.lock().unwrap_or_else(PoisonError::into_inner).take()
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
    /// Held by whoever has a job on the board.
    trust: Mutex<Trust>,
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
            lost: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            panic: Mutex::new(None),
        });
        let other = |_| {
            let board = Arc::clone(&board);
            thread::Builder::new().name("shapewise".into()).spawn(move || board.serve()).ok()
        };
        let others = (1..threads.min(INSIDE)).map_while(other).collect();
        Self { board, others, trust: Mutex::new(Trust::new()) }
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
        let Some(mut trust) = self.hold() else { return work() };
        let begun = Instant::now();
        if !trust.allows(begun) {
            return work();
        }
        let board = &*self.board;
        // When the caller of an earlier job panicked itself, a thread's panic was left behind.
        drop(board.take_panic());
        // SAFETY: nobody is inside and the last job is closed, since `Closing` waited for that before `trust` was
        // let go; and `Closing` lets nobody use the job behind the end of this function.
        unsafe { *board.job.get() = core::mem::transmute::<Job<'_>, Job<'static>>(work) };
        let closing = Closing(&board.state);
        let number = (board.state.load(Ordering::Relaxed) / NUMBER).wrapping_add(1);
        board.state.store(number.wrapping_mul(NUMBER) | OPEN, Ordering::SeqCst);
        if board.sleeping.load(Ordering::SeqCst) > 0 {
            self.wake();
        }
        work();
        let done = Instant::now();
        drop(closing);
        let out = Instant::now();
        let failed = board.lost.swap(false, Ordering::Relaxed) || out - done > done - begun + PATIENCE;
        trust.learn(failed, begun, out);
        if let Some(panic) = board.take_panic() {
            resume_unwind(panic);
        }
    }

    /// The board for a job of one's own. Whoever comes in between, from the work itself or from another thread, or
    /// has nobody to help, gets none and works alone.
    fn hold(&self) -> Option<MutexGuard<'_, Trust>> {
        if self.others.is_empty() {
            return None;
        }
        match self.trust.try_lock() {
            Ok(trust) => Some(trust),
            // A caller that panicked has closed its job.
            Err(TryLockError::Poisoned(trust)) => Some(trust.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn wake(&self) {
        for other in &self.others {
            other.thread().unpark();
        }
    }
}

/// Looks before a caller that waits offers its core to others, some 200 us.
const LOOKS: usize = 10_000;

/// Closes the job and waits until all are out, also when the caller panics.
struct Closing<'a>(&'a AtomicUsize);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let Self(state) = self;
        state.fetch_and(!OPEN, Ordering::AcqRel);
        let mut looks = 0;
        while state.load(Ordering::Acquire) & INSIDE != 0 {
            // Who is inside may have lost its core to somebody else, perhaps to this thread.
            if looks < LOOKS {
                spin_loop();
            } else {
                thread::yield_now();
            }
            looks += 1;
        }
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
