//! The report of a training run.

use std::string::{String, ToString};
use std::vec::Vec;

use super::Report;
use crate::inspect::{LayerObservation, Observation, Record};
use crate::network::{Network, Role};
use crate::plot::{Curves, HeatMap, Ridges, short};
use crate::schedule::Mode;
use crate::train::metrics::ConfusionMatrix;
use crate::train::{Epoch, History};

impl Report {
    /// What happened in a training of `N`: a table, the loss, each metric, the learning rate, and the network itself.
    ///
    /// [`Report::confusion`] and [`Report::layers`] add more.
    ///
    /// ```
    /// use shapewise::prelude::*;
    /// use shapewise::report::Report;
    ///
    /// network! {
    ///     struct Net: [2] -> [2] {
    ///         hidden: dense(8), tanh,
    ///         out: dense(2),
    ///     }
    /// }
    ///
    /// let data = Dataset::new(2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], 1, vec![0_u32, 1, 1, 0])?;
    /// let mut net = Net::boxed(1);
    /// let history = net.trainer(CrossEntropy::new(), Adam::new(0.02)).epochs(5).progress(Progress::off()).fit(&data)?;
    /// assert!(Report::of_training::<Net>(&history).to_html().contains("Training of Net"));
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn of_training<N: Network>(history: &History) -> Self {
        let epochs = history.epochs();
        let report = Self::new(["Training of ", N::NAME].concat()).section("Summary");
        let report = report.table(["", "last", "best", "in epoch"], summary(history));
        let seconds: f64 = epochs.iter().map(|epoch| epoch.seconds).sum();
        let report = report.text(format!("{} epochs in {} s.", epochs.len(), short(seconds)));
        let report = report.section("Curves").figure(losses(epochs), "The mean loss of each epoch.");
        let report = history.metrics().iter().enumerate().fold(report, |report, (index, name)| {
            let values = epochs.iter().map(|epoch| (epoch.epoch as f64, metric(epoch, index)));
            let chart = Curves::new(name).x_label("epoch").y_label(name).line(name, values).size(560.0, 260.0);
            report.figure(chart, format!("{name} after each epoch."))
        });
        let rates = epochs.iter().map(|epoch| (epoch.epoch as f64, epoch.learning_rate));
        let rates = Curves::new("Learning rate").x_label("epoch").log_y().line("rate", rates).size(560.0, 200.0);
        report.figure(rates, "At the last step of each epoch.").section("Network").preformatted(N::SUMMARY)
    }

    /// A section with the confusion matrix, and recall and precision of each class.
    #[must_use]
    pub fn confusion(self, matrix: &ConfusionMatrix) -> Self {
        let percent = |share: f64| if share.is_nan() { "–".into() } else { format!("{:.1} %", 100.0 * share) };
        let rows = (0..matrix.classes())
            .map(|class| [class.to_string(), percent(matrix.recall(class)), percent(matrix.precision(class))]);
        self.section("Confusion matrix")
            .figure(HeatMap::confusion("Confusion matrix", matrix), "Samples of each true class by the predicted one.")
            .table(["class", "recall", "precision"], rows)
    }

    /// A section with what a [`Recorder`](crate::inspect::Recorder) has seen: the last look as a table and as histograms,
    /// and how gradients, saturation and updates changed over the epochs.
    #[must_use]
    pub fn layers(self, records: &[Record]) -> Self {
        let report = self.section("Inside the network");
        let Some(Record { epoch, observation, .. }) = records.last() else {
            return report.text("Nobody has looked.");
        };
        let report = report
            .text(format!("As seen in epoch {epoch}, on {} samples.", observation.samples))
            .table(
                ["layer", "", "mean", "deviation", "saturated", "dead", "gradient", "‖W‖", "‖∂W‖", "update / W"],
                layer_rows(observation),
            )
            .figure(
                Ridges::over_layers("Values by layer", observation, |layer| Some(&layer.values)),
                "Outputs of each layer, its activation included.",
            )
            .figure(
                Ridges::over_layers("Gradients by layer", observation, |layer| layer.gradients.as_ref()),
                "Gradients of the mean loss by these outputs.",
            );
        let over_epochs = |title: &str, label: &str, look: &dyn Fn(&LayerObservation) -> Option<f64>| {
            over_epochs(title, label, records, look)
        };
        let gradient = |layer: &LayerObservation| Some(layer.gradients.as_ref()?.deviation.log10());
        let update = |layer: &LayerObservation| Some(layer.update_ratio()?.log10());
        [
            over_epochs("Spread of gradients", "log₁₀ deviation", &gradient),
            over_epochs("Saturation", "share of values", &|layer| layer.saturated),
            over_epochs("Updates", "log₁₀ of update / weights", &update),
        ]
        .into_iter()
        .flatten()
        .fold(report, |report, (chart, caption)| report.figure(chart, caption))
    }
}

/// Rows of the table: what, its last and its best value, and when that was.
fn summary(history: &History) -> Vec<[String; 4]> {
    let epochs = history.epochs();
    let row = |name: &str, value: &dyn Fn(&Epoch) -> Option<f64>, mode: Mode| {
        let found = epochs.iter().filter_map(|epoch| Some((epoch.epoch, value(epoch)?)));
        let found: Vec<_> = found.filter(|(_, value)| value.is_finite()).collect();
        let last = found.last()?.1;
        let better = |a: &&(usize, f64), b: &&(usize, f64)| a.1.total_cmp(&b.1);
        let (epoch, best) = match mode {
            Mode::Min => found.iter().min_by(better),
            Mode::Max => found.iter().rev().max_by(better),
        }?;
        Some([name.into(), short(last), short(*best), epoch.to_string()])
    };
    let losses = [
        row("training loss", &|epoch| Some(epoch.loss), Mode::Min),
        row("validation loss", &|epoch| epoch.validation_loss, Mode::Min),
    ];
    let metrics = history.metrics().iter().zip(history.modes()).enumerate();
    let metrics = metrics.map(|(index, (name, mode))| row(name, &|epoch| Some(metric(epoch, index)), *mode));
    losses.into_iter().chain(metrics).flatten().collect()
}

fn metric(epoch: &Epoch, index: usize) -> f64 {
    epoch.metrics.get(index).copied().unwrap_or(f64::NAN)
}

/// Training and validation loss over epochs; on a logarithmic axis when they fall far.
fn losses(epochs: &[Epoch]) -> Curves {
    let training: Vec<_> = epochs.iter().map(|epoch| (epoch.epoch as f64, epoch.loss)).collect();
    let validation: Vec<_> =
        epochs.iter().filter_map(|epoch| Some((epoch.epoch as f64, epoch.validation_loss?))).collect();
    let positive = || training.iter().chain(&validation).map(|point| point.1);
    let (low, high) = (positive().fold(f64::INFINITY, f64::min), positive().fold(0.0, f64::max));
    let chart = Curves::new("Loss").x_label("epoch").y_label("loss");
    let chart = if low > 0.0 && high > 20.0 * low { chart.log_y() } else { chart };
    let chart = chart.line("training", training);
    if validation.is_empty() { chart } else { chart.line("validation", validation) }
}

fn layer_rows(observation: &Observation) -> Vec<[String; 10]> {
    let rows = observation.layers.iter().map(|layer| {
        let weight = layer.tensors.iter().find(|tensor| tensor.role == Role::Weight);
        let number = |value: Option<f64>| short(value.unwrap_or(f64::NAN));
        [
            layer.name.into(),
            layer.description.into(),
            short(layer.values.mean),
            short(layer.values.deviation),
            layer.saturated.map_or("–".into(), |share| format!("{:.1} %", 100.0 * share)),
            layer.dead.map_or("–".into(), |dead| format!("{dead} of {}", layer.units)),
            number(layer.gradients.as_ref().map(|gradients| gradients.deviation)),
            number(weight.map(|weight| weight.norm)),
            number(weight.map(|weight| weight.gradient_norm)),
            number(layer.update_ratio()),
        ]
    });
    rows.collect()
}

/// A row for each layer in which something was found, a column for each record; `None` when there is nothing to compare.
fn over_epochs(
    title: &str,
    label: &str,
    records: &[Record],
    look: &dyn Fn(&LayerObservation) -> Option<f64>,
) -> Option<(HeatMap, String)> {
    let layers = &records.last()?.observation.layers;
    let found = layers.iter().filter(|layer| look(layer).is_some());
    let chart = HeatMap::new(title).columns(records.iter().map(|record| record.epoch.to_string())).x_label("epoch");
    let value = |record: &Record, name: &str| {
        let layer = record.observation.layers.iter().find(|layer| layer.name == name);
        layer.and_then(look).unwrap_or(f64::NAN)
    };
    let rows: Vec<_> = found.map(|layer| layer.name).collect();
    if rows.is_empty() || records.len() < 2 {
        return None;
    }
    let chart =
        rows.iter().fold(chart, |chart, name| chart.row(*name, records.iter().map(|record| value(record, name))));
    Some((chart.scale_label(label), format!("{title} of each layer over the epochs.")))
}
