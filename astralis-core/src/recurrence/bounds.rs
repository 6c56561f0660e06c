use std::fmt;

/// The most steps one expansion may take: periods looked at, those without an occurrence included,
/// and positions picked by BYSETPOS. Every day of 270 years.
pub const MAX_STEPS: usize = 100_000;

/// The most occurrences one expansion may find.
pub const MAX_OCCURRENCES: usize = 100_000;

/// The most times of one period, as BYHOUR, BYMINUTE and BYSECOND multiply: every minute of a day.
pub const MAX_TIMES: usize = 1_440;

/// What an expansion may still spend. Handing the same budget to several expansions bounds them
/// together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Steps.
    pub steps: usize,
    /// Occurrences.
    pub occurrences: usize,
}

/// A bound that an expansion would have passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// [`Budget::steps`].
    Steps,
    /// [`Budget::occurrences`].
    Occurrences,
    /// [`MAX_TIMES`].
    Times,
}

impl Default for Budget {
    /// [`MAX_STEPS`] and [`MAX_OCCURRENCES`].
    fn default() -> Self {
        Self {
            steps: MAX_STEPS,
            occurrences: MAX_OCCURRENCES,
        }
    }
}

impl Budget {
    /// How much was spent since there was so much, steps and occurrences together.
    #[must_use]
    pub const fn spent_of(&self, whole: &Self) -> usize {
        whole.steps.saturating_sub(self.steps) + whole.occurrences.saturating_sub(self.occurrences)
    }

    pub(super) fn take_steps(&mut self, steps: usize) -> Result<(), Bound> {
        self.steps = self.steps.checked_sub(steps).ok_or(Bound::Steps)?;
        Ok(())
    }

    pub(super) fn take_occurrences(&mut self, occurrences: usize) -> Result<(), Bound> {
        let left = self.occurrences.checked_sub(occurrences);
        self.occurrences = left.ok_or(Bound::Occurrences)?;
        Ok(())
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps => f.write_str("more steps than it may take"),
            Self::Occurrences => f.write_str("more occurrences than may be asked for"),
            Self::Times => write!(f, "more than {MAX_TIMES} times in one period"),
        }
    }
}
