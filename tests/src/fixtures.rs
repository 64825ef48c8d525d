//! Reads `fixtures/*.json`, whose schema stands in `fixtures/README.md`.

use std::path::Path;

use serde_json::Value;

/// One file of `fixtures/`, by its name without `.json`.
///
/// # Panics
///
/// When it is missing or no JSON: a test's right answer.
///
/// ```
/// let rows = shapewise_tests::fixtures::load("losses")["rows"].clone();
/// assert_eq!(rows[0]["name"], "mse");
/// ```
pub fn load(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of a file that carry `name`; a test of a registered thing without a row fails here.
///
/// # Panics
///
/// When there is none.
pub fn rows<'a>(file: &'a Value, name: &str) -> Vec<&'a Value> {
    let rows: Vec<_> = file["rows"].as_array().into_iter().flatten().filter(|row| row["name"] == name).collect();
    assert!(!rows.is_empty(), "`{name}` has no row in its fixture file: extend make_fixtures.py");
    rows
}

/// A flat array of numbers.
///
/// # Panics
///
/// When it is none.
pub fn numbers(value: &Value) -> Vec<f64> {
    let array = value.as_array().expect("an array");
    array.iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// Asserts that two lists agree within `tolerance`, relative above 1 and absolute below.
///
/// # Panics
///
/// When they do not: with the place and both values.
pub fn assert_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: lengths");
    for (i, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(error <= tolerance, "{what} [{i}]: {found:e}, expected {expected:e}, error {error:e} > {tolerance:e}");
    }
}
