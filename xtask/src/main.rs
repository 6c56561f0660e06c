//! The test command of Astralis: `cargo xtask test` installs what is missing and checks
//! everything; CI runs exactly that. `cargo xtask bench` measures.
//!
//! `steps.rs` is the list of what is checked, `setup.rs` installs the tools, `advisories.rs` is
//! the one step that may be unable to tell, and `command.rs` and `report.rs` run and time them.
//! `bench/` runs the benchmarks and makes their tables.

mod advisories;
mod bench;
mod command;
mod report;
mod setup;
mod steps;

use std::process::ExitCode;

use crate::bench::Extent;
use crate::report::Report;
use crate::steps::{STEPS, Step};

const HELP: &str = "\
cargo xtask test [STEP…]   installs what is missing, then runs every step, or only those named
cargo xtask lint           the steps that run no test: format, clippy, rustdoc, deny
cargo xtask setup          installs what is missing: browser, cargo tools, Python and npm packages
cargo xtask bench          measures everything beside its rivals; rewrites the tables in benches/
cargo xtask bench --quick  measures some of it, in about a minute; prints only

steps, in order:";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["setup"] => run(&[]),
        ["lint"] => run_named(&["format", "clippy", "rustdoc", "deny"]),
        ["test"] => run(&STEPS.iter().collect::<Vec<_>>()),
        ["test", names @ ..] => run_named(names),
        ["bench"] => measure(Extent::Full),
        ["bench", "--quick"] => measure(Extent::Quick),
        _ => help(),
    }
}

fn run_named(names: &[&str]) -> ExitCode {
    let named = |name: &&str| STEPS.iter().find(|step| step.name == *name);
    match names.iter().map(named).collect::<Option<Vec<&Step>>>() {
        Some(steps) => run(&steps),
        None => help(),
    }
}

/// Needs no set-up: cargo alone. A missed target is no failure.
fn measure(extent: Extent) -> ExitCode {
    match bench::run(extent) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> ExitCode {
    eprintln!("{HELP}");
    for step in STEPS {
        eprintln!("  {:<11}{}", step.name, step.about);
    }
    ExitCode::from(2)
}

/// Sets up and runs the steps. A step that fails does not keep the later ones from running, so
/// that one run tells everything; without its tools nothing could.
fn run(steps: &[&Step]) -> ExitCode {
    let mut report = Report::default();
    if report.run("setup", setup::install) {
        for step in steps {
            report.run(step.name, step.run);
        }
    }
    report.finish()
}
