//! Instruction sets: which the machine has, and how code is compiled for each of them.
//!
//! Every kernel exists for AVX-512, for AVX2 with FMA and as portable code. [`Level::current`] is asked at run
//! time, so one plain `cargo build --release` runs well everywhere. The variable `SHAPEWISE_ISA` (`portable`,
//! `avx2` or `avx512`) lowers the choice for tests and measurements; any other value, or a set that the machine does
//! not have, leaves it as it is.

use core::sync::atomic::{AtomicU8, Ordering};

/// A marker for the instruction set that a piece of generic code is compiled for.
pub trait Isa: Copy + 'static {
    /// The level whose vectors the code may name. Nobody but this module can make one that is not portable: another
    /// marker can only repeat the level of one whose region it is named in.
    #[doc(hidden)]
    const LEVEL: Level = Level::PORTABLE;
    /// `a · b + c`, fused where the instruction set can.
    fn fma32(a: f32, b: f32, c: f32) -> f32;
    /// `a · b + c`, fused where the instruction set can.
    fn fma64(a: f64, b: f64, c: f64) -> f64;
}

/// What the compilation target guarantees: multiplication and addition rounded apart, but on ARM with 64 bits and with `std`,
/// where one instruction does both.
#[derive(Clone, Copy, Debug)]
pub struct Portable;
/// Code inside a region with fused multiply-add: AVX2 or AVX-512.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[derive(Clone, Copy, Debug)]
pub struct Fused;

/// `isa! { marker: |a, b, c| multiply-add }`
macro_rules! isa {
    ($marker:ident: |$a:ident, $b:ident, $c:ident| $value:expr) => {
        impl Isa for $marker {
            #[inline(always)]
            fn fma32($a: f32, $b: f32, $c: f32) -> f32 {
                $value
            }
            #[inline(always)]
            fn fma64($a: f64, $b: f64, $c: f64) -> f64 {
                $value
            }
        }
    };
}
#[cfg(not(all(target_arch = "aarch64", feature = "std")))]
isa! { Portable: |a, b, c| a * b + c }
#[cfg(all(target_arch = "aarch64", feature = "std"))]
isa! { Portable: |a, b, c| a.mul_add(b, c) }
#[cfg(all(target_arch = "x86_64", feature = "std"))]
isa! { Fused: |a, b, c| a.mul_add(b, c) }

/// An instruction set that this machine has: holding a `Level` is the proof that its code may run.
///
/// ```
/// use shapewise::isa::Level;
/// println!("running on {}", Level::current().name());
/// assert!(Level::available().any(|level| level == Level::PORTABLE));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(not(all(target_arch = "x86_64", feature = "std")), allow(dead_code, reason = "x86 only"))]
pub(crate) enum Kind {
    Portable = 1,
    Avx2 = 2,
    Avx512 = 3,
}

/// 0 until the first question, then the chosen `Kind`.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Level {
    /// Runs everywhere.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// The level in use: the best of the machine, unless `SHAPEWISE_ISA` or [`Level::make_current`] said otherwise.
    #[inline]
    pub fn current() -> Self {
        match CURRENT.load(Ordering::Relaxed) {
            1 => Self(Kind::Portable),
            2 => Self(Kind::Avx2),
            3 => Self(Kind::Avx512),
            _ => detect(),
        }
    }

    /// Every level that this machine can run, the slowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        let best = best();
        [Kind::Portable, Kind::Avx2, Kind::Avx512].into_iter().map(Self).filter(move |level| *level <= best)
    }

    /// Uses this level from now on, in the whole process: for tests and measurements.
    pub fn make_current(self) {
        CURRENT.store(self.0 as u8, Ordering::Relaxed);
    }

    /// `portable`, `avx2` or `avx512`
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            Kind::Avx2 => "avx2",
            Kind::Avx512 => "avx512",
        }
    }

    /// The same with vectors of 256 bits at most.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    pub(crate) fn narrow(self) -> Self {
        Self(self.0.min(Kind::Avx2))
    }

    /// Whether vectors have 256 bits.
    #[cfg(feature = "alloc")]
    pub(crate) fn is_avx2(self) -> bool {
        self.0 == Kind::Avx2
    }

    pub(crate) const fn kind(self) -> Kind {
        self.0
    }
}

#[cold]
#[cfg(feature = "std")]
fn detect() -> Level {
    let wanted = std::env::var("SHAPEWISE_ISA").ok();
    let wanted = wanted.and_then(|name| Level::available().find(|level| level.name() == name));
    choose(&CURRENT, wanted.unwrap_or_else(best));
    Level::current()
}

/// There is nothing to choose from, and perhaps no machine that can compare and exchange.
#[cfg(not(feature = "std"))]
fn detect() -> Level {
    best()
}

/// Chooses `level`, unless another thread has chosen in the meantime: what [`Level::make_current`] says, holds.
#[cfg(feature = "std")]
fn choose(current: &AtomicU8, level: Level) {
    _ = current.compare_exchange(0, level.0 as u8, Ordering::Relaxed, Ordering::Relaxed);
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn best() -> Level {
    use std::arch::is_x86_feature_detected as has;
    if !(has!("avx2") && has!("fma")) {
        Level(Kind::Portable)
    } else if has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl") {
        Level(Kind::Avx512)
    } else {
        Level(Kind::Avx2)
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
fn best() -> Level {
    Level(Kind::Portable)
}

/// Work that is compiled once for each instruction set.
///
/// `run` must be `#[inline(always)]`, and so must everything in it that is to use the wider instructions.
pub trait Task {
    /// What the work gives.
    type Output;
    /// Whether vectors of 512 bits gain anything. What waits for memory or for the divider is as fast with those of 256,
    /// and the code for AVX2 then serves AVX-512, too.
    #[doc(hidden)]
    const WIDE: bool = true;
    /// Does the work, compiled for `I`.
    fn run<I: Isa>(self) -> Self::Output;
    /// Does the work in a region for `I`, which names its vectors: only what does so, too, has to be there for each
    /// level.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[doc(hidden)]
    #[inline(always)]
    fn run_on<I: Isa>(self) -> Self::Output
    where
        Self: Sized,
    {
        self.run::<Fused>()
    }
}

/// Whether `T` is single precision: loops over `f64` gain nothing from 512 bits, but for max pools and sums of squares.
pub(crate) const fn is_single<T>() -> bool {
    size_of::<T>() == size_of::<f32>()
}

/// Runs a task on the current level.
///
/// ```
/// use shapewise::{Real, isa::{Isa, Task, dispatch}};
/// struct Sum<'a>(&'a [f32]);
/// impl Task for Sum<'_> {
///     type Output = f32;
///     #[inline(always)]
///     fn run<I: Isa>(self) -> f32 {
///         self.0.iter().fold(0.0, |sum, x| x.fma::<I>(1.0, sum))
///     }
/// }
/// assert_eq!(dispatch(Sum(&[1.0, 2.0, 3.0])), 6.0);
/// ```
#[inline]
pub fn dispatch<K: Task>(task: K) -> K::Output {
    dispatch_on(Level::current(), task)
}

/// Runs a task on the given level.
#[inline]
pub(crate) fn dispatch_on<K: Task>(level: Level, task: K) -> K::Output {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    return x86::dispatch(level, task);
    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    return {
        let Level(Kind::Portable | Kind::Avx2 | Kind::Avx512) = level;
        task.run::<Portable>()
    };
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[allow(unsafe_code, reason = "calling code that needs instructions which `Level` has proved to be there")]
mod x86 {
    use super::{Fused, Isa, Kind, Level, Portable, Task};

    /// [`Fused`] with vectors that can be named. Who holds one of these types runs in a region below.
    macro_rules! named {
        ($name:ident) => {
            #[derive(Clone, Copy)]
            pub(super) struct $name;
            impl Isa for $name {
                const LEVEL: Level = Level(Kind::$name);
                #[inline(always)]
                fn fma32(a: f32, b: f32, c: f32) -> f32 {
                    Fused::fma32(a, b, c)
                }
                #[inline(always)]
                fn fma64(a: f64, b: f64, c: f64) -> f64 {
                    Fused::fma64(a, b, c)
                }
            }
        };
    }
    named!(Avx2);
    named!(Avx512);

    #[inline]
    pub(super) fn dispatch<K: Task>(level: Level, task: K) -> K::Output {
        match level.kind() {
            // SAFETY: a `Level` of this kind only comes from `best`, which found these features.
            Kind::Avx512 if const { K::WIDE } => unsafe { avx512(task) },
            // SAFETY: as above; AVX-512 includes AVX2.
            Kind::Avx512 | Kind::Avx2 => unsafe { avx2(task) },
            Kind::Portable => portable(task),
        }
    }

    /// A function of its own, so that not every caller compiles the work once more.
    #[inline(never)]
    fn portable<K: Task>(task: K) -> K::Output {
        task.run::<Portable>()
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    fn avx512<K: Task>(task: K) -> K::Output {
        task.run_on::<Avx512>()
    }

    #[target_feature(enable = "avx2,fma")]
    fn avx2<K: Task>(task: K) -> K::Output {
        task.run_on::<Avx2>()
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use core::sync::atomic::AtomicU8;

    use super::{Kind, best, choose};

    #[test]
    fn what_another_thread_chose_in_the_meantime_stays() {
        let current = AtomicU8::new(Kind::Portable as u8);
        choose(&current, best());
        assert_eq!(current.into_inner(), Kind::Portable as u8);
    }
}
