//! Announces each step, times it, and sums up at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How a step ended when nothing failed.
pub enum Outcome {
    /// Everything was as it should be.
    Passed,
    /// It could not be told, and why. Not a failure, and never counted as passed.
    NotChecked(&'static str),
}

/// What a step answers; an error says in one line what failed.
pub type Checked = Result<Outcome, String>;

/// What ran so far.
#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    took: Duration,
    checked: Checked,
}

impl Report {
    /// Runs one step; `false` if it failed.
    pub fn run(&mut self, name: &'static str, step: fn() -> Checked) -> bool {
        eprintln!("\n── {name}");
        let begun = Instant::now();
        let line = Line {
            name,
            checked: step(),
            took: begun.elapsed(),
        };
        eprintln!("── {line}");
        let passed = line.checked.is_ok();
        self.lines.push(line);
        passed
    }

    /// Prints every step with its duration, and the closing line.
    pub fn finish(self) -> ExitCode {
        eprintln!("\n── summary");
        for line in &self.lines {
            eprintln!("{line}");
        }
        let total: Duration = self.lines.iter().map(|line| line.took).sum();
        let count = |wanted: fn(&Checked) -> bool| {
            self.lines
                .iter()
                .filter(|line| wanted(&line.checked))
                .count()
        };
        let passed = count(|checked| matches!(checked, Ok(Outcome::Passed)));
        let failed = count(Result::is_err);
        let not_checked = self.lines.len() - passed - failed;
        eprintln!("in {:.0} s", total.as_secs_f64());
        println!("steps: {passed} passed, {failed} failed, {not_checked} skipped");
        ExitCode::from(u8::from(failed > 0))
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:<11}{:>7.1} s  ", self.name, self.took.as_secs_f64())?;
        match &self.checked {
            Ok(Outcome::Passed) => f.write_str("ok"),
            Ok(Outcome::NotChecked(why)) => write!(f, "not checked: {why}"),
            Err(why) => write!(f, "FAILED: {why}"),
        }
    }
}
