use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::model::SubjectId;
use crate::slots::Slot;
use crate::slots::score::{Attendance, PartOfDay, Participant};
use crate::time::Zone;

/// A meeting that could take place: when, and who would host it. Orders by start, end and host.
///
/// Of those who [take turns](Attendance::Rotating) a candidate has one: where two of them are
/// needed at once, one is the subject, and the other has to be
/// [required](Attendance::Required).
///
/// ```
/// # use astralis_core::slots::{Slot, score::Candidate};
/// let candidate = Candidate {
///     slot: Slot { during: "2026-03-02T09:00Z/2026-03-02T09:30Z".parse()? },
///     subject: uuid::Uuid::from_u128(1).into(),
/// };
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// When.
    pub slot: Slot,
    /// Who would host it: the same for all candidates, or one of those who take turns.
    pub subject: SubjectId,
}

/// What scorers know of the meeting that is looked for, as plain values.
///
/// The order of the participants makes no difference to any total.
///
/// ```
/// # use astralis_core::slots::score::{PartOfDay, ScoringContext};
/// # use astralis_core::time::ZoneDatabase;
/// let paris = ZoneDatabase::bundled().zone(&"Europe/Paris".parse()?)?;
/// let mut context = ScoringContext::new(paris, "2026-03-02T08:00:00Z".parse()?);
/// context.preferred = Some(PartOfDay::Morning);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ScoringContext {
    /// The requested zone: days of the week, dates and parts of the day are those of its clock.
    pub zone: Zone,
    /// The earliest instant that is wanted.
    pub earliest: DateTime<Utc>,
    /// The part of the day that is preferred, if one is.
    pub preferred: Option<PartOfDay>,
    /// Everybody invited.
    pub participants: Vec<Participant>,
    /// How much those who take turns have to do already.
    pub loads: Loads,
}

impl ScoringContext {
    /// A search in `zone` from `earliest` on, with nobody invited and no preferences.
    #[must_use]
    pub fn new(zone: Zone, earliest: DateTime<Utc>) -> Self {
        Self {
            zone,
            earliest,
            preferred: None,
            participants: Vec::new(),
            loads: Loads::default(),
        }
    }

    /// Those without whom `candidate` cannot take place.
    pub fn needed<'a>(&'a self, candidate: &Candidate) -> impl Iterator<Item = &'a Participant> {
        let host = candidate.subject;
        let needed = move |participant: &&Participant| match participant.attendance {
            Attendance::Required => true,
            Attendance::Rotating => participant.subject == host,
            Attendance::Optional => false,
        };
        self.participants.iter().filter(needed)
    }

    /// Adds up what `count` says of each of those whom `candidate` needs.
    pub(super) fn sum_over_needed(
        &self,
        candidate: &Candidate,
        count: impl Fn(&Participant) -> u32,
    ) -> u32 {
        let counts = self.needed(candidate).map(count);
        counts.fold(0, u32::saturating_add)
    }
}

/// How much each of several subjects has to do, in whatever unit they are compared: meetings,
/// minutes, or meetings by share.
///
/// ```
/// # use astralis_core::slots::score::Loads;
/// let (ada, grace) = (uuid::Uuid::from_u128(1).into(), uuid::Uuid::from_u128(2).into());
/// let loads: Loads = [(ada, 7), (grace, 4)].into_iter().collect();
/// assert_eq!(loads.above_least(ada), 3);
/// assert_eq!(loads.above_least(grace), 0);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loads {
    by_subject: BTreeMap<SubjectId, u32>,
    least: u32,
}

impl Loads {
    /// How much more `subject` has to do than whoever has least; zero for somebody unknown.
    ///
    /// `O(log n)`.
    #[must_use]
    pub fn above_least(&self, subject: SubjectId) -> u32 {
        let load = self.by_subject.get(&subject);
        load.map_or(0, |load| load - self.least)
    }
}

impl FromIterator<(SubjectId, u32)> for Loads {
    /// Of two loads of one subject the later holds.
    fn from_iter<T: IntoIterator<Item = (SubjectId, u32)>>(loads: T) -> Self {
        let by_subject: BTreeMap<_, _> = loads.into_iter().collect();
        let least = by_subject.values().min().copied().unwrap_or(0);
        Self { by_subject, least }
    }
}
