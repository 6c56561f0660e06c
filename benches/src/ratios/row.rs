/// What the targets are about. The numbers are ratios: what ours takes, divided by what the rival
/// takes in the same run; where there is no rival, bytes or milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// Is one resource free?
    AnyOverlap,
    /// The same where all starts lie within a few days.
    CrowdedStarts,
    /// What is in the way?
    ListOverlapping,
    /// Which slots of a month are free?
    SortedSweep,
    /// One meeting comes, another goes.
    InsertRemove,
    /// Eighteen questions, one meeting comes, another goes.
    Mixed,
    /// Loading everything at once.
    Build,
    /// Are all of sixteen people free?
    Participants,
    /// Bytes for each interval right after loading.
    MemoryLoaded,
    /// The same after most of what was loaded has been replaced.
    MemoryChurned,
    /// Searching slots of hosts who are always open, against the least any search has to do.
    Slots,
    /// The same in office hours: no target, since most candidates drop out after the first hosts.
    SlotsInOfficeHours,
    /// Searching slots of hosts who are always open, against the naive loop.
    SlotsNaive,
    /// The same in office hours, when the loop mostly stops at the first meeting: no target, since
    /// the bare sweep itself would hardly meet it.
    SlotsNaiveInOfficeHours,
    /// Every occurrence of a meeting that repeats.
    WholeSeries,
    /// Those in a window, years after the first.
    WindowOfSeries,
    /// A calendar file and when it makes its owner busy within two years; in milliseconds.
    ReadCalendar,
}

/// What a ratio (or a number of bytes) should not exceed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The floor: above it, something is wrong.
    pub hold: f64,
    /// Where it should be.
    pub reach: Option<f64>,
}

impl Row {
    /// What to call it in a table.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::AnyOverlap => "any overlap, one resource",
            Self::CrowdedStarts => "any overlap, starts crowded into a few days",
            Self::ListOverlapping => "list all overlapping",
            Self::SortedSweep => "sorted sweep over a month of slots",
            Self::InsertRemove => "insert + remove",
            Self::Mixed => "mixed, 90 % any overlap, 5 % insert, 5 % remove",
            Self::Build => "build",
            Self::Participants => "16 participants free? among 100k × 50",
            Self::MemoryLoaded => "memory per interval, after bulk load",
            Self::MemoryChurned => "memory per interval, after churn",
            Self::Slots => "slots, against a bare sweep",
            Self::SlotsInOfficeHours => "slots in office hours, against a bare sweep",
            Self::SlotsNaive => "slots, against the naive loop",
            Self::SlotsNaiveInOfficeHours => "slots in office hours, against the naive loop",
            Self::WholeSeries => "a meeting that repeats, from its first occurrence",
            Self::WindowOfSeries => "a meeting that repeats, a window years later",
            Self::ReadCalendar => "a calendar file, read and expanded, in ms",
        }
    }

    /// What this row asks for against `rival` with `count` intervals; `None` where there is no
    /// target, and the cell is there for comparison.
    #[must_use]
    pub fn target(self, rival: &str, count: usize) -> Option<Target> {
        let (hold, reach) = match (self, rival) {
            (Self::AnyOverlap, "coitrees") => (0.35, Some(if count < 1_000 { 0.30 } else { 0.20 })),
            (Self::AnyOverlap, "superintervals") => {
                (0.65, Some(if count < 1_000 { 0.40 } else { 0.30 }))
            }
            (Self::CrowdedStarts, "superintervals") => (0.50, Some(0.30)),
            (Self::ListOverlapping, "superintervals") => (0.85, Some(0.50)),
            (Self::SortedSweep, "superintervals") => (1.0, Some(0.40)),
            (Self::InsertRemove, "iset") if count < 100_000 => (0.60, Some(0.45)),
            (Self::InsertRemove, "iset") => (0.30, Some(0.15)),
            (Self::InsertRemove, "BTreeMap") if count < 10_000 => (1.1, None),
            (Self::InsertRemove, "BTreeMap") => (0.80, Some(0.50)),
            (Self::Participants, "HashMap of Vecs") => (0.15, Some(0.08)),
            (Self::MemoryLoaded, "") => (20.0, None),
            (Self::MemoryChurned, "") => (28.0, None),
            (Self::Slots, _) => (3.0, Some(2.0)),
            (Self::SlotsNaive, _) => (0.02, Some(0.005)),
            (Self::WholeSeries, _) => (0.25, Some(0.10)),
            (Self::WindowOfSeries, _) => (0.02, Some(0.01)),
            (Self::ReadCalendar, _) => (100.0, None),
            _ => return None,
        };
        Some(Target { hold, reach })
    }
}
