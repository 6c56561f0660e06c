//! One line for each row of targets, rival and build.

use super::cell::{Cell, Pair, Verdict};
use super::table::{Table, rows, shown};

pub fn of(cells: &[Pair]) -> String {
    let mut table = Table::new(&[
        "what",
        "against",
        "built for",
        "hold",
        "reach",
        "cells",
        "reach",
        "hold",
        "MISSED",
        "mean",
        "worst",
        "where",
    ]);
    for row in rows(cells) {
        for rival in rivals(cells, row) {
            let of_row = |pair: &&Pair| {
                let place = &pair.default.place;
                place.row == row && place.rival == rival && pair.default.hold.is_some()
            };
            let pairs = || cells.iter().filter(of_row);
            let default: Vec<&Cell> = pairs().map(|pair| &pair.default).collect();
            let native: Vec<&Cell> = pairs().map(|pair| &pair.native).collect();
            if !default.is_empty() {
                table.push(line("any", &default));
                table.push(line("this", &native));
            }
        }
    }
    table.render()
}

fn rivals<'a>(cells: &'a [Pair], row: &str) -> Vec<&'a str> {
    let mut rivals: Vec<&str> = Vec::new();
    for pair in cells.iter().filter(|pair| pair.default.place.row == row) {
        let rival = pair.default.place.rival.as_str();
        if !rivals.contains(&rival) {
            rivals.push(rival);
        }
    }
    rivals
}

/// The cells are of one row, rival and build; there is at least one.
fn line(built_for: &str, cells: &[&Cell]) -> Vec<String> {
    let count = |verdict| {
        let such = cells.iter().filter(|cell| cell.verdict() == Some(verdict));
        such.count().to_string()
    };
    let value = |cell: &Cell| cell.value().unwrap_or(f64::NAN);
    let worst = cells
        .iter()
        .max_by(|one, other| excess(one).total_cmp(&excess(other)))
        .expect("there is a cell");
    let logarithms: f64 = cells.iter().map(|cell| value(cell).ln()).sum();
    let mean = (logarithms / cells.len() as f64).exp();
    vec![
        worst.place.row.clone(),
        worst.place.rival.clone(),
        built_for.to_owned(),
        targets(cells, |cell| cell.hold),
        targets(cells, |cell| cell.reach),
        cells.len().to_string(),
        count(Verdict::Reach),
        count(Verdict::Hold),
        count(Verdict::Missed),
        shown(mean),
        shown(value(worst)),
        worst.place.to_string(),
    ]
}

/// How far beyond its own target a cell is; targets of one row differ with the number of intervals.
fn excess(cell: &Cell) -> f64 {
    cell.value().unwrap_or(f64::NAN) / cell.hold.unwrap_or(1.0)
}

fn targets(cells: &[&Cell], target: fn(&Cell) -> Option<f64>) -> String {
    let mut targets: Vec<String> = Vec::new();
    for target in cells.iter().filter_map(|cell| target(cell)) {
        let target = target.to_string();
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets.join(" / ")
}
