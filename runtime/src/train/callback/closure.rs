//! A closure as a callback.

use std::marker::PhantomData;

use super::{Callback, Context};
use crate::error::Result;
use crate::network::Network;

/// Calls a closure after each epoch or batch.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::callback::{Closure, Context};
/// fn train<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
///     let enough = Closure::epoch_end(|context: &mut Context<'_, N>| {
///         if context.position().loss < 0.01 {
///             context.stop();
///         }
///         Ok(())
///     });
///     network.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(100).callback(enough).fit(data)?;
///     Ok(())
/// }
/// ```
///
/// The search for a learning rate: it grows from step to step until the loss explodes, on a network that is then thrown away.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::schedule::{Lambda, Per};
/// use shapewise::train::callback::{Closure, Context};
/// fn rates<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<Vec<(f64, f64)>> {
///     let mut seen = Vec::new(); // for `plot::Curves`, with `log_x`
///     let look = Closure::batch_end(|context: &mut Context<'_, N>| {
///         let loss = context.position().batch_loss;
///         seen.push((context.learning_rate(), loss));
///         if loss > 4.0 * seen[0].1 {
///             context.stop();
///         }
///         Ok(())
///     });
///     let growth = Lambda(|step: u64| 10_f64.powf(step as f64 / 30.0)); // tenfold in 30 steps
///     network.trainer(CrossEntropy::new(), Sgd::new(1e-5)).schedule(Per::Step, growth).callback(look).fit(data)?;
///     Ok(seen)
/// }
/// ```
pub struct Closure<N, F> {
    call: F,
    hook: Hook,
    network: PhantomData<fn(&N)>,
}

enum Hook {
    Batch,
    Epoch,
}

impl<N: Network, F: FnMut(&mut Context<'_, N>) -> Result<()>> Closure<N, F> {
    /// Calls `closure` at the end of each epoch.
    pub fn epoch_end(closure: F) -> Self {
        Self { call: closure, hook: Hook::Epoch, network: PhantomData }
    }

    /// Calls `closure` at the end of each batch.
    pub fn batch_end(closure: F) -> Self {
        Self { call: closure, hook: Hook::Batch, network: PhantomData }
    }
}

impl<N: Network, F: FnMut(&mut Context<'_, N>) -> Result<()>> Callback<N> for Closure<N, F> {
    fn name(&self) -> &'static str {
        "closure"
    }

    fn batch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        if matches!(self.hook, Hook::Batch) { (self.call)(context) } else { Ok(()) }
    }

    fn epoch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        if matches!(self.hook, Hook::Epoch) { (self.call)(context) } else { Ok(()) }
    }
}
