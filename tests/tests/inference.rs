//! Inference on batches, and what is measured with it.

use shapewise::nalgebra::{Const, Dyn, OMatrix, SMatrix};
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::metrics::{Accuracy, ConfusionMatrix, MeanAbsoluteError, Metric, Predictions, R2, TopKAccuracy};
use shapewise_tests::mlp::Mlp;

type Net = Mlp<f64, 3, 5, 4>;

fn samples(count: usize) -> Vec<f64> {
    let mut random = Random::new(3);
    (0..count * 3).map(|_| random.normal()).collect()
}

/// Through nothing but nalgebra.
fn formula(network: &Net, x: &[f64]) -> Vec<f64> {
    let x = SMatrix::<f64, 3, 1>::from_column_slice(x);
    let h = (network.hidden.weight * x + network.hidden.bias).map(f64::tanh);
    (network.out.weight * h + network.out.bias).as_slice().to_vec()
}

#[test]
fn any_number_of_samples_gives_what_the_formula_says() {
    let (network, mut inference) = (Net::boxed(1), Inference::<Net>::new());
    for count in [0, 1, 5, 6, 7, 16, 17, 22, 32, 33, 48, 50, 100] {
        let inputs = samples(count);
        let mut outputs = vec![f64::NAN; count * 4];
        inference.forward_slice(&network, &inputs, &mut outputs).unwrap();
        for (x, y) in inputs.chunks(3).zip(outputs.chunks(4)) {
            assert!(formula(&network, x).iter().zip(y).all(|(a, b)| (a - b).abs() < 1e-13), "{count} samples");
        }
    }
}

#[test]
fn matrices_and_their_views_are_slices() {
    let (network, mut inference) = (Net::boxed(1), Inference::<Net>::new());
    let mut expected = vec![0.0; 17 * 4];
    inference.forward_slice(&network, &samples(17), &mut expected).unwrap();

    let inputs = SMatrix::<f64, 3, 17>::from_column_slice(&samples(17));
    let mut outputs = SMatrix::<f64, 4, 17>::zeros();
    inference.forward_batch(&network, &inputs, &mut outputs).unwrap();
    assert_eq!(outputs.as_slice(), expected);

    let inputs = OMatrix::<f64, Const<3>, Dyn>::from_column_slice(&samples(20));
    let mut outputs = OMatrix::<f64, Const<4>, Dyn>::zeros(17);
    inference.forward_batch(&network, &inputs.columns(0, 17), &mut outputs).unwrap();
    assert_eq!(outputs.as_slice(), expected);
}

#[test]
fn wrong_lengths_are_named() {
    let (network, mut inference) = (Net::boxed(1), Inference::<Net>::new());
    let mut run = |inputs: &[f64], outputs: &mut [f64]| {
        inference.forward_slice(&network, inputs, outputs).unwrap_err().to_string()
    };
    assert_eq!(
        run(&[0.0; 4], &mut [0.0; 4]),
        "inputs hold 4 values, which is no whole number of samples of 3 features"
    );
    assert_eq!(run(&[0.0; 6], &mut [0.0; 4]), "outputs: expected 8 values, found 4");
    let inputs = OMatrix::<f64, Const<3>, Dyn>::zeros(7);
    let mut outputs = OMatrix::<f64, Const<4>, Dyn>::zeros(6);
    let error = inference.forward_batch(&network, &inputs, &mut outputs).unwrap_err();
    assert_eq!(error.to_string(), "outputs: expected 28 values, found 24");
}

#[test]
fn evaluation_is_the_mean_over_all_samples() {
    let network = Net::boxed(1);
    let inputs = samples(50);
    let labels: Vec<u32> = (0..50).map(|sample| sample % 4).collect();
    let (mut loss, mut right) = (0.0, 0);
    for (x, &label) in inputs.chunks(3).zip(&labels) {
        let y = formula(&network, x);
        loss += y.iter().map(|z| z.exp()).sum::<f64>().ln() - y[label as usize];
        right += usize::from((0..4).all(|class| y[class] <= y[label as usize]));
    }
    let data = Dataset::new(3, inputs, 1, labels).unwrap();
    let (mut accuracy, mut confusion, mut top) = (Accuracy::new(), ConfusionMatrix::new(), TopKAccuracy::new(4));
    let metrics: &mut [&mut dyn Metric<_, _>] = &mut [&mut accuracy, &mut confusion, &mut top];
    for _ in 0..2 {
        let found = evaluate(&*network, &data, &CrossEntropy::new(), metrics).unwrap();
        assert!((found - loss / 50.0).abs() < 1e-13);
        assert!((metrics[0].value() - right as f64 / 50.0).abs() < 1e-15);
        assert!((metrics[1].value() - metrics[0].value()).abs() < 1e-15);
        assert!((metrics[2].value() - 1.0).abs() < 1e-15);
    }
}

#[test]
fn classes_without_weight_do_not_count() {
    let network = Net::boxed(1);
    let loss = CrossEntropy::new().weights(&[0.0, 2.0, 1.0, 1.0]);
    // More than a whole chunk without weight, then one sample.
    let inputs = samples(41);
    let labels: Vec<u32> = (0..41).map(|sample| u32::from(sample == 40)).collect();
    let y = formula(&network, &inputs[120..]);
    let expected = y.iter().map(|z| z.exp()).sum::<f64>().ln() - y[1];
    let data = Dataset::new(3, inputs, 1, labels).unwrap();
    assert_close(network.evaluate(&data, &loss, &mut []).unwrap(), expected);
    let nothing = CrossEntropy::new().weights([0.0; 4]);
    assert_close(network.evaluate(&data, &nothing, &mut []).unwrap(), 0.0);
    let step = Workspace::<Net>::new(41).step(&mut network.clone(), &loss, data.inputs(), data.targets(), 0).unwrap();
    assert_close(step, expected);
}

#[test]
fn evaluation_checks_its_data() {
    let network = Net::boxed(1);
    let error = |features, inputs: Vec<f64>, labels| {
        let data = Dataset::new(features, inputs, 1, labels).unwrap();
        evaluate(&*network, &data, &CrossEntropy::new(), &mut []).unwrap_err().to_string()
    };
    assert_eq!(error(3, vec![], vec![]), "the data to evaluate is empty");
    assert_eq!(error(2, vec![0.0; 2], vec![0]), "a sample: expected 3 values, found 2");
    assert_eq!(error(3, vec![f64::NAN; 3], vec![0]), "input 0 holds a value that is infinite or not a number");
    assert_eq!(error(3, vec![0.0; 3], vec![4]), "sample 0 has label 4, but the network has 4 classes (0 to 3)");
}

/// The value of a metric over one batch.
fn value<T, Y>(mut metric: impl Metric<T, Y>, outputs: &[T], targets: &[Y], samples: usize) -> f64 {
    assert!(metric.value().is_nan(), "no sample, no value");
    metric.update(Predictions { outputs, targets, samples });
    metric.value()
}

fn assert_close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} and {b}");
}

#[test]
fn accuracy_takes_indices_one_hot_rows_logits_and_margins() {
    let outputs = [0.1, 0.9, 0.0, 3.0, 1.0, 2.0];
    assert_close(value(Accuracy::new(), &outputs, &[1_u32, 2], 2), 0.5);
    assert_close(value(Accuracy::new(), &outputs, &[0.0, 1.0, 0.0, 0.0, 0.0, 1.0], 2), 0.5);
    assert_close(value(Accuracy::new(), &[2.0, -0.1, 0.1, -3.0], &[1.0, 0.0, 0.0, 0.0], 4), 0.75);
    assert_close(value(Accuracy::new(), &[2.0, -0.1, 0.1, -3.0], &[1.0, -1.0, -1.0, 1.0], 4), 0.5);
    let nan = f64::NAN;
    assert_close(value(Accuracy::new(), &[nan, nan, nan, 1.0], &[0_u32, 1], 2), 0.5);
}

#[test]
fn top_k_accuracy_is_scikit_learns() {
    // From the example of `sklearn.metrics.top_k_accuracy_score`.
    let scores = [0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1];
    let labels = [0_u32, 1, 2, 2];
    assert_close(value(TopKAccuracy::new(2), &scores, &labels, 4), 0.75);
    assert_close(value(TopKAccuracy::new(1), &scores, &labels, 4), 0.5);
    assert_close(value(TopKAccuracy::new(3), &scores, &labels, 4), 1.0);
    assert_close(value(TopKAccuracy::new(0), &scores, &labels, 4), 0.0);
    assert_close(value(TopKAccuracy::new(3), &[f64::NAN, 1.0], &[0_u32], 1), 0.0);
}

#[test]
fn a_confusion_matrix_reads_well() {
    // From the example of `sklearn.metrics.confusion_matrix`.
    let (actual, predicted) = ([2_u32, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]);
    let outputs: Vec<f32> = predicted.iter().flat_map(|&p| (0..3).map(move |c| f32::from(c == p))).collect();
    let mut confusion = ConfusionMatrix::new();
    confusion.update(Predictions { outputs: &outputs, targets: &actual, samples: 6 });
    let counts = |row| [0, 1, 2].map(|column| confusion.count(row, column));
    assert_eq!([counts(0), counts(1), counts(2)], [[2, 0, 0], [0, 0, 1], [1, 0, 2]]);
    assert_close(confusion.recall(2), 2.0 / 3.0);
    assert_close(confusion.precision(0), 2.0 / 3.0);
    assert!(confusion.precision(1).is_nan() && confusion.recall(7).is_nan());
    // As scikit-learn's `f1_score`.
    assert_close(confusion.f1(0), 0.8);
    assert_close(confusion.f1(2), 2.0 / 3.0);
    assert_close(confusion.macro_f1(), (0.8 + 2.0 / 3.0) / 3.0);
    assert!(confusion.f1(7).is_nan() && ConfusionMatrix::new().macro_f1().is_nan());
    assert_eq!([confusion.count(usize::MAX, 0), confusion.count(0, usize::MAX)], [0, 0]);
    assert_eq!((confusion.count(0, 3), confusion.count(3, 0)), (0, 0));
    let table = "\
actual \\ predicted   0   1   2  recall
                 0   2   .   .  100.0%
                 1   .   .   1    0.0%
                 2   1   .   2   66.7%
";
    assert_eq!(confusion.to_string(), table);
    assert_eq!(ConfusionMatrix::new().to_string(), "actual \\ predicted  recall\n");
}

#[test]
fn errors_of_a_regression_are_scikit_learns() {
    // From the examples of `mean_absolute_error` and `r2_score`.
    let (t, y) = ([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]);
    assert_close(value(MeanAbsoluteError::new(), &y, &t, 4), 0.5);
    assert_close(value(R2::new(), &y, &t, 4), 0.948_608_137_044_967_9);
    let (t, y) = ([0.5, 1.0, -1.0, 1.0, 7.0, -6.0], [0.0, 2.0, -1.0, 2.0, 8.0, -5.0]);
    assert_close(value(MeanAbsoluteError::new(), &y, &t, 3), 0.75);
    // Computed by hand: 1 − 1.25/36.1666…, 1 − 3/32.6666….
    let r2 = f64::midpoint(1.0 - 1.25 / (108.5 / 3.0), 1.0 - 3.0 / (98.0 / 3.0));
    assert_close(value(R2::new(), &y, &t, 3), r2);
    assert_close(value(R2::new(), &[3.0, 2.0, 1.0], &[1.0, 2.0, 3.0], 3), -3.0);
    assert_close(value(R2::new(), &[1.0, 1.0], &[1.0, 1.0], 2), 1.0);
    assert_close(value(R2::new(), &[1.0, 2.0], &[1.0, 1.0], 2), 0.0);
    assert!(value(R2::new(), &[1.0], &[1.0], 1).is_nan());
}
