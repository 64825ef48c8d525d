//! Crates outside the workspace, each with its own features and names.

use std::path::Path;
use std::process::Command;

/// Checks a crate under `tests/crates` with the dependencies that are here already, and gives what the compiler says.
fn check(name: &str) -> Result<(), String> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tests.join("crates").join(name);
    std::fs::copy(tests.join("../Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace has a lock file");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates"))
        .output()
        .expect("cargo runs");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn assert_checks(name: &str) {
    check(name).unwrap_or_else(|errors| panic!("{errors}"));
}

#[test]
fn a_core_without_std_and_without_a_heap() {
    assert_checks("bare");
}

#[test]
fn the_crate_under_another_name() {
    assert_checks("renamed");
}

#[test]
fn a_layer_of_a_third_crate() {
    assert_checks("third");
}

#[test]
fn double_precision_names_its_feature() {
    let errors = check("single").expect_err("the feature is off");
    let note =
        "`f64` is one with shapewise's feature of this name: `shapewise = { version = \"..\", features = [\"f64\"] }`";
    let [all, ours, notes] =
        ["error[", "`f64` is no scalar that networks compute in", note].map(|it| errors.matches(it).count());
    assert_eq!([all, ours, notes], [1; 3], "{errors}");
}
