//! Installs what the tests need and the machine lacks. What is there already is left alone, so a
//! second run does next to nothing.

use std::fs;
use std::path::Path;

use crate::command::{command, finish, root, run, succeeds, tools};
use crate::report::{Checked, Outcome};

/// A command that only works where a Debian package is installed, and that package.
const DEBIAN_PACKAGES: &[(&str, &str)] = &[
    ("chromium --version", "chromium"),
    ("chromedriver --version", "chromium-driver"),
    ("python3 -m ensurepip --version", "python3-venv"),
    ("npm --version", "npm"),
    (
        "sh astralis-testkit/src/postgres/cluster.sh --find",
        "postgresql",
    ),
];

/// Cargo's sub-commands that the steps call, and where they come from.
const CARGO_TOOLS: &[(&str, &str)] = &[
    ("cargo nextest --version", "cargo-nextest@0.9.143"),
    ("cargo deny --version", "cargo-deny@0.20.2"),
];

/// Hold axe-core, which finds accessibility violations, and ical.js, which reads calendars; each with
/// its lock file.
const NPM_PROJECTS: [&str; 2] = [
    "astralis-server/tests/end_to_end/browser",
    "astralis-testkit/node",
];

/// Independent readers of mails and calendars.
const PYTHON_REQUIREMENTS: &str = "astralis-testkit/python/requirements.txt";

/// Installs everything that is missing.
pub fn install() -> Checked {
    debian_packages()?;
    for (probe, package) in CARGO_TOOLS {
        cargo_tool(probe, package)?;
    }
    python_packages()?;
    npm_packages()
}

fn debian_packages() -> Checked {
    let missing: Vec<&str> = DEBIAN_PACKAGES
        .iter()
        .filter(|(probe, _)| !succeeds(probe))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(Outcome::Passed);
    }
    let packages = missing.join(" ");
    if !succeeds("apt-get --version") || !is_root() {
        return Err(format!("please install {packages} (named as in Debian)"));
    }
    run("apt-get update")?;
    let line = format!("apt-get install --yes --no-install-recommends {packages}");
    finish(command(&line).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Only root may install packages.
fn is_root() -> bool {
    command("id -u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Built without optimization: compiling the tool takes longer than it ever runs.
fn cargo_tool(probe: &str, package: &str) -> Checked {
    if succeeds(probe) {
        return Ok(Outcome::Passed);
    }
    let tools = tools();
    let mut install = command("cargo install --locked --debug --root");
    finish(install.arg(tools).arg(package))
}

fn python_packages() -> Checked {
    let environment = tools().join("python");
    let requirements = root().join(PYTHON_REQUIREMENTS);
    once_for(&requirements, &environment.join("installed.txt"), || {
        finish(command("python3 -m venv --clear").arg(&environment))?;
        let pip = environment.join("bin/python").display().to_string();
        let mut install = command(&format!("{pip} -m pip install --quiet --requirement"));
        finish(install.arg(&requirements))
    })
}

fn npm_packages() -> Checked {
    for project in NPM_PROJECTS.map(|project| root().join(project)) {
        let lock = project.join("package-lock.json");
        once_for(&lock, &project.join("node_modules/installed.json"), || {
            let mut install = command("npm ci --ignore-scripts --no-audit --no-fund");
            finish(install.current_dir(&project))
        })?;
    }
    Ok(Outcome::Passed)
}

/// Installs unless `stamp` says that exactly what `wanted` lists was installed before.
fn once_for(wanted: &Path, stamp: &Path, install: impl FnOnce() -> Checked) -> Checked {
    let list = fs::read(wanted).map_err(|error| format!("{}: {error}", wanted.display()))?;
    if fs::read(stamp).is_ok_and(|installed| installed == list) {
        return Ok(Outcome::Passed);
    }
    install()?;
    fs::write(stamp, list).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(Outcome::Passed)
}
