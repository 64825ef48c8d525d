//! Vector registers as a type, so that a tile is written once for all of them.
#![allow(unsafe_code, reason = "intrinsics")]
#![allow(clippy::missing_safety_doc, reason = "one contract for all: see `Vector`")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "each block passes on the contract of `Vector`")]

mod array;
mod hint;
mod row;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod x86;

pub(super) use array::Plain;
pub(super) use hint::*;
pub(super) use row::{Row, Rows};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) use x86::{Avx2, Avx512, MASK32};

#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::isa::Kind;
use crate::isa::Level;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// A register of scalars.
///
/// # Safety
///
/// Every function needs the instruction set of its type (AVX-512 F and DQ for 512 bits, AVX2 and FMA for 256, none for arrays), and the
/// memory that it reads or writes: `WIDTH` scalars at `p`, the first `n` of them where `n` is given, n ≤ WIDTH.
/// All are inlined into functions that enable the instruction set.
pub(super) trait Vector: Copy {
    type Scalar: Real;
    const WIDTH: usize;
    /// Whether a multiply-add can take a scalar from memory for all lanes.
    const BROADCASTS: bool;
    unsafe fn splat(x: Self::Scalar) -> Self;
    unsafe fn load(p: *const Self::Scalar) -> Self;
    unsafe fn store(self, p: *mut Self::Scalar);
    unsafe fn load_first(p: *const Self::Scalar, n: usize) -> Self;
    unsafe fn store_first(self, p: *mut Self::Scalar, n: usize);
    /// Vector `v` of `vecs` behind each other at `p`, of which the last has `last` scalars.
    #[inline(always)]
    unsafe fn load_part(p: *const Self::Scalar, v: usize, vecs: usize, last: usize) -> Self {
        unsafe {
            let p = p.add(v * Self::WIDTH);
            if v + 1 < vecs || last == Self::WIDTH { Self::load(p) } else { Self::load_first(p, last) }
        }
    }
    /// As [`Vector::load_part`].
    #[inline(always)]
    unsafe fn store_part(self, p: *mut Self::Scalar, v: usize, vecs: usize, last: usize) {
        unsafe {
            let p = p.add(v * Self::WIDTH);
            if v + 1 < vecs || last == Self::WIDTH { self.store(p) } else { self.store_first(p, last) }
        }
    }
    /// Writes the first lanes, as many as `y` has. Who reads a part of what a masked store has written waits for the
    /// store, so it is none.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    unsafe fn copy_to(self, y: &mut [Self::Scalar]) {
        let mut lanes = Lanes::splat(Self::Scalar::zero());
        unsafe { self.store(lanes.0.as_mut_ptr()) };
        y.copy_from_slice(&lanes.0[..y.len()]);
    }
    /// `self · b + c`
    unsafe fn fma(self, b: Self, c: Self) -> Self;
    unsafe fn add(self, b: Self) -> Self;
    /// The larger of `self` and 0, NaN where `self` is NaN.
    unsafe fn relu(self) -> Self;
    /// Lane `l` of the result is lane `lanes[l]` of `self`; all are less than `WIDTH`.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    unsafe fn permute(self, lanes: &[u32; LANES]) -> Self;
    /// The sum of all scalars of each vector. Four together take half as many shuffles as one after the other.
    unsafe fn totals(vectors: [Self; 4]) -> [Self::Scalar; 4];
    /// The same of up to four vectors; what there is no vector for is 0.
    #[inline(always)]
    unsafe fn totals_of(vectors: &[Self]) -> [Self::Scalar; 4] {
        unsafe {
            let mut four = [Self::splat(Self::Scalar::zero()); 4];
            four[..vectors.len()].copy_from_slice(vectors);
            Self::totals(four)
        }
    }
}

/// The registers of a scalar.
pub(super) trait Vectors: Real {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    type Avx512: Vector<Scalar = Self>;
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    type Avx2: Vector<Scalar = Self>;
    /// What stands for them where they have no names.
    type Array: Vector<Scalar = Self>;
}

impl Vectors for f32 {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    type Avx512 = core::arch::x86_64::__m512;
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    type Avx2 = core::arch::x86_64::__m256;
    type Array = array::Array<f32, { array::BYTES / 4 }>;
}

#[cfg(feature = "f64")]
impl Vectors for f64 {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    type Avx512 = core::arch::x86_64::__m512d;
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    type Avx2 = core::arch::x86_64::__m256d;
    type Array = array::Array<f64, { array::BYTES / 8 }>;
}

/// A register tile or another piece of work over registers, to be compiled for an instruction set.
pub(super) trait Body {
    type Scalar: Vectors;

    /// # Safety
    /// The body's own contract, and the machine has `V`.
    unsafe fn run<V: Vector<Scalar = Self::Scalar>>(self);
}

/// The registers of an instruction set.
pub(super) trait Registers {
    type Vector<T: Vectors>: Vector<Scalar = T>;

    /// Runs a body, which is compiled on its own: many in one function take minutes, and in a large function the
    /// compiler copies registers to and fro in the innermost loop.
    ///
    /// # Safety
    /// As [`Body::run`].
    unsafe fn run<B: Body>(body: B);
}

/// Runs a body on a level's registers.
///
/// # Safety
/// The body's own contract.
pub(super) unsafe fn run_on(level: Level, body: impl Body) {
    unsafe {
        match level.kind() {
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Kind::Avx512 => Avx512::run(body),
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Kind::Avx2 => Avx2::run(body),
            _ => Plain::run(body),
        }
    }
}
