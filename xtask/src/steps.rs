//! Everything that is checked, in an order that compiles little twice: what only checks comes
//! first and shares its artifacts, what builds comes after it, always with every feature.

use crate::advisories;
use crate::command::{command, finish, run};
use crate::report::Checked;

/// One thing that is checked.
pub struct Step {
    /// What to call it on the command line.
    pub name: &'static str,
    /// What it makes sure of.
    pub about: &'static str,
    /// Checks it.
    pub run: fn() -> Checked,
}

/// Every step, in order.
pub const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "rustfmt would change nothing",
        run: format,
    },
    Step {
        name: "clippy",
        about: "no warning in any target",
        run: clippy,
    },
    Step {
        name: "engine",
        about: "core compiles without its features",
        run: || run("cargo check --locked -p astralis-core --no-default-features"),
    },
    Step {
        name: "rustdoc",
        about: "the documentation builds without a warning",
        run: rustdoc,
    },
    Step {
        name: "test",
        about: "every unit, integration, process and browser test",
        run: || run("cargo nextest run --locked --workspace --all-features --no-fail-fast"),
    },
    Step {
        name: "doctest",
        about: "every example in the documentation",
        run: || run("cargo test --locked --workspace --all-features --doc"),
    },
    Step {
        name: "build",
        about: "examples and benches",
        run: || run("cargo build --locked --workspace --all-features --examples --benches"),
    },
    Step {
        name: "fuzz",
        about: "the fuzz targets compile",
        run: fuzz,
    },
    Step {
        name: "deny",
        about: "licences, banned crates, sources",
        run: || {
            run(
                "cargo deny --locked --workspace check --hide-inclusion-graph bans licenses sources",
            )
        },
    },
    Step {
        name: "advisories",
        about: "no known vulnerability, if the database can be reached",
        run: advisories::check,
    },
];

fn format() -> Checked {
    run("cargo fmt --all --check")?;
    run("cargo fmt --manifest-path fuzz/Cargo.toml --check")?;
    run("cargo fmt --manifest-path xtask/Cargo.toml --check")
}

fn clippy() -> Checked {
    run("cargo clippy --locked --workspace --all-targets --all-features -- -D warnings")?;
    run("cargo clippy --locked --manifest-path xtask/Cargo.toml -- -D warnings")
}

fn rustdoc() -> Checked {
    let mut doc = command("cargo doc --locked --workspace --all-features --no-deps");
    finish(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn fuzz() -> Checked {
    run("cargo check --locked --manifest-path fuzz/Cargo.toml")
}
