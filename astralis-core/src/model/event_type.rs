use chrono::{NaiveDate, TimeDelta};

use crate::availability::{Schedule, ScheduleError};
#[cfg(feature = "serde")]
use crate::model::minutes;
use crate::model::{
    BusyPolicy, EventTypeId, OrgId, Slug, SubjectId, UserId, check_line, check_text,
};

mod builder;

pub use builder::EventTypeBuilder;

/// The longest buffer: see [`MAX_GAP`].
pub const MAX_BUFFER: TimeDelta = TimeDelta::hours(24);

/// The longest gap that buffers can ask for between two meetings: the sum of two of them. What
/// lies farther from a meeting has no say in whether it can be booked.
pub const MAX_GAP: TimeDelta = TimeDelta::hours(48);

/// The longest meeting that can be booked.
pub const MAX_DURATION: TimeDelta = TimeDelta::days(7);

/// What can be booked: a title, durations and rules.
///
/// Built with [`EventType::builder`], which checks everything once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
#[non_exhaustive]
pub struct EventType {
    /// Its id.
    pub id: EventTypeId,
    /// The tenant.
    pub org: OrgId,
    /// Whose page lists it.
    pub owner: UserId,
    /// The last part of its address; unique per owner.
    pub slug: Slug,
    /// 1–200 characters.
    pub title: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// Whose time it takes.
    pub hosts: HostRule,
    /// The durations a guest can choose, the default first. Never empty; whole minutes.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "durationMinutes", with = "minutes::list")
    )]
    pub durations: Vec<TimeDelta>,
    /// Time between two starts; whole minutes, positive. `None`: the duration.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "stepMinutes", with = "minutes::optional", default)
    )]
    pub step: Option<TimeDelta>,
    /// Kept free before the meeting; whole minutes, at most [`MAX_BUFFER`].
    #[cfg_attr(
        feature = "serde",
        serde(rename = "bufferBeforeMinutes", with = "minutes::one", default)
    )]
    pub buffer_before: TimeDelta,
    /// Kept free after the meeting; whole minutes, at most [`MAX_BUFFER`].
    #[cfg_attr(
        feature = "serde",
        serde(rename = "bufferAfterMinutes", with = "minutes::one", default)
    )]
    pub buffer_after: TimeDelta,
    /// How the buffers of two neighbours combine.
    #[cfg_attr(feature = "serde", serde(default))]
    pub buffer_rule: BufferRule,
    /// How long before the start it can still be booked; a start at exactly `now + notice` is
    /// allowed.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "minimumNoticeMinutes", with = "minutes::one", default)
    )]
    pub minimum_notice: TimeDelta,
    /// How far ahead it can be booked.
    #[cfg_attr(feature = "serde", serde(default))]
    pub booking_window: BookingWindow,
    /// How much of it there may be in a day, week, month or year.
    #[cfg_attr(feature = "serde", serde(default))]
    pub limits: Vec<Limit>,
    /// Hours of its own; the result is the intersection with the hosts' hours.
    #[cfg_attr(feature = "serde", serde(default))]
    pub hours: Option<Schedule>,
    /// Which kinds of busy time block it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub busy_policy: BusyPolicy,
    /// How people meet; the guest chooses if there are several, the default first.
    #[cfg_attr(feature = "serde", serde(default))]
    pub meeting_types: Vec<MeetingType>,
    /// Where; at most 500 characters.
    #[cfg_attr(feature = "serde", serde(default))]
    pub location: Option<String>,
    /// How long before the start reminders go out, longest first; whole minutes.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "reminderMinutes", with = "minutes::list", default)
    )]
    pub reminders: Vec<TimeDelta>,
    /// Whether it can be booked.
    pub active: bool,
    /// Rises with every edit; a booking remembers the one it accepted. Starts at 1.
    pub version: u32,
}

/// Whose time an event type takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        rename_all = "SCREAMING_SNAKE_CASE",
        tag = "rule",
        content = "subjects"
    )
)]
#[non_exhaustive]
pub enum HostRule {
    /// All of these at once (collective). Never empty; the first is the organizer.
    All(Vec<SubjectId>),
}

impl HostRule {
    /// Every subject the rule names, in the order given.
    #[must_use]
    pub fn subjects(&self) -> &[SubjectId] {
        match self {
            Self::All(subjects) => subjects,
        }
    }
}

/// How the buffers of two neighbouring meetings combine into the gap between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum BufferRule {
    /// The longer of "after the first" and "before the second".
    #[default]
    Max,
    /// Both, one after the other.
    Sum,
}

/// Which days can be booked, counted in local days of the host's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "SCREAMING_SNAKE_CASE", tag = "kind")
)]
#[non_exhaustive]
pub enum BookingWindow {
    /// Today and this many days after it.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Rolling {
        /// 0 means today only.
        days: u32,
    },
    /// From one date to another, both included.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Dates {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
    },
    /// Any day.
    #[default]
    Unbounded,
}

/// A cap on how much of an event type there may be in one calendar period of the host's zone,
/// counted by start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Limit {
    /// The period.
    pub period: LimitPeriod,
    /// How much.
    pub amount: LimitAmount,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub enum LimitAmount {
    /// Bookings.
    Bookings(u32),
    /// Booked minutes.
    Minutes(u32),
}

/// A calendar period of the host's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum LimitPeriod {
    /// A local day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// How people meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum MeetingType {
    /// Over video.
    VideoCall,
    /// Over the phone.
    PhoneCall,
    /// In one place.
    InPerson,
}

impl MeetingType {
    /// The word on the wire, such as `VIDEO_CALL`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VideoCall => "VIDEO_CALL",
            Self::PhoneCall => "PHONE_CALL",
            Self::InPerson => "IN_PERSON",
        }
    }
}

/// Why an event type cannot be as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventTypeError {
    /// No host, or one named twice.
    #[error("expected at least one host, each once")]
    Hosts,
    /// No duration, or one that is not a positive number of whole minutes up to seven days.
    #[error("expected durations of 1 minute to 7 days in whole minutes")]
    Durations,
    /// A step that is not a positive number of whole minutes.
    #[error("expected a step of 1 minute to 24 hours in whole minutes")]
    Step,
    /// A buffer that is not a number of whole minutes up to 24 hours.
    #[error("expected buffers of 0 minutes to 24 hours in whole minutes")]
    Buffers,
    /// A notice that is not a number of whole minutes up to a year.
    #[error("expected a minimum notice of 0 minutes to 366 days in whole minutes")]
    MinimumNotice,
    /// A booking window that ends before it begins, or rolls on more than ten years ahead.
    #[error("expected a booking window that ends after it begins, rolling at most 3660 days")]
    BookingWindow,
    /// A limit of nothing; an event type that cannot be booked is made inactive instead.
    #[error("expected limits of at least 1")]
    Limits,
    /// A reminder that is not a number of whole minutes up to 28 days.
    #[error("expected reminders of 1 minute to 28 days before in whole minutes")]
    Reminders,
    /// Hours of its own that are not well-formed.
    #[error(transparent)]
    Hours(#[from] ScheduleError),
    /// A title, description or location that is empty or too long.
    #[error(transparent)]
    Text(#[from] super::FieldError),
}

impl EventType {
    /// Starts an event type with what has no default. Its own hours, buffers, notice and limits
    /// are none, the booking window is 60 rolling days, reminders go out 24 h and 1 h before.
    #[must_use]
    pub fn builder(
        id: EventTypeId,
        org: OrgId,
        owner: UserId,
        slug: Slug,
        duration: TimeDelta,
    ) -> EventTypeBuilder {
        EventTypeBuilder {
            event_type: Self {
                id,
                org,
                owner,
                title: slug.as_str().to_owned(),
                slug,
                description: None,
                hosts: HostRule::All(vec![owner.into()]),
                durations: vec![duration],
                step: None,
                buffer_before: TimeDelta::zero(),
                buffer_after: TimeDelta::zero(),
                buffer_rule: BufferRule::Max,
                minimum_notice: TimeDelta::zero(),
                booking_window: BookingWindow::Rolling { days: 60 },
                limits: Vec::new(),
                hours: None,
                busy_policy: BusyPolicy::default(),
                meeting_types: vec![MeetingType::VideoCall],
                location: None,
                reminders: vec![TimeDelta::hours(24), TimeDelta::hours(1)],
                active: true,
                version: 1,
            },
        }
    }

    /// Checks every part.
    ///
    /// # Errors
    ///
    /// An [`EventTypeError`] that names the first part that cannot be as it is.
    pub fn check(&self) -> Result<(), EventTypeError> {
        let whole = |delta: &TimeDelta, min: TimeDelta, max: TimeDelta| {
            (min..=max).contains(delta) && *delta == TimeDelta::minutes(delta.num_minutes())
        };
        let (zero, minute) = (TimeDelta::zero(), TimeDelta::minutes(1));
        let require = |holds: bool, error| if holds { Ok(()) } else { Err(error) };

        check_line("title", &self.title, 1, 200)?;
        check_text(
            "description",
            self.description.as_deref().unwrap_or(""),
            0,
            2000,
        )?;
        check_line("location", self.location.as_deref().unwrap_or(""), 0, 500)?;
        self.hours.as_ref().map_or(Ok(()), Schedule::check)?;
        let mut subjects = self.hosts.subjects().to_vec();
        subjects.sort_unstable();
        subjects.dedup();
        let distinct = subjects.len() == self.hosts.subjects().len();
        require(distinct && !subjects.is_empty(), EventTypeError::Hosts)?;
        require(
            !self.durations.is_empty()
                && self
                    .durations
                    .iter()
                    .all(|d| whole(d, minute, MAX_DURATION)),
            EventTypeError::Durations,
        )?;
        let step = self.step.unwrap_or(minute);
        require(
            whole(&step, minute, TimeDelta::hours(24)),
            EventTypeError::Step,
        )?;
        require(
            whole(&self.buffer_before, zero, MAX_BUFFER)
                && whole(&self.buffer_after, zero, MAX_BUFFER),
            EventTypeError::Buffers,
        )?;
        require(
            whole(&self.minimum_notice, zero, TimeDelta::days(366)),
            EventTypeError::MinimumNotice,
        )?;
        require(
            match self.booking_window {
                BookingWindow::Rolling { days } => days <= 3660,
                BookingWindow::Dates { first, last } => first <= last,
                BookingWindow::Unbounded => true,
            },
            EventTypeError::BookingWindow,
        )?;
        require(
            self.limits.iter().all(|limit| {
                !matches!(
                    limit.amount,
                    LimitAmount::Bookings(0) | LimitAmount::Minutes(0)
                )
            }),
            EventTypeError::Limits,
        )?;
        require(
            self.reminders
                .iter()
                .all(|r| whole(r, minute, TimeDelta::days(28))),
            EventTypeError::Reminders,
        )
    }

    /// The duration a guest gets who does not choose.
    ///
    /// # Panics
    ///
    /// If there is none, which [`check`](Self::check) refuses.
    #[must_use]
    pub fn default_duration(&self) -> TimeDelta {
        self.durations
            .first()
            .copied()
            .expect("an event type has at least one duration")
    }

    /// The durations offered, in words: `15 or 30`.
    #[cfg(feature = "services")]
    pub(crate) fn offered_minutes(&self) -> String {
        let minutes = self
            .durations
            .iter()
            .map(|each| each.num_minutes().to_string());
        minutes.collect::<Vec<_>>().join(" or ")
    }

    /// Time between two starts for meetings of `duration`.
    #[must_use]
    pub fn step_for(&self, duration: TimeDelta) -> TimeDelta {
        self.step.unwrap_or(duration)
    }
}

#[cfg(test)]
mod tests;
