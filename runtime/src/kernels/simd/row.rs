//! The 16 lanes of a row, in as many vectors as that takes.

use super::array::Array;
use super::{Body, Vector, Vectors, run_on};
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// A row in `VECS` vectors. All functions have the contract of [`Vector`], and `VECS` vectors are a row.
#[derive(Clone, Copy)]
pub(in super::super) struct Row<V, const VECS: usize>([V; VECS]);

impl<V: Vector, const VECS: usize> Row<V, VECS> {
    #[inline(always)]
    pub(in super::super) unsafe fn splat(x: V::Scalar) -> Self {
        unsafe { Self([V::splat(x); VECS]) }
    }
    #[inline(always)]
    pub(in super::super) unsafe fn load(row: &Lanes<V::Scalar>) -> Self {
        let p = row.0.as_ptr();
        unsafe {
            let mut all = [V::load(p); VECS];
            for v in 1..VECS {
                all[v] = V::load(p.add(v * V::WIDTH));
            }
            Self(all)
        }
    }
    #[inline(always)]
    pub(in super::super) unsafe fn store(self, row: &mut Lanes<V::Scalar>) {
        for v in 0..VECS {
            unsafe { self.0[v].store(row.0.as_mut_ptr().add(v * V::WIDTH)) }
        }
    }
    /// `self · b + c`
    #[inline(always)]
    pub(in super::super) unsafe fn fma(mut self, b: Self, c: Self) -> Self {
        for v in 0..VECS {
            self.0[v] = unsafe { self.0[v].fma(b.0[v], c.0[v]) };
        }
        self
    }
    #[inline(always)]
    pub(in super::super) unsafe fn add(mut self, b: Self) -> Self {
        for v in 0..VECS {
            self.0[v] = unsafe { self.0[v].add(b.0[v]) };
        }
        self
    }
    #[inline(always)]
    pub(in super::super) unsafe fn lanes(self) -> Lanes<V::Scalar> {
        let mut lanes = Lanes::splat(V::Scalar::zero());
        unsafe { self.store(&mut lanes) };
        lanes
    }
    /// The first lanes of `self`, the others of `rest`.
    #[inline(always)]
    pub(in super::super) unsafe fn first(self, lanes: usize, rest: Self) -> Self {
        unsafe {
            let (mut all, own) = (rest.lanes(), self.lanes());
            all.0[..lanes].copy_from_slice(&own.0[..lanes]);
            Self::load(&all)
        }
    }
    /// The sum of all lanes of each.
    #[inline(always)]
    pub(in super::super) unsafe fn totals(rows: [Self; 2]) -> [V::Scalar; 2] {
        unsafe {
            let zero = V::splat(V::Scalar::zero());
            let mut vectors = [rows[0].0[0], rows[1].0[0], zero, zero];
            for (vector, row) in vectors.iter_mut().zip(&rows) {
                for v in 1..VECS {
                    *vector = vector.add(row.0[v]);
                }
            }
            let [a, b, ..] = V::totals(vectors);
            [a, b]
        }
    }
}

/// Work whose every step is one of whole rows.
pub(in super::super) trait Rows: Sized {
    type Scalar: Real;

    /// # Safety
    /// The machine has `V`, of which `VECS` are a row.
    unsafe fn run<V: Vector<Scalar = Self::Scalar>, const VECS: usize>(self);

    /// On a level's registers.
    fn on(self, level: Level)
    where
        Self::Scalar: Vectors,
    {
        // SAFETY: the body has no contract of its own.
        unsafe { run_on(level, OfRows(self)) }
    }

    /// For scalars that have no registers.
    fn plain(self) {
        // SAFETY: an array needs no instructions, and this one is a row.
        unsafe { self.run::<Array<Self::Scalar, LANES>, 1>() }
    }
}

struct OfRows<R>(R);

impl<R: Rows<Scalar: Vectors>> Body for OfRows<R> {
    type Scalar = R::Scalar;

    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = R::Scalar>>(self) {
        const { assert!(LANES.is_multiple_of(V::WIDTH) && LANES / V::WIDTH <= 8 && (LANES / V::WIDTH).is_power_of_two()) }
        // SAFETY: passed on; no other number of vectors is possible.
        unsafe {
            match const { LANES / V::WIDTH } {
                1 => self.0.run::<V, 1>(),
                2 => self.0.run::<V, 2>(),
                4 => self.0.run::<V, 4>(),
                _ => self.0.run::<V, 8>(),
            }
        }
    }
}
