use std::fmt;

use crate::slots::score::{
    BaseRules, Candidate, Fairness, Fragmentation, Lateness, LocalHours, OptionalAbsences,
    PreferredPartOfDay, ScoreSheet, Scorer, ScoringContext, TentativeTime,
};

/// Several scorers that add up, in the order in which they were seated.
///
/// ```
/// # use astralis_core::slots::score::{BaseRules, Lateness, Panel, Weight};
/// let patient = Panel::new()
///     .with(BaseRules::default())
///     .with(Lateness { day: Weight::each(-1).at_most(5) });
/// ```
#[derive(Default)]
pub struct Panel {
    scorers: Vec<Box<dyn Scorer>>,
}

impl Panel {
    /// A panel of nobody: it gives no points.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The [`BaseRules`] and every other scorer of this module, with their default weights.
    ///
    /// The base rules alone decide what is [viable](crate::slots::score::Score::viable). None of
    /// the others gives or takes as much as a participant outside their hours costs, however many
    /// are invited; several of them together can.
    ///
    /// ```
    /// # use astralis_core::slots::score::{Panel, Scorer};
    /// let scorer: Box<dyn Scorer> = Box::new(Panel::complete());
    /// ```
    #[must_use]
    pub fn complete() -> Self {
        Self::new()
            .with(BaseRules::default())
            .with(TentativeTime::default())
            .with(OptionalAbsences::default())
            .with(PreferredPartOfDay::default())
            .with(LocalHours::default())
            .with(Fragmentation::default())
            .with(Fairness::default())
            .with(Lateness::default())
    }

    /// The same with one scorer more.
    #[must_use]
    pub fn with(mut self, scorer: impl Scorer + 'static) -> Self {
        self.scorers.push(Box::new(scorer));
        self
    }
}

impl Scorer for Panel {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        for scorer in &self.scorers {
            scorer.score(candidate, context, sheet);
        }
    }
}

impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Panel({} scorers)", self.scorers.len())
    }
}
