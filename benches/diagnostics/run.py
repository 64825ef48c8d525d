#!/usr/bin/env python3
"""Builds and runs eleven typical mistakes with shapewise, dfdx and burn, and writes what each says to ../diagnostics.md."""

import datetime
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# That of the peers, so that their crates need not be compiled twice.
TARGET = HERE.parent / "peers" / "target"
LIBRARIES = {"shapewise": "shapewise", "dfdx": "dfdx 0.13", "burn": "burn 0.21 (flex)"}
SHOWN = 14
ENVIRONMENT = dict(os.environ, CARGO_TARGET_DIR=str(TARGET), RUST_BACKTRACE="0")
# Line numbers, versions and places, which are no sizes.
NO_SIZES = re.compile(r"\S+\.rs:\d+:\d+|[\w-]+-\d+\.\d+\.\d+|^\s*\d+ [|+-]|E\d{4}|f32", re.M)
# The words of a proposal that the reader can type.
PROPOSAL = re.compile(r"help: (?!the trait|the following|trait|see|required|for more|items from|consider importing).+", re.I)

# Title, the two numbers (or words) in conflict, and for each library the text of the guilty line.
MISTAKES = {
    "hidden": ("A wrong hidden size in the middle", ("128", "120"),
               {"shapewise": "-> [60]", "dfdx": "Linear<120, 64>", "burn": "LinearConfig::new(120, 64)"}),
    "batch": ("A batch of samples of the wrong size", ("780", "784"),
              {"shapewise": "forward_batch(", "dfdx": "net.forward(x)", "burn": "net.forward(x)"}),
    "input": ("One sample of the wrong size", ("780", "784"),
              {"shapewise": "[0.0; 780]", "dfdx": "net.forward(x)", "burn": "net.forward(x)"}),
    "flatten": ("A missing flatten", ("4, 6, 6", "144"),
                {"shapewise": "dense(10)", "burn": "self.out.forward(x)"}),
    "kernel": ("A kernel larger than the picture", ("9", "8"),
               {"shapewise": "kernel = 9", "burn": "[9, 9]"}),
    "pool": ("Pooling that does not divide the picture", ("2", "7"),
             {"shapewise": "max_pool2d(2),", "burn": "self.pool.forward"}),
    "residual": ("A residual branch of another shape", ("32", "16"),
                 {"shapewise": "residual {", "dfdx": "Residual<", "burn": "x + branch"}),
    "norm": ("Batch norm of another size than the layer", ("64", "128"),
             {"shapewise": "batch_norm(64)", "dfdx": "BatchNorm1D<64>", "burn": "BatchNormConfig::new(64)"}),
    "output": ("The last layer gives another number of classes than agreed", ("12", "10"),
               {"shapewise": "-> [10]", "dfdx": "cross_entropy_with_logits_loss(logits, y)", "burn": "forward(net.forward(x), y)"}),
    "labels": ("Labels of a class that the network does not have", ("25", "10"),
               {"shapewise": ".fit(&data)", "dfdx": "cross_entropy_with_logits_loss(logits, y)", "burn": "forward(net.forward(x), y)"}),
    "name": ("A layer's name misspelt", ("rleu", "relu"),
             {"shapewise": "rleu", "dfdx": "ReLu", "burn": "rleu("}),
}
# Where the mistake cannot be written as elsewhere, or what the numbers are then.
REMARKS = {
    ("shapewise", "hidden"): "No input sizes are declared, so this mistake cannot be made; the nearest one is a wrong assertion.",
    ("shapewise", "norm"): "`batch_norm` infers its size, so the mistake cannot be made; the file gives it one all the same.",
    ("burn", "flatten"): "Its types hold the number of dimensions: the numbers are 2 and 4.",
    ("dfdx", "labels"): "Targets are one-hot rows, so the mistake is a target of 26 classes.",
}
NUMBERS = {("shapewise", "hidden"): ("64", "60"), ("dfdx", "labels"): ("26", "10"), ("dfdx", "name"): ("ReLu", "ReLU"),
           ("burn", "flatten"): ("2", "4"), ("burn", "pool"): ("4", "16")}
MISSING = "On stable Rust dfdx has neither convolutions, nor pools, nor `Flatten2D`: they need nightly."


def call(command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE, env=ENVIRONMENT)
    text = (done.stdout + done.stderr).replace(str(TARGET), "target").replace(str(HERE) + "/", "")
    text = re.sub(r"/\S*/registry/src/[^/]+/", "", text)
    return done.returncode, re.sub(r"-[0-9a-f]{16}\b|\.long-type-\d+|(?<=thread 'main' )\(\d+\) ", "", text)


def without_closing(text):
    """The message without what cargo says after every failure."""
    lines = [line for line in text.splitlines() if not line.startswith(("For more information about", "error: could not compile"))]
    return "\n".join(lines).strip("\n")


def look(library, name):
    """When the mistake is found, and what is printed."""
    source = HERE / library / "src" / "bin" / f"{name}.rs"
    if not source.exists():
        return "cannot be written", ""
    code, text = call(["cargo", "build", "--quiet", "--release", "--package", f"mistakes-{library}", "--bin", name])
    if code:
        return "compiling", without_closing(text)
    warnings = text
    code, text = call([str(TARGET / "release" / name)])
    if code:
        return ("running, a panic" if code == 101 else "running, an `Err`"), without_closing(warnings + text)
    return ("a warning" if "warning" in warnings else "**never**"), without_closing(warnings) or f"(it runs and prints: {text.strip() or 'nothing'})"


def row(library, name, when, text):
    if not text:
        return f"| {LIBRARIES[library]} | {when} | | | | | |"
    source = (HERE / library / "src" / "bin" / f"{name}.rs").read_text().splitlines()
    guilty = {i for i, line in enumerate(source, 1) if MISTAKES[name][2][library] in line}
    places = {int(line) for line in re.findall(rf"(?:-->|at) {library}/src/bin/{name}\.rs:(\d+)", text)}
    sizes = NO_SIZES.sub("", text)
    words = NUMBERS.get((library, name), MISTAKES[name][1])
    found = "never" not in when
    cells = [
        len(re.findall(r"^error(?!: aborting)", text, re.M)) if when == "compiling" else "",
        len(text.splitlines()) if found else "",
        ("yes" if places & guilty else "**no**") if found else "",
        ("yes" if all(re.search(rf"(?<!\d){re.escape(word)}(?!\d)", sizes) for word in words) else "**no**") if found else "",
        ("yes" if PROPOSAL.search(text) else "**no**") if found else "",
    ]
    return f"| {LIBRARIES[library]} | {when} | " + " | ".join(map(str, cells)) + " |"


def main():
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    details, table = [], []
    totals = {library: [] for library in LIBRARIES}
    for name, (title, _, _) in MISTAKES.items():
        details.append(f"\n## {title}\n")
        table.append(f"| **{title}** | | | | | | |")
        for library, shown in LIBRARIES.items():
            when, text = look(library, name)
            print(f"{name}, {library}: {when}", file=sys.stderr)
            table.append(row(library, name, when, text))
            totals[library].append(when)
            remark = REMARKS.get((library, name), "" if text else MISSING)
            lines = text.splitlines()
            length = f", {len(lines)} lines" if len(lines) > 1 else ""
            details.append(f"**{shown}**, found: {when}{length}. {remark}".rstrip() + "\n")
            if text:
                details.append("```text\n" + "\n".join(line[:200].rstrip() for line in lines[:SHOWN]) + ("\n..." if len(lines) > SHOWN else "") + "\n```\n")
    counts = [f"{LIBRARIES[library]}: {found.count('compiling')} when compiling, {sum('running' in when for when in found)} when running, "
              f"{sum('never' in when or 'warning' in when for when in found)} not or as a warning, {found.count('cannot be written')} cannot be written."
              for library, found in totals.items()]
    page = (HERE / "intro.md").read_text() + f"\nGenerated {datetime.date.today()}, rustc {rust}, by `benches/diagnostics/run.py`.\n\n"
    page += "\n".join("* " + count for count in counts) + "\n\n"
    page += "| | found when | errors | lines | place right | both numbers | a repair |\n|---|---|---|---|---|---|---|\n" + "\n".join(table) + "\n"
    (HERE.parent / "diagnostics.md").write_text(page + "\n".join(details))


if __name__ == "__main__":
    main()
