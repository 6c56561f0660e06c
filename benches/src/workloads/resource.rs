use astralis_core::time::Interval;

use crate::random::Random;
use crate::rivals::Ticks;
use crate::workloads::adversarial::adversarial;
use crate::workloads::calendar::{calendar, imported, long_absence};
use crate::workloads::crowded::{crowded, crowded_with_outliers};

/// What one resource may be taken by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Meetings on the quarter hours of working days; none overlaps another.
    Calendar,
    /// The same with a tenth of overlaps and a hundredth that lasts days.
    Imported,
    /// A calendar, and one interval over the first half of it.
    LongAbsence,
    /// Lengths log-uniform from five minutes to a year.
    Adversarial,
    /// All starts within five days.
    Crowded,
    /// The same and a few outliers, years away.
    CrowdedWithOutliers,
}

impl Kind {
    /// What to call it in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Imported => "imported",
            Self::LongAbsence => "long absence",
            Self::Adversarial => "adversarial",
            Self::Crowded => "crowded",
            Self::CrowdedWithOutliers => "crowded, outliers",
        }
    }

    /// Whether no two of its intervals overlap.
    #[must_use]
    pub const fn is_disjoint(self) -> bool {
        matches!(self, Self::Calendar)
    }

    /// Whether its times are those of machines, in seconds, not of people.
    pub(super) const fn is_crowded(self) -> bool {
        matches!(self, Self::Crowded | Self::CrowdedWithOutliers)
    }

    fn intervals(self, count: usize) -> Vec<Interval> {
        let random = &mut Random::seeded(0x9e37_79b9_7f4a_7c15);
        match self {
            Self::Calendar => calendar(count, random),
            Self::Imported => imported(count, random),
            Self::LongAbsence => long_absence(count, random),
            Self::Adversarial => adversarial(count, random),
            Self::Crowded => crowded(count, random),
            Self::CrowdedWithOutliers => crowded_with_outliers(count, random),
        }
    }
}

/// Everything that takes one resource.
#[derive(Debug)]
pub struct Resource {
    /// What sort of intervals these are.
    pub kind: Kind,
    /// In order of start, each with its number.
    pub entries: Vec<(Interval, u32)>,
}

impl Resource {
    /// A resource taken by so many intervals, at least two.
    #[must_use]
    pub fn taken(kind: Kind, count: usize) -> Self {
        let entries = kind.intervals(count).into_iter().zip(0..).collect();
        Self { kind, entries }
    }

    /// Splits off so many intervals at random: they can come in while others go, and what is
    /// there stays of the same kind.
    #[must_use]
    pub fn set_aside(mut self, count: usize) -> (Self, Vec<(Interval, u32)>) {
        let random = &mut Random::seeded(0x6a09_e667_f3bc_c908);
        let mut aside = Vec::with_capacity(count);
        let (mut left, mut wanted) = (self.entries.len(), count);
        self.entries.retain(|entry| {
            let goes = random.index(left) < wanted;
            left -= 1;
            if goes {
                wanted -= 1;
                aside.push(*entry);
            }
            !goes
        });
        (self, aside)
    }

    /// The finest 32-bit numbers that reach over the intervals and the questions about them.
    #[must_use]
    pub fn ticks(&self) -> Ticks {
        let ends = self
            .entries
            .iter()
            .map(|(interval, _)| interval.end_micros());
        let two_months = 60 * super::DAY;
        Ticks::reaching(ends.max().unwrap_or(0) + two_months)
    }
}
