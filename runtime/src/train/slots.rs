//! What an optimizer remembers, laid out so that threads can share an update.
//!
//! ```text
//! tensor   | tile 0       | tile 1   | .. | the rest |
//! state    | m₀ .. | v₀ ..| m₁ | v₁  | .. | m  | v   |
//! ```
//!
//! The state of a tile is one slice a slot, as long as the tile, so an elementwise optimizer sees a tile as a tensor of
//! its own. Any other has one tile a tensor. Where tiles end follows from the tensor's length alone: the number of
//! threads changes neither a result nor a checkpoint.

use alloc::vec;
use alloc::vec::Vec;
use core::iter;

use crate::kernels::{flat, flat_mut};
use crate::lanes::{LANES, Lanes};
use crate::optim::{Optimizer, Prepared};
use crate::parallel::{self, Team};
use crate::real::Real;

/// Parameters of the smallest tile: 8.5 pages of `f32`, so that no two slots of a tile begin at the same place of a page,
/// where a load of one would wait for the store to the other.
const TILE: usize = 8704;

/// A tensor's next tile, when so many parameters are left: an odd number of the smallest. Each tile begins with memory
/// that no prefetcher has foreseen, 2 % of a step over a million parameters if all were the smallest; the last ones are, so
/// that the threads come to the end together.
const fn tile(left: usize) -> usize {
    const PARTS: usize = 32;
    let size = TILE * ((left / (PARTS * TILE)) | 1);
    if size < left { size } else { left }
}

/// Names the layout above, for checkpoints: one of another layout holds other values at each place.
#[cfg(feature = "safetensors")]
pub(super) fn layout() -> alloc::string::String {
    alloc::format!("falling tiles of {TILE}")
}

/// Each thread has so many parameters, at least.
const A_THREAD: usize = TILE;

/// Scalars that begin at a cache line. A large vector would begin 16 bytes behind the start of a page and parameters 64
/// behind theirs; then loads of the state wait for stores to parameters that differ from them in the upper bits alone.
#[derive(Clone, Debug)]
pub(super) struct Values<T> {
    rows: Vec<Lanes<T>>,
    len: usize,
}

impl<T: Real> Values<T> {
    pub(super) fn zeros(len: usize) -> Self {
        Self { rows: vec![Lanes::splat(T::zero()); len.div_ceil(LANES)], len }
    }

    pub(super) fn of(values: &[T]) -> Self {
        let mut copy = Self::zeros(values.len());
        copy.get_mut().copy_from_slice(values);
        copy
    }

    pub(super) fn get(&self) -> &[T] {
        &flat(&self.rows)[..self.len]
    }

    pub(super) fn get_mut(&mut self) -> &mut [T] {
        &mut flat_mut(&mut self.rows)[..self.len]
    }
}

/// A tensor, or a part of it, on its way to the optimizer.
pub(super) struct Tile<'a, T> {
    pub(super) parameters: &'a mut [T],
    pub(super) gradients: &'a [T],
    pub(super) state: &'a mut [T],
}

impl<'a, T: Real> Tile<'a, T> {
    /// One step of the optimizer, shared by the team.
    pub(super) fn update<O: Optimizer<T>>(self, team: &Team, optimizer: &O, step: &Prepared, decay: bool) {
        let update = |Tile { parameters, gradients, state }: Tile<'_, T>| {
            optimizer.update_prepared(step, parameters, gradients, state, decay);
        };
        let threads = self.parameters.len() / A_THREAD;
        // One tile: to go through the team, even alone, is a hundredth of a small network's step. Or tiles that lie as the whole would:
        // each takes the time of 300 parameters of SGD.
        let whole = threads == 0 || team.size() == 1 && O::SLOTS < 2;
        if whole {
            return update(self);
        }
        parallel::each(team, threads, self.tiles::<O>(), update);
    }

    /// The tiles of a tensor.
    fn tiles<O: Optimizer<T>>(self) -> impl Iterator<Item = Self> + use<'a, T, O> {
        let Self { mut parameters, mut gradients, mut state } = self;
        iter::from_fn(move || {
            let size = if O::ELEMENTWISE { tile(parameters.len()) } else { parameters.len() };
            let parameters = parameters.split_off_mut(..size).filter(|tile| !tile.is_empty())?;
            let (gradients, state) = (gradients.split_off(..size)?, state.split_off_mut(..O::SLOTS * size)?);
            Some(Self { parameters, gradients, state })
        })
    }
}

/// Does `work(first place, values)` on all of `values`, in parts that the team shares: no value may depend on how it is cut.
pub(super) fn share<T: Send>(team: &Team, values: &mut [T], work: impl Fn(usize, &mut [T]) + Sync) {
    parallel::split(team, (values.len() / A_THREAD).max(1), [values], LANES, |first, [values]| {
        work(first * LANES, values);
    });
}

#[cfg(all(test, feature = "std"))]
#[allow(clippy::float_cmp, reason = "not one bit may change")]
mod tests {
    use super::{TILE, Tile, Values};
    use crate::optim::{Adagrad, Adam, AmsGrad, Lamb, Optimizer, Sgd};
    use crate::parallel::Team;

    /// Parameters and state after three updates with random gradients, each by the next of the teams.
    fn run<O: Optimizer<f32>>(optimizer: &O, len: usize, teams: &[Team]) -> [Vec<f32>; 2] {
        let mut parameters = Values::zeros(len);
        let mut state = Values::zeros(O::SLOTS * len);
        let mut random = crate::random::Random::new(1);
        for (step, team) in (1..4).zip(teams.iter().cycle()) {
            let gradients: Vec<f32> = (0..len).map(|_| random.normal() as f32).collect();
            let tensor = Tile { parameters: parameters.get_mut(), gradients: &gradients, state: state.get_mut() };
            tensor.update(team, optimizer, &optimizer.prepare(step), true);
        }
        [parameters.get().to_vec(), state.get().to_vec()]
    }

    fn check<O: Optimizer<f32>>(optimizer: &O) {
        for len in [0, 1, TILE, 2 * TILE, 3 * TILE + 5, 65 * TILE + 7] {
            let mut whole = vec![0.0; len];
            let mut state = vec![0.0; O::SLOTS * len];
            let mut random = crate::random::Random::new(1);
            for step in 1..4 {
                let gradients: Vec<f32> = (0..len).map(|_| random.normal() as f32).collect();
                optimizer.update(step, &mut whole, &gradients, &mut state, true);
            }
            let alone = run(optimizer, len, &[Team::of_exactly(1)]);
            assert!(alone[0] == whole, "{optimizer:?}: {len} parameters");
            for threads in [2, 3] {
                let together = run(optimizer, len, &[Team::of_exactly(threads)]);
                let by_turns = run(optimizer, len, &[Team::of_exactly(1), Team::of_exactly(threads)]);
                assert!(together == alone && by_turns == alone, "{optimizer:?}: {len} parameters on {threads} threads");
            }
        }
    }

    #[test]
    fn tiles_are_as_the_whole() {
        check(&Sgd::new(0.1));
        check(&Sgd { momentum: 0.9, ..Sgd::new(0.1) });
        check(&Adagrad::new(0.1));
        check(&Adam::new(0.1));
        check(&AmsGrad::new(0.1));
        check(&Lamb::new(0.1));
    }

    #[test]
    fn tiles_fall_and_no_two_slots_begin_at_the_same_place_of_a_page() {
        let mut left = 1_001_000;
        let mut sizes = vec![];
        while left > 0 {
            sizes.push(super::tile(left));
            left -= super::tile(left);
        }
        assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
        assert_eq!((sizes[0], sizes[sizes.len() - 2]), (3 * TILE, TILE));
        let (_, whole) = sizes.split_last().unwrap();
        assert!(whole.iter().all(|size| size * size_of::<f32>() % 4096 == 2048), "{sizes:?}");
    }

    #[test]
    fn values_begin_at_a_cache_line() {
        let values = Values::of(&[1.0_f32, 2.0]);
        assert_eq!((values.get().as_ptr().addr() % 64, values.get()), (0, &[1.0, 2.0][..]));
    }
}
