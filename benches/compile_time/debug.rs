//! How much longer the digits example takes in a debug build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use crate::measure::{Cost, cost, median, run};

/// Runs of each build, taken in turn; the median counts.
const RUNS: usize = 3;

/// Times the program in a release build, a debug build of this workspace, and one of a crate outside it, which has
/// nothing but the profile that the README advises.
pub(crate) fn compare(root: &Path, place: &Path) -> io::Result<()> {
    let inside = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let build = ["build", "-p", "shapewise-examples", "--bin", "digits"];
    run(Command::new("cargo").current_dir(root).args(build).arg("--release"))?;
    run(Command::new("cargo").current_dir(root).args(build))?;
    let outside = project(root, place)?;
    let target = place.join("target");
    run(Command::new("cargo").current_dir(outside).env("CARGO_TARGET_DIR", &target).args(["build", "--offline"]))?;

    let model = place.join("digits.safetensors");
    let programs = ["release", "debug"].map(|profile| inside.join(profile).join("digits"));
    let programs = [("release", &programs[0]), ("debug", &programs[1]), ("outside", &target.join("debug/digits"))];
    let mut costs = programs.map(|_| Vec::new());
    for _ in 0..RUNS {
        for ((_, program), costs) in programs.iter().zip(&mut costs) {
            costs.push(cost(Command::new(program).arg("--model").arg(&model))?);
        }
    }
    let [release, debug, outside] = costs.map(median);
    println!("digits: release {release}");
    println!("digits: debug {debug}, {:.2} times as long", times(debug, release));
    println!("digits: debug outside the workspace {outside}, {:.2} times as long", times(outside, release));
    Ok(())
}

/// By processor time where it is known.
fn times(cost: Cost, other: Cost) -> f64 {
    cost.processor.zip(other.processor).map_or(cost.seconds / other.seconds, |(cost, other)| cost / other)
}

/// A crate outside the workspace with the example's program.
fn project(root: &Path, place: &Path) -> io::Result<PathBuf> {
    let folder = place.join("digits");
    fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"digits\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nshapewise = {{ path = '{}' }}\nshapewise-examples = {{ path = '{}' }}\n\n{}\n[workspace]\n",
        root.join("runtime").display(),
        root.join("examples").display(),
        advice(root)?,
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // The versions that the workspace has.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    fs::copy(root.join("examples/src/bin/digits.rs"), folder.join("src/main.rs"))?;
    Ok(folder)
}

/// The profiles in the README's manifest.
fn advice(root: &Path) -> io::Result<String> {
    let readme = fs::read_to_string(root.join("README.md"))?;
    let from = readme.find("[profile.").and_then(|start| readme[start..].split("```").next());
    from.map(String::from).ok_or_else(|| io::Error::other("the README advises no profile"))
}
