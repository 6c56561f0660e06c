//! Other programs that read what we write, or answer what we ask: processes that take one line of
//! JSON after the other and answer each with one line.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::mailer::{python, script};

/// One of the scripts in `python/`, with the packages of `python/requirements.txt`, zone data
/// included: the system's may be older than ours.
///
/// # Panics
///
/// Says how to get them, if they are missing.
#[must_use]
pub fn python_reader(name: &str) -> Command {
    let mut command = Command::new(python());
    command.arg(script(name)).env("PYTHONTZPATH", "");
    command
}

/// One of the scripts in `node/`, with the packages of `node/package-lock.json`.
///
/// # Panics
///
/// Says how to get them, if they are missing.
#[must_use]
pub fn node_reader(name: &str) -> Command {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
    assert!(
        project.join("node_modules").exists(),
        "no packages beside {}. The test command installs them; by hand:\n  \
         cd astralis-testkit/node && npm ci",
        project.join("package-lock.json").display()
    );
    let mut command = Command::new("node");
    command.arg(project.join(name));
    command
}

/// What a reader answers to each question, a line without a line break; asked all at once.
///
/// # Panics
///
/// If the reader cannot be run, or gives up.
#[must_use]
pub fn answers(mut reader: Command, questions: &[String]) -> Vec<String> {
    let mut process = reader
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{reader:?} cannot be run: {error}"));
    let mut stdin = process.stdin.take().expect("it is piped");
    let lines: String = questions.iter().map(|one| format!("{one}\n")).collect();
    // Beside reading: a reader that answers at once would else wait for us, and we for it.
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = process.wait_with_output().expect("its output can be read");
    assert!(output.status.success(), "{reader:?} gave up");
    writer
        .join()
        .expect("writing does not panic")
        .expect("it reads all questions");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let answers: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), questions.len(), "one answer a question");
    answers
}
