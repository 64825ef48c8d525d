//! From a gradient to the next parameters: everything between backward and the next step.
//!
//! ```text
//! 1. penalties pull at the gradient
//! 2. the gradient is clipped
//! 3. the optimizer moves each tensor, with its layer's rate and decay
//! 4. constraints bound the weights
//! 5. the moving average follows
//! ```

use alloc::vec;
use alloc::vec::Vec;

use super::average::Average;
use super::clip::Clip;
use super::group::{self, Group};
use super::slots::{Tile, share};
use crate::error::Result;
use crate::kernels::block::Block;
use crate::network::{Network, Role};
use crate::optim::{Optimizer, Prepared};
use crate::parallel::Team;
use crate::place::{Place, trained};
use crate::real::Real;
use crate::regularize::{L1, L2, MaxNorm, Penalty};

/// How an update is made, besides the optimizer.
pub(super) struct Plan<T> {
    /// One a layer.
    groups: Vec<Group>,
    /// All of them are the default, which is in bounds and has no penalties: to look at each in every step is half a percent
    /// of a small network's instructions.
    plain: bool,
    /// The tensors that can be trained: to find them anew in each step is 2 % of a small network's instructions.
    places: Vec<Place>,
    /// How often each of them was moved, which averages that begin as 0 must know: less often than others if its layer was frozen.
    pub(super) updates: Vec<u64>,
    pub(super) clip: Option<Clip>,
    pub(super) average: Option<Average<T>>,
}

impl<T: Real> Plan<T> {
    /// The plan of those who ask for nothing.
    pub(super) fn new<N: Network>() -> Self {
        let groups = vec![Group::default(); N::LAYERS.len()];
        let places: Vec<_> = trained(N::LAYERS).collect();
        let updates = vec![0; places.len()];
        Self { groups, plain: true, places, updates, clip: None, average: None }
    }

    #[cfg(feature = "safetensors")]
    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Trains all layers so.
    pub(super) fn set_all(&mut self, group: Group) {
        self.groups.fill(group);
        self.plain = group == Group::default();
    }

    /// Trains one layer so, or all in a network within the network.
    pub(super) fn set<N: Network>(&mut self, name: &str, group: Group) -> Result<()> {
        group::set::<N>(&mut self.groups, name, group)?;
        self.plain = self.groups.iter().all(|group| *group == Group::default());
        Ok(())
    }

    pub(super) fn check(&self) -> Result<()> {
        if !self.plain {
            self.groups.iter().try_for_each(Group::check)?;
        }
        self.clip.map_or(Ok(()), Clip::check)?;
        self.average.as_ref().map_or(Ok(()), Average::check)
    }

    /// One update, the `step`th from 1.
    pub(super) fn update<N, O>(
        &mut self,
        team: &Team,
        network: &mut N,
        gradients: &mut N::Gradients,
        optimizer: &mut O,
        slots: &mut [T],
        step: u64,
    ) where
        N: Network<Scalar = T>,
        O: Optimizer<T>,
    {
        let (values, gradients) = (network.values_mut(), gradients.values_mut());
        if !self.plain {
            for (group, place) in self.trained().filter(|(group, place)| group.penalises(place.tensor.role)) {
                penalise(team, group, &values[place.range()], &mut gradients[place.range()]);
            }
        }
        self.clip_all(team, gradients);
        let (mut count, mut prepared, rate) = (step, optimizer.prepare(step), optimizer.learning_rate());
        for (place, updates) in self.places.iter().zip(&mut self.updates) {
            let (group, info, place) = (&self.groups[place.index], place.tensor, place.range());
            if group.frozen {
                continue;
            }
            *updates += 1;
            if *updates != count {
                (count, prepared) = (*updates, prepare(optimizer, *updates));
            }
            let slots = &mut slots[O::SLOTS * place.start..O::SLOTS * place.end];
            let weights = &mut values[place.clone()];
            optimizer.set_learning_rate(rate * group.learning_rate);
            let tensor = Tile { parameters: weights, gradients: &gradients[place], state: slots };
            tensor.update(team, optimizer, &prepared, group.decay.applies(info.role));
            if let (Some(bound), Role::Weight) = (group.max_norm, info.role) {
                MaxNorm(bound).apply(info, weights);
            }
        }
        optimizer.set_learning_rate(rate);
        if let Some(average) = &mut self.average {
            average.update(team, values);
        }
    }

    /// The tensors that are not frozen, with their groups.
    fn trained(&self) -> impl Iterator<Item = (&Group, Place)> {
        let groups = self.places.iter().map(|&place| (&self.groups[place.index], place));
        groups.filter(|(group, _)| !group.frozen)
    }

    fn clip_all(&self, team: &Team, gradients: &mut [T]) {
        match self.clip {
            None => {}
            Some(Clip::Value(bound)) => self.trained().for_each(|(_, place)| {
                share(team, &mut gradients[place.range()], |_, part| T::clamp(T::from_f64(bound), part));
            }),
            Some(Clip::Norm(bound)) => {
                let norms = self.trained().map(|(_, place)| T::sum_of_squares(&gradients[place.range()]));
                if let Some(factor) = Clip::factor(bound, norms.sum()) {
                    self.trained().for_each(|(_, place)| {
                        share(team, &mut gradients[place.range()], |_, part| T::scale(T::from_f64(factor), part));
                    });
                }
            }
        }
    }
}

/// For a tensor that was frozen for a while.
#[cold]
fn prepare<T: Real, O: Optimizer<T>>(optimizer: &O, step: u64) -> Prepared {
    optimizer.prepare(step)
}

fn penalise<T: Real>(team: &Team, group: &Group, weights: &[T], gradients: &mut [T]) {
    share(team, gradients, |first, gradients| {
        let weights = &weights[first..first + gradients.len()];
        if group.l1 > 0.0 {
            L1(group.l1).add_gradient(weights, gradients);
        }
        if group.l2 > 0.0 {
            L2(group.l2).add_gradient(weights, gradients);
        }
    });
}
