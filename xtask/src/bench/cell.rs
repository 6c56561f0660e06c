use std::fmt;
use std::str::FromStr;

/// What was measured in one place: one line of what the benchmarks print.
#[derive(Clone)]
pub struct Cell {
    pub place: Place,
    unit: Unit,
    ours: Option<Measured>,
    theirs: Option<Measured>,
    pub hold: Option<f64>,
    pub reach: Option<f64>,
}

/// Which cell it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    pub row: String,
    pub workload: String,
    pub count: usize,
    pub asked: String,
    pub rival: String,
}

/// One cell, measured with both builds.
pub struct Pair {
    pub default: Cell,
    pub native: Cell,
}

/// Where a cell stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Reach,
    Hold,
    Missed,
}

#[derive(Clone, Copy)]
struct Measured {
    median: f64,
    least: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Nanoseconds,
    Milliseconds,
    Bytes,
}

/// Pairs what both builds measured, in the order of the first.
pub fn side_by_side(default: &[Cell], native: &[Cell]) -> Result<Vec<Pair>, String> {
    let pair = |cell: &Cell| {
        let other = native.iter().find(|other| other.place == cell.place);
        let other = other.ok_or("the two builds measured different cells")?;
        Ok(Pair {
            default: cell.clone(),
            native: other.clone(),
        })
    };
    default.iter().map(pair).collect()
}

impl Cell {
    /// What is compared with the targets: the ratio of the medians, or the one number there is.
    pub fn value(&self) -> f64 {
        match (self.ours, self.theirs) {
            (Some(ours), Some(theirs)) => ours.median / theirs.median,
            (Some(one), None) | (None, Some(one)) => one.median,
            (None, None) => f64::NAN,
        }
    }

    /// The ratio of the best rounds, which noise disturbs least.
    pub fn value_of_least(&self) -> Option<f64> {
        let (ours, theirs) = (self.ours?, self.theirs?);
        Some(ours.least / theirs.least)
    }

    /// `None` if no target is about it.
    pub fn verdict(&self) -> Option<Verdict> {
        let value = self.value();
        let hold = self.hold?;
        Some(match self.reach {
            Some(reach) if value <= reach => Verdict::Reach,
            _ if value <= hold => Verdict::Hold,
            _ => Verdict::Missed,
        })
    }

    pub fn ours(&self) -> String {
        self.shown(self.ours)
    }

    pub fn theirs(&self) -> String {
        self.shown(self.theirs)
    }

    /// Whether there is a rival to divide by.
    pub fn is_ratio(&self) -> bool {
        self.unit == Unit::Nanoseconds
    }

    fn shown(&self, measured: Option<Measured>) -> String {
        let Some(Measured { median, .. }) = measured else {
            return String::new();
        };
        match self.unit {
            Unit::Bytes => format!("{median:.1} B"),
            Unit::Milliseconds => format!("{median:.2} ms"),
            Unit::Nanoseconds if median < 1e3 => format!("{median:.1} ns"),
            Unit::Nanoseconds if median < 1e6 => format!("{:.1} µs", median / 1e3),
            Unit::Nanoseconds => format!("{:.1} ms", median / 1e6),
        }
    }
}

impl FromStr for Cell {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [
            row,
            workload,
            count,
            asked,
            rival,
            unit,
            ours,
            our_least,
            theirs,
            their_least,
            hold,
            reach,
        ] = fields[..]
        else {
            return Err(format!("expected twelve fields: {line:?}"));
        };
        let number = |field: &str| match field {
            "" => Ok(None),
            field => field
                .parse()
                .map(Some)
                .map_err(|_| format!("not a number: {field:?}")),
        };
        let measured = |median, least| {
            let (median, least) = (number(median)?, number(least)?);
            let both = median.zip(least);
            Ok::<_, String>(both.map(|(median, least)| Measured { median, least }))
        };
        Ok(Self {
            place: Place {
                row: row.to_owned(),
                workload: workload.to_owned(),
                count: count
                    .parse()
                    .map_err(|_| format!("not a count: {count:?}"))?,
                asked: asked.to_owned(),
                rival: rival.to_owned(),
            },
            unit: match unit {
                "ns" => Unit::Nanoseconds,
                "ms" => Unit::Milliseconds,
                "B" => Unit::Bytes,
                other => return Err(format!("not a unit: {other:?}")),
            },
            ours: measured(ours, our_least)?,
            theirs: measured(theirs, their_least)?,
            hold: number(hold)?,
            reach: number(reach)?,
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reach => "reach",
            Self::Hold => "hold",
            Self::Missed => "MISSED",
        })
    }
}

impl fmt::Display for Place {
    /// Without the row and the rival.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            workload,
            count,
            asked,
            ..
        } = self;
        write!(f, "{workload}, {count}, {asked}")
    }
}
