//! Which of the slots that can be had is the better one, and why.
//!
//! A [`Scorer`] looks at a [`Candidate`] in a [`ScoringContext`] and writes [`Component`]s on a
//! [`ScoreSheet`]: a code, points, words. The sum ranks, and whoever wonders about it reads the
//! components. [`BaseRules`] are the default; every other scorer has a file of its own and the
//! same shape, and a [`Panel`] adds up any number of them. [`top`] finds the best few.
//!
//! Points are whole numbers: sums are exact in any order, equal on every machine, and compare
//! without surprises. What is finer than a point is settled by the earlier start.
//!
//! A score orders what a [search](crate::slots::search) has found. It admits nothing and refuses
//! nothing; that is for the [`policy`](crate::policy).
//!
//! ```
//! # use astralis_core::slots::{Slot, score::*};
//! # use astralis_core::time::{Interval, IntervalSet, ZoneDatabase};
//! let paris = ZoneDatabase::bundled().zone(&"Europe/Paris".parse()?)?;
//! let ada = uuid::Uuid::from_u128(1).into();
//! let mut participant = Participant::new(ada, paris.clone());
//! participant.busy = ["2026-03-02T09:00Z/2026-03-02T10:00Z".parse::<Interval>()?].into();
//! let mut context = ScoringContext::new(paris, "2026-03-02T08:00:00Z".parse()?);
//! context.participants.push(participant);
//!
//! let slots = ["2026-03-02T09:30Z/2026-03-02T10:00Z", "2026-03-05T09:00Z/2026-03-05T09:30Z"];
//! let candidates = slots.map(|during| Candidate {
//!     slot: Slot { during: during.parse().unwrap() },
//!     subject: ada,
//! });
//! let best = top(1, candidates, &BaseRules::default(), &context);
//! assert_eq!(best[0].candidate, candidates[1]); // A free Thursday before a taken Monday.
//! assert_eq!(best[0].score.total(), 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base_rules;
mod busy_times;
mod context;
mod fairness;
mod fragmentation;
mod lateness;
mod local_hours;
mod optional;
mod panel;
mod part_of_day;
mod participant;
mod sheet;
mod tentative;
mod top;
mod weight;

pub use base_rules::BaseRules;
pub use busy_times::BusyTimes;
pub use context::{Candidate, Loads, ScoringContext};
pub use fairness::Fairness;
pub use fragmentation::Fragmentation;
pub use lateness::Lateness;
pub use local_hours::LocalHours;
pub use optional::OptionalAbsences;
pub use panel::Panel;
pub use part_of_day::{PartOfDay, PreferredPartOfDay};
pub use participant::{Attendance, Participant};
pub use sheet::{Component, Score, ScoreSheet};
pub use tentative::TentativeTime;
pub use top::{Ranked, top};
pub use weight::Weight;

/// Gives points to a candidate, for reasons.
///
/// The same candidate in the same context always gets the same points. A scorer of your own is
/// added to a [`Panel`], or takes the place of all others:
///
/// ```
/// use astralis_core::slots::score::{Candidate, ScoreSheet, Scorer, ScoringContext};
/// use chrono::Timelike;
///
/// /// Ten points for what begins on the full hour.
/// struct FullHour;
///
/// impl Scorer for FullHour {
///     fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
///         if context.zone.to_civil(candidate.slot.start()).minute() == 0 {
///             sheet.add("fullHour", 10, || "begins on the full hour".to_owned());
///         }
///     }
/// }
/// ```
pub trait Scorer: Send + Sync {
    /// Writes on `sheet` what speaks for and against `candidate`; nothing if nothing does.
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet);
}

/// `1 participant`, `2 participants`.
fn counted(count: u32, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
