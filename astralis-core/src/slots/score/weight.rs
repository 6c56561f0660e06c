/// How many points each unit of something gives, and how many units count at most.
///
/// What the unit is (a participant, a day, …) stands with each weight.
///
/// ```
/// # use astralis_core::slots::score::Weight;
/// let per_day = Weight::each(-1).at_most(10);
/// assert_eq!(per_day.of(3), -3);
/// assert_eq!(per_day.of(365), -10);
/// assert_eq!(Weight::NONE.of(3), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Weight {
    points: i64,
    most: u32,
}

impl Weight {
    /// Gives nothing, and so leaves no component.
    pub const NONE: Self = Self::each(0);

    /// `points` for each unit, however many there are.
    #[must_use]
    pub const fn each(points: i64) -> Self {
        Self {
            points,
            most: u32::MAX,
        }
    }

    /// The same, where no more than `units` count.
    #[must_use]
    pub const fn at_most(self, units: u32) -> Self {
        Self {
            points: self.points,
            most: units,
        }
    }

    /// The points for `units`; beyond what an `i64` holds, its nearest bound.
    #[must_use]
    pub fn of(self, units: u32) -> i64 {
        self.points.saturating_mul(units.min(self.most).into())
    }
}
