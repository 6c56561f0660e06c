use crate::slots::score::{Candidate, Scorer, ScoringContext};

/// A candidate below it is not worth showing.
const VIABLE_FROM: i128 = 40;

/// One reason for a score, with its points.
///
/// [`code`](Self::code) is for programs and stays the same; `words` are for people. Neither names
/// a meeting or a person.
///
/// ```
/// # use astralis_core::slots::score::Component;
/// fn lines(components: &[Component]) -> Vec<String> {
///     let line = |each: &Component| each.to_string(); // Such as `+5 on a Tuesday`.
///     components.iter().map(line).collect()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Component {
    /// A stable word for programs.
    pub code: &'static str,
    /// What it adds to the total; negative if it speaks against the time, never zero.
    pub points: i64,
    /// The reason as a clause in English.
    pub words: String,
}

impl std::fmt::Display for Component {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:+} {}", self.points, self.words)
    }
}

/// Where a [`Scorer`] writes its components; the example there shows how.
///
/// Ranking many candidates needs only their sums: the words are asked for by closures, and made
/// for those that are shown.
#[derive(Debug)]
pub struct ScoreSheet {
    // 2^64 components of any size fit: the sum is exact until it is asked for.
    sum: i128,
    // The part of it that only ranks.
    preferences: i128,
    conflicts: u32,
    components: Option<Vec<Component>>,
}

impl ScoreSheet {
    /// A sheet that keeps every component.
    pub(super) const fn detailed() -> Self {
        Self {
            sum: 0,
            preferences: 0,
            conflicts: 0,
            components: Some(Vec::new()),
        }
    }

    /// A sheet that keeps the sum and makes no words.
    pub(super) const fn sum_only() -> Self {
        Self {
            sum: 0,
            preferences: 0,
            conflicts: 0,
            components: None,
        }
    }

    /// Adds `points` for a reason. No points are no component.
    pub fn add(&mut self, code: &'static str, points: i64, words: impl FnOnce() -> String) {
        if points == 0 {
            return;
        }
        self.sum += i128::from(points);
        if let Some(components) = &mut self.components {
            components.push(Component {
                code,
                points,
                words: words(),
            });
        }
    }

    /// Adds `points` that rank a candidate among others, but have no say in whether it is
    /// [viable](Score::viable). No points are no component.
    pub fn prefer(&mut self, code: &'static str, points: i64, words: impl FnOnce() -> String) {
        self.preferences += i128::from(points);
        self.add(code, points, words);
    }

    /// Records that the candidate clashes with `count` meetings. That costs no points by itself,
    /// but it is never [viable](Score::viable).
    pub fn record_conflicts(&mut self, count: u32) {
        self.conflicts = self.conflicts.saturating_add(count);
    }

    /// The sum so far; beyond what an `i64` holds, its nearest bound.
    pub(super) fn total(&self) -> i64 {
        let bounded = self.sum.clamp(i64::MIN.into(), i64::MAX.into());
        i64::try_from(bounded).expect("clamped to the bounds of an i64")
    }

    fn is_viable(&self) -> bool {
        self.conflicts == 0 && self.sum - self.preferences >= VIABLE_FROM
    }
}

/// What a candidate got, and for which reasons.
///
/// ```
/// # use astralis_core::slots::{Slot, score::*};
/// # use astralis_core::time::ZoneDatabase;
/// let paris = ZoneDatabase::bundled().zone(&"Europe/Paris".parse()?)?;
/// let context = ScoringContext::new(paris, "2026-03-02T08:00:00Z".parse()?);
/// let tuesday = Candidate {
///     slot: Slot { during: "2026-03-03T09:00Z/2026-03-03T10:00Z".parse()? },
///     subject: uuid::Uuid::nil().into(),
/// };
/// let score = Score::of(&tuesday, &BaseRules::default(), &context);
/// assert_eq!((score.total(), score.shown()), (105, 100));
/// assert_eq!(score.components()[1].code, "earlyInWeek");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    components: Vec<Component>,
    total: i64,
    conflicts: u32,
    viable: bool,
}

impl Score {
    /// Asks `scorer` about one candidate.
    #[must_use]
    pub fn of(candidate: &Candidate, scorer: &dyn Scorer, context: &ScoringContext) -> Self {
        let mut sheet = ScoreSheet::detailed();
        scorer.score(candidate, context, &mut sheet);
        Self {
            total: sheet.total(),
            conflicts: sheet.conflicts,
            viable: sheet.is_viable(),
            components: sheet
                .components
                .expect("a detailed sheet keeps its components"),
        }
    }

    /// The reasons, in the order in which they were given.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The sum of all components, by which candidates are ranked; beyond what an `i64` holds, its
    /// nearest bound.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.total
    }

    /// The total as it is shown: 0 to 100.
    #[must_use]
    pub fn shown(&self) -> u8 {
        u8::try_from(self.total.clamp(0, 100)).expect("clamped to 0..=100")
    }

    /// With how many meetings the candidate clashes.
    #[must_use]
    pub const fn conflicts(&self) -> u32 {
        self.conflicts
    }

    /// Whether it is worth proposing: no conflict, and at least 40 points, those that are mere
    /// [preferences](ScoreSheet::prefer) left out.
    #[must_use]
    pub const fn viable(&self) -> bool {
        self.viable
    }
}
