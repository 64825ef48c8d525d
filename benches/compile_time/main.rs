//! How long declarations take to compile: one line a crate, each written anew below `target`, outside the workspace.
//!
//! See the README beside this file.

mod debug;
mod declarations;
mod measure;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use declarations::{Case, EDITED, all};
use measure::{Cost, cost, run};

/// Edits of one layer that are timed; the median counts.
const EDITS: usize = 3;

fn main() -> ExitCode {
    match compile(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn compile(names: &[String]) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let place = root.join("target/compile_time");
    let wanted = |name: &str| names.is_empty() || names.iter().any(|it| it == name);
    let cases: Vec<_> = all().into_iter().filter(|case| wanted(case.name)).collect();
    if let Some(first) = cases.first() {
        // The dependencies, and the libraries of the machine, come first and do not count.
        let project = Project::write(&place, &root, first)?;
        project.cost(&["build", "--release"])?;
        project.cost(&["check"])?;
        println!("| crate | release build | after an edit | `cargo check` after an edit | expansion | the macro |");
        println!("|---|---|---|---|---|---|");
    }
    for case in cases {
        row(&Project::write(&place, &root, &case)?, &root, &case)?;
    }
    if wanted("runtime") {
        println!("`shapewise`, default features, from nothing, two jobs: {}", runtime(&root, &place, &all()[0])?);
    }
    if wanted("debug") {
        debug::compare(&root, &place)?;
    }
    Ok(())
}

fn row(project: &Project, root: &Path, case: &Case) -> io::Result<()> {
    project.clean()?;
    let cold = project.cost(&["build", "--release"])?;
    let release = project.edited(&["build", "--release"])?;
    project.cost(&["check"])?;
    let check = project.edited(&["check"])?;
    let expansion = expansion(root, case)?;
    println!("| {} | {cold} | {release} | {check} | {expansion} |", case.name);
    Ok(())
}

/// A crate that declares a network, trains it one step and asks it once.
struct Project {
    folder: PathBuf,
    name: &'static str,
    network: String,
}

impl Project {
    fn write(place: &Path, root: &Path, case: &Case) -> io::Result<Self> {
        let project = Self { folder: place.join(case.name), name: case.name, network: case.network.clone() };
        fs::create_dir_all(project.folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nshapewise = {{ path = '{}' }}\n\n[workspace]\n",
            case.name,
            root.join("runtime").display()
        );
        fs::write(project.folder.join("Cargo.toml"), manifest)?;
        // The versions that the workspace has.
        fs::copy(root.join("Cargo.lock"), project.folder.join("Cargo.lock"))?;
        project.edit(64)?;
        Ok(project)
    }

    fn edit(&self, width: usize) -> io::Result<()> {
        let network = self.network.replace(EDITED, &width.to_string());
        let source = format!(
            "use shapewise::prelude::*;

network! {{
{network}
}}

fn main() -> Result<()> {{
    let mut net = Net::boxed(1);
    let inputs = vec![0.5; Net::INPUTS];
    net.training(CrossEntropy::new(), Adam::new(0.001)).step(&inputs, &[0])?;
    let mut outputs = [0.0; 10];
    net.infer_one(&inputs, &mut outputs);
    println!(\"{{outputs:?}}\");
    Ok(())
}}
"
        );
        fs::write(self.folder.join("src/main.rs"), source)
    }

    fn cargo(&self) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&self.folder).env("CARGO_TARGET_DIR", self.folder.join("../target"));
        cargo
    }

    fn clean(&self) -> io::Result<()> {
        run(self.cargo().args(["clean", "--release", "-p", self.name]))
    }

    fn cost(&self, arguments: &[&str]) -> io::Result<Cost> {
        cost(self.cargo().arg("--offline").args(arguments))
    }

    /// After a change of one width.
    fn edited(&self, arguments: &[&str]) -> io::Result<Cost> {
        let mut costs = Vec::new();
        for edit in 0..EDITS {
            self.edit(if edit % 2 == 0 { 72 } else { 64 })?;
            costs.push(self.cost(arguments)?);
        }
        Ok(measure::median(costs))
    }
}

/// Size of the expansion and the macro's own time, which a test of the macro crate prints.
fn expansion(root: &Path, case: &Case) -> io::Result<String> {
    let file = root.join("target/compile_time").join(case.name).join("network.txt");
    fs::write(&file, case.network.replace(EDITED, "64"))?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args(["test", "--release", "-p", "shapewise-macros", "--lib", "--"]);
    cargo.args(["--ignored", "--nocapture", "what_a_declaration_becomes"]).env("SHAPEWISE_DECLARATION", &file);
    let output = String::from_utf8_lossy(&cargo.output()?.stdout).into_owned();
    let line = output.lines().find_map(|line| line.strip_prefix("expansion: "));
    line.map(String::from).ok_or_else(|| io::Error::other(output.clone()))
}

/// As a crate that depends on it has it built: without the lines of this workspace's profile for backtraces.
fn runtime(root: &Path, place: &Path, case: &Case) -> io::Result<Cost> {
    let target = place.join("from_nothing");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let mut cargo = Project::write(place, root, case)?.cargo();
    cargo.env("CARGO_TARGET_DIR", &target);
    cost(cargo.args(["build", "--release", "--offline", "-p", "shapewise", "--jobs", "2"]))
}
