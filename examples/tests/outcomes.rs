//! Every lesson has the outcome that the README states.

use std::path::PathBuf;
use std::process::Command;

/// Runs a lesson in a folder of its own; gives what it printed, and the folder.
fn run(program: &str, name: &str, arguments: &[&str]) -> (String, PathBuf) {
    let folder = std::env::temp_dir().join(format!("shapewise-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the lesson");
    let output = Command::new(program).args(arguments).current_dir(&folder).output().expect("the lesson starts");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).expect("text"), folder)
}

/// The number in front of or behind a text.
fn number_behind(output: &str, text: &str) -> f64 {
    let rest = &output[output.find(text).unwrap_or_else(|| panic!("no {text:?} in {output}")) + text.len()..];
    let word = rest.split_whitespace().next().expect("a word");
    word.trim_end_matches(',').parse().expect("a number")
}

#[test]
fn digits() {
    let program = env!("CARGO_BIN_EXE_digits");
    let (output, folder) = run(program, "digits", &["--json", "result.json", "--model", "digits.safetensors"]);
    assert!(number_behind(&output, "test accuracy ") >= 98.5, "{output}");
    let json = std::fs::read_to_string(folder.join("result.json")).expect("a result");
    assert!(json.starts_with("{\"accuracy\": 0.9"), "{json}");
    assert!(folder.join("digits.safetensors").exists());
    std::fs::remove_dir_all(folder).expect("clean up");
}

/// Ctrl-C saves the training, and the same command goes on.
#[cfg(unix)]
#[test]
fn digits_can_be_interrupted() {
    let folder = std::env::temp_dir().join(format!("shapewise-interrupt-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the lesson");
    let command = |epochs: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_digits"));
        command.args(["--checkpoint", "training.safetensors", "--model", "net.safetensors", "--epochs", epochs]);
        command.current_dir(&folder).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command
    };
    let mut lesson = command("100000").spawn().expect("the lesson starts");
    // The first line of an epoch says that the training, and so the handler, is there.
    let mut errors = std::io::BufReader::new(lesson.stderr.take().expect("a pipe"));
    std::io::BufRead::read_line(&mut errors, &mut String::new()).expect("a line");
    let signal = Command::new("kill").args(["-INT", &lesson.id().to_string()]).status().expect("kill is there");
    assert!(signal.success());
    std::io::copy(&mut errors, &mut std::io::sink()).expect("the rest");
    let output = lesson.wait_with_output().expect("the lesson ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("interrupted; goes on with --checkpoint"), "{text}");

    let output = command("1").output().expect("the lesson starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("goes on from training.safetensors"), "{text}");
    std::fs::remove_dir_all(folder).expect("clean up");
}

#[test]
fn digits_names_what_is_wrong() {
    let program = env!("CARGO_BIN_EXE_digits");
    let error = |arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().expect("the lesson starts");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(error(&["--lr", "0"]).contains("learning_rate"), "{}", error(&["--lr", "0"]));
    assert!(error(&["--data", "/nowhere"]).contains("/nowhere"));
    assert!(error(&["--batch", "0"]).contains("batch"));
    assert!(error(&["--model", "/nowhere/model", "--epochs", "1"]).contains("/nowhere"));
}

#[test]
fn xor() {
    let (output, folder) = run(env!("CARGO_BIN_EXE_xor"), "xor", &[]);
    for line in ["0 xor 0 = 0", "0 xor 1 = 1", "1 xor 0 = 1", "1 xor 1 = 0"] {
        assert!(output.contains(line), "{output}");
    }
    std::fs::remove_dir_all(folder).expect("clean up");
}

#[test]
fn lenet() {
    let (output, _) = run(env!("CARGO_BIN_EXE_lenet"), "lenet", &[]);
    assert!(number_behind(&output, "test accuracy ") >= 98.0, "{output}");
}

#[test]
fn fashion_says_what_it_needs() {
    let output = Command::new(env!("CARGO_BIN_EXE_fashion")).output().expect("the lesson starts");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--data DIR"));
}

#[test]
fn residual() {
    let (output, _) = run(env!("CARGO_BIN_EXE_residual"), "residual", &[]);
    assert!(number_behind(&output, "residual: ") > number_behind(&output, "plain: "), "{output}");
}

#[test]
fn autoencoder() {
    let (output, folder) = run(env!("CARGO_BIN_EXE_autoencoder"), "autoencoder", &[]);
    assert!(number_behind(&output, "held-out digits: ") <= 0.01, "{output}");
    assert!(number_behind(&output, "of the same digit: ") >= 96.0, "{output}");
    let picture = std::fs::read(folder.join("autoencoder.png")).expect("a picture");
    assert!(picture.starts_with(b"\x89PNG") && picture.len() > 5_000);
    std::fs::remove_dir_all(folder).expect("clean up");
}

#[test]
fn heads() {
    let (output, _) = run(env!("CARGO_BIN_EXE_heads"), "heads", &[]);
    assert!(number_behind(&output, "digit: ") >= 96.5, "{output}");
    assert!(number_behind(&output, "odd: ") >= 97.5, "{output}");
}

#[test]
fn spirals() {
    let (output, folder) = run(env!("CARGO_BIN_EXE_spirals"), "spirals", &[]);
    assert!(number_behind(&output, "accuracy ") >= 98.0, "{output}");
    let picture = std::fs::read(folder.join("spirals.png")).expect("a picture");
    assert!(picture.starts_with(b"\x89PNG") && picture.len() > 10_000);
    std::fs::remove_dir_all(folder).expect("clean up");
}

#[test]
fn diabetes() {
    let (output, _) = run(env!("CARGO_BIN_EXE_diabetes"), "diabetes", &[]);
    assert!(number_behind(&output, "R2 ") >= 0.4, "{output}");
}

#[test]
fn generic_width() {
    let (output, _) = run(env!("CARGO_BIN_EXE_generic_width"), "generic_width", &[]);
    assert!(
        number_behind(&output, "9610 parameters: ") > number_behind(&output, " 160 parameters: ") + 10.0,
        "{output}"
    );
}

#[test]
fn manual_loop() {
    let (output, _) = run(env!("CARGO_BIN_EXE_manual_loop"), "manual_loop", &[]);
    let right: f64 = output.lines().last().and_then(|line| line.split(' ').next()?.parse().ok()).expect("a number");
    assert!(right >= 340.0, "{output}");
}

#[test]
fn double() {
    let (output, _) = run(env!("CARGO_BIN_EXE_double"), "double", &[]);
    assert!(number_behind(&output, "apart by ") < 1e-4, "{output}");
}

#[test]
fn custom() {
    let (output, _) = run(env!("CARGO_BIN_EXE_custom"), "custom", &[]);
    assert!(number_behind(&output, "test accuracy ") >= 95.0, "{output}");
    assert!(output.contains("Radial<f32, 2, 48>::PARAMETERS"), "{output}");
}

/// Runs chapters of the lecture; gives what it printed, and the report.
fn lecture(name: &str, arguments: &[&str]) -> (String, String) {
    let (output, folder) =
        run(env!("CARGO_BIN_EXE_lecture"), name, &[&["--quick", "--pictures", "pictures"], arguments].concat());
    let html = std::fs::read_to_string(folder.join("lecture.html")).expect("a report");
    let pictures = std::fs::read_dir(folder.join("pictures")).expect("pictures").count();
    assert_eq!(html.matches("<figure ").count(), pictures, "a picture for each figure");
    for foreign in ["http:", "https:", "src=", "<script", "<link", "NaN"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    std::fs::remove_dir_all(folder).expect("clean up");
    (output, html)
}

/// What follows from mathematics holds with any seed.
#[test]
fn lecture_depth_and_surfaces() {
    let (output, html) = lecture("lecture", &["--seed", "3", "--only", "depth", "--only", "surfaces"]);
    assert!(output.contains("5 claims hold, 0 are unclear, 0 do not hold: lecture.html"), "{output}");
    assert!(html.contains("Rosenbrock"));
}

#[test]
fn lecture_names_what_is_wrong() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_lecture")).args(["--only", "magic"]).output().expect("the lecture starts");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("there is no chapter magic"), "{error}");
}

/// All of it; minutes in a debug build.
#[test]
#[ignore = "long: run it with --release"]
fn lecture_whole() {
    let (output, html) = lecture("lecture-whole", &[]);
    for chapter in ["depth", "race", "overfitting", "ensembles", "sharing", "tasks", "attacks"] {
        assert!(output.contains(chapter), "{output}");
    }
    let last = output.lines().last().expect("a line");
    let [holds, unclear, fails] = ["", "claims hold, ", "unclear, "].map(|text| number_behind(last, text));
    assert!(holds >= 30.0 && holds > 3.0 * (unclear + fails), "{last}");
    assert!(html.contains("Digits and their adversarial copies"));
}
