use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use uuid::Uuid;

use crate::model::{
    CalendarEvent, CommandId, Conflict, EmailAddress, EventId, MeetingType, OrgId, Transparency,
    UserId,
};
use crate::scheduler::events::Warning;
use crate::scheduler::requests::fingerprint;
use crate::time::{Interval, TimeZoneName};

/// What a signed-in user wants a meeting to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDraft {
    /// 1–200 characters.
    pub title: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// At most 500 characters.
    pub location: Option<String>,
    /// How people meet.
    pub meeting_type: Option<MeetingType>,
    /// Where a video call takes place: an address with `https` or `http`.
    pub meeting_link: Option<String>,
    /// When it takes place; for the first time, if it repeats.
    pub time: EventTime,
    /// The RRULE by which it repeats; it must name the start. `None`: it takes place once.
    pub rule: Option<String>,
    /// Further starts that no rule names (RDATE): on the clock of the meeting's zone, midnights if
    /// it lasts whole days. Each comes after the start; each once; at most
    /// [`MAX_EXTRA_DATES`](super::MAX_EXTRA_DATES), and only beside a rule.
    ///
    /// `None`: those that the meeting has; none, if it is new. Dates that it has already, sent as
    /// they are, move along with the meeting; others are taken at their word.
    pub extra: Option<Vec<NaiveDateTime>>,
    /// Who is invited, at least one. The organizer comes along, named or not.
    pub participants: Vec<Invited>,
    /// Whether it makes its participants busy.
    pub transparency: Transparency,
}

/// When a meeting takes place, as a user writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventTime {
    /// A stretch of a day, in whole seconds.
    Timed {
        /// When it starts.
        start: DateTime<Utc>,
        /// When it ends.
        end: DateTime<Utc>,
        /// The zone on whose clock it repeats.
        time_zone: TimeZoneName,
    },
    /// Whole days.
    AllDay {
        /// The first day.
        first: NaiveDate,
        /// The day after the last one.
        end: NaiveDate,
        /// Whose days.
        time_zone: TimeZoneName,
    },
}

/// Somebody to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// Who.
    pub who: Invitee,
    /// Whether the meeting takes place without them.
    pub optional: bool,
}

/// One of ours, whose time is taken, or an address, which takes nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitee {
    /// A user of the organization.
    User(UserId),
    /// Anybody else; the name has at most 200 characters, and may be empty.
    Guest {
        /// Where their invitation goes.
        email: EmailAddress,
        /// What people call them.
        name: String,
    },
}

/// Which occurrences of a meeting that repeats a change is about. A recurrence id is when an
/// occurrence would start if nobody had moved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every one; the only scope of a meeting that takes place once.
    All,
    /// The one with this recurrence id.
    This(DateTime<Utc>),
    /// The one with this recurrence id and all later ones, which become a series of their own.
    ThisAndFollowing(DateTime<Utc>),
}

/// What becomes of the occurrences of a series whose time somebody has taken already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnClash {
    /// The series is refused, with all of them.
    #[default]
    Refuse,
    /// The series goes without them: they do not take place.
    LeaveOut,
}

/// A wish to have a meeting.
#[derive(Debug, Clone)]
pub struct CreateEvent {
    /// The intent: repeating it creates one meeting.
    pub command: CommandId,
    /// The tenant.
    pub org: OrgId,
    /// Who owns it.
    pub organizer: UserId,
    /// What it shall be.
    pub draft: EventDraft,
    /// If it repeats.
    pub on_clash: OnClash,
}

/// A wish to change a meeting, or some occurrences of it.
#[derive(Debug, Clone)]
pub struct ChangeEvent {
    /// The intent: repeating it changes once.
    pub command: CommandId,
    /// The tenant.
    pub org: OrgId,
    /// Which meeting. The id of a changed occurrence means [`Scope::This`], whatever the scope.
    pub event: EventId,
    /// The [version](CalendarEvent::version) of it that was seen.
    pub expected_version: u32,
    /// Which occurrences.
    pub scope: Scope,
    /// What it shall be, entirely. Its time is that of the first occurrence, or of the one that
    /// the scope names; a single occurrence has no rule.
    pub draft: EventDraft,
    /// If what is changed repeats.
    pub on_clash: OnClash,
}

/// A wish to call a meeting off, or some occurrences of it.
#[derive(Debug, Clone)]
pub struct CancelEvent {
    /// The intent: repeating it cancels once.
    pub command: CommandId,
    /// The tenant.
    pub org: OrgId,
    /// Which meeting. The id of a changed occurrence means [`Scope::This`], whatever the scope.
    pub event: EventId,
    /// The [version](CalendarEvent::version) of it that was seen.
    pub expected_version: u32,
    /// Which occurrences.
    pub scope: Scope,
}

/// How a meeting stands after a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSaved {
    /// The meeting; after a change of one occurrence, that one; after a change of one and those
    /// that follow, the new series. After a cancellation, the meeting that was asked about.
    pub event: CalendarEvent,
    /// Whether the command had been carried out before; then the meeting is as it stands now.
    pub repeated: bool,
    /// What somebody should know of it; nothing after a cancellation.
    pub warnings: Vec<Warning>,
}

/// A meeting in somebody's calendar, each time that it takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEntry {
    /// The meeting: a single one, a series, or the changed occurrence itself. The entries of a
    /// series share it.
    pub event: Arc<CalendarEvent>,
    /// When it takes place this time.
    pub during: Interval,
    /// Which occurrence it is, changed or not; `None` for a meeting that takes place once.
    pub recurrence_id: Option<DateTime<Utc>>,
    /// What clashes with it this time.
    pub conflicts: Vec<Conflict>,
}

impl EventTime {
    /// The zone it is written in.
    #[must_use]
    pub const fn time_zone(&self) -> &TimeZoneName {
        match self {
            Self::Timed { time_zone, .. } | Self::AllDay { time_zone, .. } => time_zone,
        }
    }
}

impl CreateEvent {
    /// Equal for equal wishes, whatever their command.
    pub(super) fn fingerprint(&self) -> Uuid {
        let Self {
            command: _,
            org,
            organizer,
            draft,
            on_clash,
        } = self;
        fingerprint(&("createEvent", org, organizer, draft, on_clash))
    }
}

impl ChangeEvent {
    pub(super) fn fingerprint(&self) -> Uuid {
        let Self {
            command: _,
            org,
            event,
            expected_version,
            scope,
            draft,
            on_clash,
        } = self;
        fingerprint(&(
            "changeEvent",
            (org, event, expected_version),
            (scope, draft, on_clash),
        ))
    }
}

impl CancelEvent {
    pub(super) fn fingerprint(&self) -> Uuid {
        let Self {
            command: _,
            org,
            event,
            expected_version,
            scope,
        } = self;
        fingerprint(&("cancelEvent", org, event, expected_version, scope))
    }
}
