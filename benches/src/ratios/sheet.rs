use std::io::{self, Write};

use crate::ratios::{Row, Target, Times};

/// Writes one line for each cell, its fields separated by tabs:
/// row, workload, intervals, question, rival, unit, our median and least, the rival's median and
/// least, hold, reach. What does not apply is empty.
#[derive(Debug)]
pub struct Sheet<W> {
    out: W,
}

/// Which cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) row: Row,
    pub(super) workload: &'a str,
    pub(super) count: usize,
    pub(super) asked: &'a str,
}

impl<W: Write> Sheet<W> {
    /// A sheet without lines.
    pub const fn new(out: W) -> Self {
        Self { out }
    }

    /// What both sides took.
    pub(super) fn times(
        &mut self,
        place: Place<'_>,
        rival: &str,
        [ours, theirs]: [Times; 2],
    ) -> io::Result<()> {
        let times = [ours.median, ours.least, theirs.median, theirs.least];
        let times = times.map(|time| format!("{time:.2}"));
        let target = place.row.target(rival, place.count);
        self.line(place, rival, "ns", &times, target)
    }

    /// What one side weighs; nobody to compare it with.
    pub(super) fn bytes(&mut self, place: Place<'_>, bytes: f64, rival: &str) -> io::Result<()> {
        let bytes = format!("{bytes:.2}");
        let nothing = String::new();
        let target = place.row.target(rival, place.count);
        let fields = if rival.is_empty() {
            [bytes.clone(), bytes, nothing.clone(), nothing]
        } else {
            [nothing.clone(), nothing, bytes.clone(), bytes]
        };
        self.line(place, rival, "B", &fields, target)
    }

    /// What ours took; nobody to compare it with.
    pub(super) fn milliseconds(&mut self, place: Place<'_>, times: Times) -> io::Result<()> {
        let [median, least] = [times.median, times.least].map(|time| format!("{:.4}", time / 1e6));
        let target = place.row.target("", place.count);
        let fields = [median, least, String::new(), String::new()];
        self.line(place, "", "ms", &fields, target)
    }

    fn line(
        &mut self,
        place: Place<'_>,
        rival: &str,
        unit: &str,
        numbers: &[String; 4],
        target: Option<Target>,
    ) -> io::Result<()> {
        let Place {
            row,
            workload,
            count,
            asked,
        } = place;
        let number = |number: Option<f64>| number.map(|number| number.to_string());
        let hold = number(target.map(|target| target.hold)).unwrap_or_default();
        let reach = number(target.and_then(|target| target.reach)).unwrap_or_default();
        writeln!(
            self.out,
            "{}\t{workload}\t{count}\t{asked}\t{rival}\t{unit}\t{}\t{hold}\t{reach}",
            row.title(),
            numbers.join("\t"),
        )?;
        self.out.flush()
    }
}
