//! What one look inside has found.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use core::fmt;

use super::statistics::Statistics;
use crate::network::{Network, Role};
use crate::place::trained;
use crate::real::Real;

/// One training step, layer by layer. Prints as a table.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Observation {
    /// The mean loss of the batch.
    pub loss: f64,
    /// Samples in the batch.
    pub samples: usize,
    /// Layers and joins in the order in which values flow; `flatten` does nothing and is left out.
    pub layers: Vec<LayerObservation>,
}

/// A layer with the activation that it took in, or a join.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LayerObservation {
    /// Its name in the declaration, or its word and a number.
    pub name: &'static str,
    /// What it does, e.g. `dense + tanh`.
    pub description: &'static str,
    /// Shape of its output for one sample.
    pub output: &'static [usize],
    /// The values of its output.
    pub values: Statistics,
    /// The values `W·x + b` in front of its activation; `None` for a layer that is no dense layer or convolution with
    /// weights of its own.
    pub linear: Option<Statistics>,
    /// The gradients of the mean loss by these values; `None` where none is needed, as no parameter lies in front.
    pub gradients: Option<Statistics>,
    /// The share of values at a bound of the activation, from 0 to 1; `None` for an activation without bounds.
    pub saturated: Option<f64>,
    /// Units: features, of maps the channels.
    pub units: usize,
    /// Units at a bound for every sample; `None` for an activation without bounds.
    pub dead: Option<usize>,
    /// Its parameters.
    pub tensors: Vec<TensorObservation>,
}

impl LayerObservation {
    /// ‖update‖ / ‖weights‖ of the layer's weights; `None` before [`Recorder::updated`](super::Recorder::updated), and
    /// for a layer without.
    pub fn update_ratio(&self) -> Option<f64> {
        self.tensors.iter().find(|tensor| tensor.role == Role::Weight)?.update_ratio()
    }
}

/// A parameter of a layer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TensorObservation {
    /// PyTorch's name within the layer, e.g. `weight`.
    pub name: &'static str,
    /// What it is for.
    pub role: Role,
    /// Values in it.
    pub values: usize,
    /// ‖W‖
    pub norm: f64,
    /// ‖∂L/∂W‖
    pub gradient_norm: f64,
    /// How far a step has moved it; `None` before [`Recorder::updated`](super::Recorder::updated).
    pub update_norm: Option<f64>,
    /// Values in front of it among all parameters.
    pub(super) offset: usize,
}

impl TensorObservation {
    /// ‖update‖ / ‖W‖; infinite when only the weights are 0.
    pub fn update_ratio(&self) -> Option<f64> {
        let update = self.update_norm?;
        Some(if update == 0.0 { 0.0 } else { update / self.norm })
    }
}

/// Gives each layer its parameters.
pub(super) fn attach_tensors<N: Network>(
    layers: &mut [LayerObservation],
    parameters: &[N::Scalar],
    gradients: &[N::Scalar],
) {
    for place in trained(N::LAYERS) {
        let Some(layer) = layers.iter_mut().find(|layer| layer.name == place.layer.name) else { continue };
        let of = |values: &[N::Scalar]| norm(values[place.range()].iter().map(|value| value.to_f64()));
        layer.tensors.push(TensorObservation {
            name: place.tensor.name,
            role: place.tensor.role,
            values: place.len(),
            norm: of(parameters),
            gradient_norm: of(gradients),
            update_norm: None,
            offset: place.range().start,
        });
    }
}

/// √(Σ x²)
pub(super) fn norm(values: impl Iterator<Item = f64>) -> f64 {
    libm::sqrt(values.map(|value| value * value).sum())
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = ["layer", "mean", "deviation", "saturated", "dead", "gradient", "‖W‖", "‖∂W‖", "update"];
        let mut rows = vec![titles.map(String::from)];
        for layer in &self.layers {
            let weight = layer.tensors.iter().find(|tensor| tensor.role == Role::Weight);
            rows.push([
                layer.name.into(),
                short(Some(layer.values.mean)),
                short(Some(layer.values.deviation)),
                layer.saturated.map_or("-".into(), |share| format!("{:.1}%", 100.0 * share)),
                layer.dead.map_or("-".into(), |dead| format!("{dead}/{}", layer.units)),
                short(layer.gradients.as_ref().map(|gradients| gradients.deviation)),
                short(weight.map(|weight| weight.norm)),
                short(weight.map(|weight| weight.gradient_norm)),
                short(layer.update_ratio()),
            ]);
        }
        writeln!(f, "loss {:.4} on {} samples", self.loss, self.samples)?;
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..titles.len()).map(width).collect();
        for row in &rows {
            write!(f, "{:<width$}", row[0], width = widths[0])?;
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                write!(f, "  {cell:>width$}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Three digits, or a dash.
fn short(value: Option<f64>) -> String {
    match value {
        Some(0.0) => "0".to_string(),
        Some(value) if (1e-3..1e4).contains(&value.abs()) => format!("{value:.4}"),
        Some(value) => format!("{value:.2e}"),
        None => "-".to_string(),
    }
}
