//! Keeps the tables of a full run in the benchmarks' own page.

use std::fs;

use crate::command::root;

const PAGE: &str = "benches/README.md";
const BEGIN: &str = "<!-- written by `cargo xtask bench` from here … -->";
const END: &str = "<!-- … to here -->";

/// Replaces what stands between the two marks.
pub fn keep(tables: &str) -> Result<(), String> {
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).map_err(|error| format!("{PAGE}: {error}"))?;
    let (before, rest) = page.split_once(BEGIN).ok_or("the first mark is missing")?;
    let (_, after) = rest.split_once(END).ok_or("the second mark is missing")?;
    let page = format!("{before}{BEGIN}\n\n{tables}\n{END}{after}");
    fs::write(&path, page).map_err(|error| format!("{PAGE}: {error}"))
}
