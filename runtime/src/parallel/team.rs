//! Threads that wait for work: between two jobs they spin for a moment, then sleep.
//!
//! A job is open while its caller works on it. A thread that finds it open steps in and helps; one that is still
//! asleep does not hold up anybody. The caller closes the job, and goes on when all who stepped in are out again. What
//! nobody has begun is never waited for, since the caller itself takes it; and a thread that has lost its core, so that
//! a caller had to wait for it or would have had to, stays away for a while ([`Pause`]).
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

use super::Kind;
use super::pause::Pause;
use super::trial::Trial;

/// What everybody does until nothing is left.
type Job<'a> = &'a (dyn Fn() + Sync);

/// Threads of all teams in the process, besides callers.
pub(super) static THREADS: AtomicUsize = AtomicUsize::new(0);

/// How long a thread looks at the board before it goes to sleep: longer than the serial parts of a step. Waking up
/// takes about 50 us on a virtual machine.
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
    /// How many may step in.
    places: AtomicUsize,
    /// Threads that sleep, or are about to.
    sleeping: AtomicUsize,
    /// The job whose caller has waited for too long.
    late: AtomicUsize,
    stop: AtomicBool,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: `job` is written only by the one caller that holds `Team::caller`, while the job is closed and nobody is
// inside, and read only by those inside. What it refers to is `Sync`. Everything else is `Sync` by itself.
unsafe impl Sync for Board {}

impl Board {
    /// A thread's life: helps with each job it sees, until it is told to stop.
    fn serve(&self) {
        let (mut last, mut pause) = (0, Pause::new());
        while let Some(state) = self.wait(last, &mut pause) {
            if state & INSIDE >= self.places.load(Ordering::Relaxed) {
                last = state / NUMBER;
                continue;
            }
            if self.state.compare_exchange(state, state + 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
                continue;
            }
            last = state / NUMBER;
            let begun = Instant::now();
            // SAFETY: inside, so the caller keeps the job alive and unchanged until `state` is counted down.
            let job = unsafe { *self.job.get() };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(job)) {
                // An earlier one is not dropped: that may panic, and then nobody would count down.
                core::mem::forget(self.panic.lock().unwrap_or_else(PoisonError::into_inner).replace(panic));
            }
            let late = self.late.load(Ordering::Relaxed) == last;
            self.state.fetch_sub(1, Ordering::Release);
            if late {
                self.stay_away(pause.lengthen());
            } else {
                pause.shorten(begun.elapsed());
            }
        }
    }

    /// The state once there is an open job other than the `last`, or nothing when it is time to stop.
    fn wait(&self, last: usize, pause: &mut Pause) -> Option<usize> {
        while !self.stop.load(Ordering::SeqCst) {
            let begun = Instant::now();
            let mut now = begun;
            while now - begun < SPIN {
                if let Some(state) = self.look(last) {
                    return Some(state).filter(|_| !self.stop.load(Ordering::SeqCst));
                }
                spin_loop();
                let before = core::mem::replace(&mut now, Instant::now());
                if now - before > LOST {
                    self.stay_away(pause.lengthen());
                    now = begun + SPIN;
                }
            }
            self.sleeping.fetch_add(1, Ordering::SeqCst);
            // Whoever posts a job behind this look sees a sleeper and wakes it.
            if self.look(last).is_none() {
                thread::park();
            }
            self.sleeping.fetch_sub(1, Ordering::SeqCst);
        }
        None
    }

    /// Leaves the core to others.
    fn stay_away(&self, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            thread::park_timeout(left);
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
    caller: Mutex<()>,
    /// Whether the caller does better alone in steps of some kind.
    trial: Option<(Kind, Trial)>,
    /// The kind of the step that is under way, and when it began.
    step: Option<(Kind, Instant)>,
}

impl core::fmt::Debug for Team {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Team").field("size", &self.size()).finish_non_exhaustive()
    }
}

impl Team {
    /// Up to `threads` threads, no more than [`Team::most`].
    pub(crate) fn new(threads: usize) -> Self {
        Self::of_exactly(threads.min(Self::most()))
    }

    /// Threads that the machine runs at the same time: more would be in the way.
    pub(crate) fn most() -> usize {
        thread::available_parallelism().map_or(1, usize::from)
    }

    /// As many threads as the system gives, up to `threads`.
    pub(crate) fn of_exactly(threads: usize) -> Self {
        let board = Arc::new(Board {
            state: AtomicUsize::new(0),
            job: UnsafeCell::new(&|| {}),
            places: AtomicUsize::new(0),
            sleeping: AtomicUsize::new(0),
            late: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            panic: Mutex::new(None),
        });
        let other = |_| {
            let board = Arc::clone(&board);
            thread::Builder::new().name("shapewise".into()).spawn(move || board.serve()).ok()
        };
        let others: Vec<_> = (1..threads.min(INSIDE)).map_while(other).collect();
        THREADS.fetch_add(others.len(), Ordering::Relaxed);
        Self { board, others, caller: Mutex::new(()), trial: None, step: None }
    }

    #[cfg(test)]
    pub(super) fn board(&self) -> std::sync::Weak<impl Sized + use<>> {
        Arc::downgrade(&self.board)
    }

    /// Threads that take part at present, with the caller.
    pub(crate) fn size(&self) -> usize {
        match (&self.trial, self.step) {
            (Some((kind, trial)), Some((step, _))) if *kind == step && trial.alone() => 1,
            _ => self.others.len() + 1,
        }
    }

    /// Whether there is anybody but the caller.
    pub(crate) fn has_threads(&self) -> bool {
        !self.others.is_empty()
    }

    /// Begins a step of some kind, or something else. From how long steps of one kind take, the team learns whether its
    /// threads are any help in them, and does without while they are not; that is another kind once two of it follow
    /// each other.
    pub(crate) fn begin(&mut self, kind: Option<Kind>) {
        if !self.has_threads() {
            return;
        }
        let next = kind.map(|kind| (kind, Instant::now()));
        if let (Some((last, begun)), Some((kind, now))) = (self.step, next) {
            match &mut self.trial {
                Some((tried, trial)) if *tried == last => trial.learn(now - begun),
                _ if last == kind => self.trial = Some((kind, Trial::new())),
                _ => {}
            }
        }
        self.step = next;
    }

    /// The caller does `work`, and so does every thread that is awake in time, up to `most` with the caller: `work`
    /// takes its items from a common store, and is done when that is empty.
    ///
    /// # Panics
    ///
    /// When `work` does, on any thread.
    pub(crate) fn run(&self, most: usize, work: Job<'_>) {
        let Some(_caller) = self.hold() else { return work() };
        let begun = Instant::now();
        let board = &*self.board;
        // When the caller of an earlier job panicked itself, a thread's panic was left behind.
        drop(board.take_panic());
        // SAFETY: nobody is inside and the last job is closed, since `Closing` waited for that before `caller` was
        // let go; and `Closing` lets nobody use the job behind the end of this function.
        unsafe { *board.job.get() = core::mem::transmute::<Job<'_>, Job<'static>>(work) };
        board.places.store(most.saturating_sub(1), Ordering::Relaxed);
        // Shifted as the state is, so that numbers that have become too large are the same everywhere.
        let number = (board.state.load(Ordering::Relaxed) / NUMBER).wrapping_add(1).wrapping_mul(NUMBER) / NUMBER;
        let mut closing = Closing { board, number, patience: PATIENCE };
        board.state.store((number * NUMBER) | OPEN, Ordering::SeqCst);
        if board.sleeping.load(Ordering::SeqCst) > 0 {
            self.wake();
        }
        work();
        closing.patience += begun.elapsed();
        drop(closing);
        if let Some(panic) = board.take_panic() {
            resume_unwind(panic);
        }
    }

    /// The board for a job of one's own. Whoever comes in between, from the work itself or from another thread, or
    /// has nobody to help, gets none and works alone.
    fn hold(&self) -> Option<MutexGuard<'_, ()>> {
        if self.size() == 1 {
            return None;
        }
        match self.caller.try_lock() {
            Ok(caller) => Some(caller),
            // A caller that panicked has closed its job.
            Err(TryLockError::Poisoned(caller)) => Some(caller.into_inner()),
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
struct Closing<'a> {
    board: &'a Board,
    number: usize,
    /// Who comes out later has lost its core.
    patience: Duration,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let Self { board: Board { state, late, .. }, number, patience } = self;
        state.fetch_and(!OPEN, Ordering::AcqRel);
        let begun = Instant::now();
        let mut looks = 0;
        while state.load(Ordering::Acquire) & INSIDE != 0 {
            // Who is inside may have lost its core to somebody else, perhaps to this thread.
            if looks < LOOKS {
                spin_loop();
            } else {
                thread::yield_now();
            }
            if begun.elapsed() > *patience {
                late.store(*number, Ordering::Relaxed);
            }
            looks += 1;
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.board.stop.store(true, Ordering::SeqCst);
        THREADS.fetch_sub(self.others.len(), Ordering::Relaxed);
        self.wake();
        for other in self.others.drain(..) {
            // A panic was passed on by `run`.
            let _ended = other.join();
        }
    }
}
