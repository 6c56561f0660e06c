//! Every cell in a table, row of targets by row of targets.

use super::Extent;
use super::cell::{Cell, Pair};

/// Columns of equal width in plain text, and a table in Markdown.
pub struct Table {
    lines: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        let head = head.iter().map(|cell| (*cell).to_owned()).collect();
        Self { lines: vec![head] }
    }

    pub fn push(&mut self, line: Vec<String>) {
        self.lines.push(line);
    }

    pub fn render(&self) -> String {
        let columns = self.lines[0].len();
        let width = |column: usize| {
            let cells = self.lines.iter().map(|line| line[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for (number, line) in self.lines.iter().enumerate() {
            text.push('|');
            for (cell, width) in line.iter().zip(&widths) {
                let padding = width - cell.chars().count();
                text += &format!(" {cell}{} |", " ".repeat(padding));
            }
            text.push('\n');
            if number == 0 {
                let rules = widths.iter().map(|width| "-".repeat(width + 2));
                text += &format!("|{}|\n", rules.collect::<Vec<_>>().join("|"));
            }
        }
        text
    }
}

/// A table for each row, those with targets first. Folded away on the page of a full run.
pub fn of_all(cells: &[Pair], extent: Extent) -> String {
    let mut text = String::new();
    let mut add = |heading: &str, judged: bool| {
        for row in rows(cells) {
            let of_row = |pair: &&Pair| pair.default.place.row == row;
            let wanted = |pair: &&Pair| pair.default.hold.is_some() == judged;
            let of_row: Vec<&Pair> = cells.iter().filter(of_row).filter(wanted).collect();
            if !of_row.is_empty() {
                let table = table(&of_row);
                text += &match extent {
                    Extent::Quick => format!("{row}{heading}\n{table}\n"),
                    Extent::Full => format!(
                        "<details><summary>{row}{heading}</summary>\n\n{table}\n</details>\n\n"
                    ),
                };
            }
        }
    };
    add("", true);
    add(", for comparison", false);
    text
}

/// Each once, in the order in which they were measured.
pub fn rows(cells: &[Pair]) -> Vec<&str> {
    let mut rows: Vec<&str> = Vec::new();
    for pair in cells {
        let row = pair.default.place.row.as_str();
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

fn table(cells: &[&Pair]) -> String {
    let mut table = Table::new(&[
        "workload",
        "n",
        "asked",
        "rival",
        "hold",
        "reach",
        "ours",
        "rival's",
        "ratio",
        "of least",
        "",
        "ours, native",
        "rival's",
        "ratio",
        "of least",
        "",
    ]);
    for pair in cells {
        let place = &pair.default.place;
        let target = |target: Option<f64>| target.map_or_else(String::new, |it| it.to_string());
        let mut line = vec![
            place.workload.clone(),
            place.count.to_string(),
            place.asked.clone(),
            place.rival.clone(),
            target(pair.default.hold),
            target(pair.default.reach),
        ];
        line.extend(columns(&pair.default));
        line.extend(columns(&pair.native));
        table.push(line);
    }
    table.render()
}

fn columns(cell: &Cell) -> [String; 5] {
    let ratio = |value: Option<f64>| {
        let value = value.filter(|_| cell.is_ratio());
        value.map_or_else(String::new, shown)
    };
    [
        cell.ours(),
        cell.theirs(),
        ratio(cell.value()),
        ratio(cell.value_of_least()),
        cell.verdict().map_or_else(String::new, |it| it.to_string()),
    ]
}

/// Two digits that matter.
pub fn shown(ratio: f64) -> String {
    if ratio < 0.1 {
        format!("{ratio:.4}")
    } else {
        format!("{ratio:.2}")
    }
}
