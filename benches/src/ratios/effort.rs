use std::time::Duration;

use crate::workloads::Kind;

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How often the two sides of a cell take turns.
    pub rounds: usize,
    /// The turn of the faster side lasts at least so long …
    pub at_least: Duration,
    /// … unless the slower one's would last longer than this.
    pub at_most: Duration,
    /// How many different questions there are; a power of two.
    pub questions: usize,
    /// How many intervals one resource is taken by.
    pub sizes: &'static [usize],
    /// What sort of intervals these are.
    pub kinds: &'static [Kind],
    /// How many subjects there are where there are many.
    pub subjects: u32,
    /// Whether to meet the rivals that no target is about, too.
    pub all_rivals: bool,
}

impl Effort {
    /// For the table.
    pub const FULL: Self = Self {
        rounds: 9,
        at_least: Duration::from_millis(3),
        at_most: Duration::from_millis(25),
        questions: 1 << 16,
        sizes: &[100, 1_000, 10_000, 100_000, 1_000_000],
        kinds: &[
            Kind::Calendar,
            Kind::Imported,
            Kind::LongAbsence,
            Kind::Adversarial,
        ],
        subjects: 100_000,
        all_rivals: true,
    };

    /// For a look while working.
    pub const QUICK: Self = Self {
        rounds: 7,
        at_least: Duration::from_millis(2),
        at_most: Duration::from_millis(10),
        questions: 1 << 14,
        sizes: &[100, 10_000, 1_000_000],
        kinds: &[Kind::Calendar, Kind::Imported],
        subjects: 100_000,
        all_rivals: false,
    };
}
