use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{ClaimId, EventId, OrgId, SubjectId};
use crate::time::Interval;

/// One subject taken for one core range: everything that makes a subject busy is such a row.
///
/// Exclusive claims of one subject never overlap; the store refuses it, whoever writes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// The tenant.
    pub org: OrgId,
    /// Who or what is taken.
    pub subject: SubjectId,
    /// For how long, without buffers.
    pub during: Interval,
    /// Kept free before the core, as fixed when it was booked; whole minutes, 0 to 24 hours.
    #[cfg_attr(feature = "serde", serde(with = "crate::model::minutes::one"))]
    pub buffer_before: TimeDelta,
    /// Kept free after the core, as fixed when it was booked; whole minutes, 0 to 24 hours.
    #[cfg_attr(feature = "serde", serde(with = "crate::model::minutes::one"))]
    pub buffer_after: TimeDelta,
    /// The meeting it belongs to.
    pub event: EventId,
    /// How the subject is busy.
    pub kind: BusyKind,
    /// Whether no other exclusive claim may overlap it. Imported events and participations that
    /// conflict are not exclusive.
    pub exclusive: bool,
    /// When a hold ends by itself; `None` for what was agreed.
    pub expires_at: Option<DateTime<Utc>>,
}

/// How a stretch of time is busy (RFC 5545 §3.2.9 and what calendars add to it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum BusyKind {
    /// A meeting.
    Busy,
    /// A meeting that may not happen.
    Tentative,
    /// Away.
    OutOfOffice,
    /// A whole day.
    AllDay,
    /// Noted, but free.
    Free,
}

/// What a busy kind does to a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum Blocking {
    /// The time cannot be offered.
    Hard,
    /// The time can be offered, at a lower score.
    Soft,
    /// As if it were not there.
    Ignored,
}

/// Which busy kind blocks how. The default: everything blocks hard, but [`BusyKind::Free`] is
/// ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", default))]
pub struct BusyPolicy {
    /// For [`BusyKind::Busy`].
    pub busy: Blocking,
    /// For [`BusyKind::Tentative`].
    pub tentative: Blocking,
    /// For [`BusyKind::OutOfOffice`].
    pub out_of_office: Blocking,
    /// For [`BusyKind::AllDay`].
    pub all_day: Blocking,
    /// For [`BusyKind::Free`].
    pub free: Blocking,
}

impl Default for BusyPolicy {
    fn default() -> Self {
        Self {
            busy: Blocking::Hard,
            tentative: Blocking::Hard,
            out_of_office: Blocking::Hard,
            all_day: Blocking::Hard,
            free: Blocking::Ignored,
        }
    }
}

impl BusyPolicy {
    /// How `kind` blocks.
    #[must_use]
    pub const fn blocking(&self, kind: BusyKind) -> Blocking {
        match kind {
            BusyKind::Busy => self.busy,
            BusyKind::Tentative => self.tentative,
            BusyKind::OutOfOffice => self.out_of_office,
            BusyKind::AllDay => self.all_day,
            BusyKind::Free => self.free,
        }
    }
}
