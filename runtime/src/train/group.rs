//! Parameter groups: layers that train otherwise than the rest.

use crate::bounds::checked;
use crate::error::{Error, Result};
use crate::names::nearest;
use crate::network::{Network, Role};
use crate::regularize::{L1, L2, MaxNorm, Penalty};

/// How a layer's parameters are trained.
///
/// The default trains them with the optimizer's own rate; decay and penalties spare biases and norms.
///
/// ```
/// use shapewise::prelude::*;
/// fn fine_tune<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
///     network
///         .trainer(CrossEntropy::new(), AdamW::new(0.01))
///         .every_layer(Group { learning_rate: 0.1, ..Group::default() })
///         .layer("conv1", Group::FROZEN)
///         .layer("out", Group { max_norm: Some(3.0), ..Group::default() })
///         .fit(data)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// A factor of the optimizer's learning rate.
    pub learning_rate: f64,
    /// Which parameters the optimizer's weight decay and the penalties apply to.
    pub decay: Decay,
    /// λ of [`L1`]; 0 is none.
    pub l1: f64,
    /// λ of [`L2`]; 0 is none.
    pub l2: f64,
    /// The bound of [`MaxNorm`], for weights alone.
    pub max_norm: Option<f64>,
    /// Keeps the parameters as they are. Running statistics go on learning, as in PyTorch.
    pub frozen: bool,
}

/// Which parameters of a layer decay.
///
/// ```
/// use shapewise::{Role, train::Decay};
/// assert!(Decay::Weights.applies(Role::Weight) && !Decay::Weights.applies(Role::Bias));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decay {
    /// None.
    Nothing,
    /// What multiplies inputs; biases and norms are exempt.
    Weights,
    /// All but norms.
    WeightsAndBiases,
    /// All.
    Everything,
}

impl Decay {
    /// Whether it applies to parameters of this kind.
    pub const fn applies(self, role: Role) -> bool {
        match self {
            Self::Nothing => false,
            Self::Weights => matches!(role, Role::Weight),
            Self::WeightsAndBiases => matches!(role, Role::Weight | Role::Bias),
            Self::Everything => !matches!(role, Role::Buffer),
        }
    }
}

impl Default for Group {
    fn default() -> Self {
        Self { learning_rate: 1.0, decay: Decay::Weights, l1: 0.0, l2: 0.0, max_norm: None, frozen: false }
    }
}

impl Group {
    /// Parameters that stay as they are.
    pub const FROZEN: Self =
        Self { learning_rate: 1.0, decay: Decay::Weights, l1: 0.0, l2: 0.0, max_norm: None, frozen: true };

    /// Finds numbers out of their range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] with the name, the value and the bound.
    ///
    /// ```
    /// use shapewise::train::Group;
    /// let group = Group { l1: -1.0, ..Group::default() };
    /// assert_eq!(group.check().unwrap_err().to_string(), "l1 is -1, but must be >= 0 and finite");
    /// ```
    pub fn check(&self) -> Result<()> {
        let factor = self.learning_rate;
        checked("a layer's learning_rate", factor, "> 0 and finite; Group::FROZEN trains nothing", factor > 0.0)?;
        L1(self.l1).check()?;
        L2(self.l2).check()?;
        self.max_norm.map_or(Ok(()), |bound| MaxNorm(bound).check())
    }

    /// Whether a penalty pulls at parameters of this kind.
    pub(super) fn penalises(&self, role: Role) -> bool {
        (self.l1 > 0.0 || self.l2 > 0.0) && self.decay.applies(role)
    }
}

/// Sets the groups, one a layer, of the layer with this name, or of all layers in the network within with this name.
///
/// # Errors
///
/// [`Error::UnknownLayer`] with the names that are most like it.
pub(super) fn set<N: Network>(groups: &mut [Group], name: &str, group: Group) -> Result<()> {
    let is_in = |layer: &str| layer.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let mut known = false;
    for (_, place) in N::LAYERS.iter().zip(groups).filter(|(layer, _)| is_in(layer.name)) {
        (*place, known) = (group, true);
    }
    if known {
        return Ok(());
    }
    let nearest = nearest(name, N::LAYERS.iter().map(|layer| layer.name).collect());
    Err(Error::UnknownLayer { name: name.into(), network: N::NAME, nearest })
}

#[cfg(test)]
mod tests {
    use super::Group;

    #[test]
    fn bounds_are_named() {
        let default = Group::default();
        let message = |group: Group| group.check().expect_err("out of bounds").to_string();
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let bound = "> 0 and finite; Group::FROZEN trains nothing";
            let expected = format!("a layer's learning_rate is {value}, but must be {bound}");
            assert_eq!(message(Group { learning_rate: value, ..default }), expected);
        }
        for value in [-1.0, f64::NAN] {
            let expected = |name| format!("{name} is {value}, but must be >= 0 and finite");
            assert_eq!(message(Group { l1: value, ..default }), expected("l1"));
            assert_eq!(message(Group { l2: value, ..default }), expected("l2"));
            let expected = format!("max_norm is {value}, but must be > 0 and finite");
            assert_eq!(message(Group { max_norm: Some(value), ..default }), expected);
        }
    }
}
