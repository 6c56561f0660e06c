//! Runs the benchmarks and makes tables of what they print.
//!
//! Everything runs twice, built for any machine of the architecture and for this very one: some
//! rivals have a faster way for processors that offer it. Nothing is judged by how long it took,
//! only by what it took beside its rival; and a missed target is an answer, not a failure.

mod cell;
mod machine;
mod readme;
mod summary;
mod table;

use std::process::{Command, Stdio};

use crate::command::command;
use cell::{Cell, Verdict};

/// How much to measure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything; the tables go into `benches/README.md`.
    Full,
    /// Less than a minute's worth; the tables are printed only.
    Quick,
}

/// The same program, built in two ways.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// For any processor of the architecture.
    Default,
    /// For the processor at hand.
    Native,
}

/// Measures, prints the tables, and keeps those of a full run.
pub fn run(extent: Extent) -> Result<(), String> {
    for target in [Target::Default, Target::Native] {
        target.build()?;
    }
    let default = measure(Target::Default, extent)?;
    let native = measure(Target::Native, extent)?;
    let cells = cell::side_by_side(&default, &native)?;

    let text = format!(
        "{}\n{}\n{}",
        machine::described(),
        summary::of(&cells),
        table::of_all(&cells, extent)
    );
    println!("{text}");
    if extent == Extent::Full {
        readme::keep(&text)?;
    }
    let missed = cells.iter().flat_map(|cell| [&cell.default, &cell.native]);
    let missed = missed.filter(|one| one.verdict() == Some(Verdict::Missed));
    println!("cells: {}, missed: {}", 2 * cells.len(), missed.count());
    Ok(())
}

fn measure(target: Target, extent: Extent) -> Result<Vec<Cell>, String> {
    let mut lines = target.output("ratios", extent)?;
    if extent == Extent::Full {
        lines += &target.output("memory", extent)?;
    }
    lines.lines().map(str::parse).collect()
}

impl Target {
    /// Apart from running, so that the compiler disturbs no measurement.
    fn build(self) -> Result<(), String> {
        let mut build = self.cargo("--no-run --bench ratios --bench memory");
        match build.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the benchmarks do not build: {status}")),
            Err(error) => Err(format!("cargo cannot be started: {error}")),
        }
    }

    /// What one program prints.
    fn output(self, bench: &str, extent: Extent) -> Result<String, String> {
        eprintln!("   measuring {bench}, built for {}", self.name());
        let quick = if extent == Extent::Quick {
            " -- --quick"
        } else {
            ""
        };
        let mut run = self.cargo(&format!("--bench {bench}{quick}"));
        let run = run.stderr(Stdio::inherit());
        let output = run.output().map_err(|error| format!("{bench}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{bench}: {}", output.status));
        }
        String::from_utf8(output.stdout).map_err(|error| format!("{bench}: {error}"))
    }

    fn cargo(self, arguments: &str) -> Command {
        let line = format!("cargo bench --quiet --locked -p astralis-benches {arguments}");
        let mut cargo = command(&line);
        match self {
            Self::Default => cargo.env_remove("RUSTFLAGS"),
            // In a folder of its own, or each build would undo the other.
            Self::Native => cargo
                .env("RUSTFLAGS", "-C target-cpu=native")
                .env("CARGO_TARGET_DIR", "target/native"),
        };
        cargo
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Default => "any processor",
            Self::Native => "this processor",
        }
    }
}
