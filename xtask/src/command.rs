//! Runs other programs, in the repository's root and with its own tools first on the path.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::report::{Checked, Outcome};

/// Where the repository is.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in a folder of the repository")
}

/// What the tests need and the repository does not hold; survives between runs.
pub fn tools() -> PathBuf {
    root().join("target/tools")
}

/// A program with its arguments, separated by blanks, ready to run.
pub fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().expect("a command line names a program"));
    command.args(words).current_dir(root()).stdin(Stdio::null());
    command.env("PATH", path());
    for (name, _) in std::env::vars_os() {
        if is_about_xtask(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it; an error if it does not end well.
pub fn run(line: &str) -> Checked {
    finish(&mut command(line))
}

/// Runs what was prepared with [`command`]; an error if it does not end well.
pub fn finish(command: &mut Command) -> Checked {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let line = words.join(" ");
    eprintln!("   $ {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(Outcome::Passed),
        Ok(status) => Err(format!("`{line}`: {status}")),
        Err(error) => Err(format!("`{line}` cannot be started: {error}")),
    }
}

/// Whether the program can be started at all; its output is of no interest.
pub fn succeeds(line: &str) -> bool {
    command(line)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn path() -> std::ffi::OsString {
    let inherited = std::env::var_os("PATH").expect("PATH is set, or cargo would not have run");
    let all = std::iter::once(tools().join("bin")).chain(std::env::split_paths(&inherited));
    std::env::join_paths(all).expect("no entry of PATH contains its separator")
}

/// What `cargo run` tells the program it starts. Build scripts look at some of it, so that
/// passing it on would build them twice: once under `cargo xtask`, once under plain `cargo`.
fn is_about_xtask(variable: &str) -> bool {
    [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
    ]
    .iter()
    .any(|prefix| variable.starts_with(prefix))
}
