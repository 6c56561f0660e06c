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

use std::path::PathBuf;
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
    let (default, native) = (Target::Default.build()?, Target::Native.build()?);
    let (default, native) = (default.measure(extent)?, native.measure(extent)?);
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

/// The programs of one build.
struct Built {
    target: Target,
    programs: Vec<PathBuf>,
}

impl Target {
    /// Builds everything before anything runs, so that no compiler disturbs a measurement, and
    /// whatever is edited meanwhile has no part in it.
    fn build(self) -> Result<Built, String> {
        eprintln!("   building for {}", self.name());
        let mut build = command(
            "cargo bench --quiet --locked -p astralis-benches --bench ratios --bench memory --bench calendars \
             --no-run --message-format json-render-diagnostics",
        );
        // Each of these would go before what is set here.
        build.env_remove("CARGO_ENCODED_RUSTFLAGS");
        build.env_remove("CARGO_BUILD_RUSTFLAGS");
        match self {
            Self::Default => build.env_remove("RUSTFLAGS"),
            // In a folder of its own, or each build would undo the other.
            Self::Native => build
                .env("RUSTFLAGS", "-C target-cpu=native")
                .env("CARGO_TARGET_DIR", "target/native"),
        };
        let messages = output(build.stderr(Stdio::inherit()))?;
        let programs = messages.lines().filter_map(executable).collect();
        Ok(Built {
            target: self,
            programs,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Default => "any processor",
            Self::Native => "this processor",
        }
    }
}

impl Built {
    fn measure(&self, extent: Extent) -> Result<Vec<Cell>, String> {
        let mut lines = match extent {
            Extent::Quick => self.output_of("ratios", &["--quick"])?,
            Extent::Full => self.output_of("ratios", &[])?,
        };
        if extent == Extent::Full {
            lines += &self.output_of("memory", &[])?;
            lines += &self.output_of("calendars", &[])?;
        }
        lines.lines().map(str::parse).collect()
    }

    fn output_of(&self, name: &str, arguments: &[&str]) -> Result<String, String> {
        eprintln!("   measuring {name}, built for {}", self.target.name());
        let is_named = |path: &&PathBuf| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            file.starts_with(&format!("{name}-"))
        };
        let program = self.programs.iter().find(is_named);
        let program = program.ok_or_else(|| format!("{name} was not built"))?;
        let mut run = Command::new(program);
        output(run.args(arguments).stderr(Stdio::inherit()))
    }
}

/// What a program prints, if it ends well.
fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{name}: {error}"))
}

/// Where one of cargo's messages says that a program was put.
fn executable(message: &str) -> Option<PathBuf> {
    let (_, rest) = message.split_once("\"executable\":\"")?;
    rest.split_once('"').map(|(path, _)| PathBuf::from(path))
}
