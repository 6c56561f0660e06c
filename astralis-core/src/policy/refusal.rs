use chrono::{DateTime, TimeDelta, Utc};

#[cfg(feature = "serde")]
use crate::model::minutes;
use crate::model::{BusyKind, EventId, Limit, SubjectId};
use crate::time::Interval;

/// One reason why a time cannot be booked, with its numbers.
///
/// A reason is an answer, not a failure. [`code`](Self::code) is for programs, `Display` for
/// people; neither names another meeting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        tag = "code",
        rename_all = "camelCase",
        rename_all_fields = "camelCase"
    )
)]
#[non_exhaustive]
pub enum Refusal {
    /// The event type does not offer this duration.
    #[error("this length is not offered")]
    DurationNotOffered {
        /// What is offered instead.
        #[cfg_attr(
            feature = "serde",
            serde(rename = "offeredMinutes", with = "minutes::list")
        )]
        offered: Vec<TimeDelta>,
    },
    /// The event type is paused.
    #[error("this kind of meeting cannot be booked at the moment")]
    EventTypeInactive,
    /// A host cannot be booked any more.
    #[error("the host cannot be booked at the moment")]
    HostInactive {
        /// Which one.
        subject: SubjectId,
    },
    /// The start has passed.
    #[error("the time has passed")]
    InThePast {
        /// The instant it was compared with.
        now: DateTime<Utc>,
    },
    /// Too soon.
    #[error("it must be booked earlier than that")]
    MinimumNotice {
        /// The first start that is late enough, inclusive.
        earliest: DateTime<Utc>,
    },
    /// Before the first or after the last day that can be booked.
    #[error("that day cannot be booked")]
    OutsideBookingWindow {
        /// The instants whose starts can be booked; `None` if there are none at all.
        bookable: Option<Interval>,
    },
    /// A host or the event type is not open for all of it.
    #[error("it is outside the opening hours")]
    OutsideHours,
    /// Inside the opening hours, but no start that is offered.
    #[error("no meeting starts at that time")]
    OffGrid {
        /// The offered start before it in the same opening, if any; not checked otherwise.
        before: Option<DateTime<Utc>>,
        /// The offered start after it in the same opening, if any; not checked otherwise.
        after: Option<DateTime<Utc>>,
    },
    /// A host is taken, or the buffer between two meetings would be too short.
    #[error("the time is taken")]
    Taken {
        /// Who is taken.
        subject: SubjectId,
        /// The core range that is taken.
        during: Interval,
        /// By what, for the owner's eyes only: it is never serialized with the refusal. `None` if
        /// only the store's guard knows.
        #[cfg_attr(feature = "serde", serde(skip))]
        by: Option<Blocker>,
        /// Whether only a buffer is in the way.
        buffer_only: bool,
    },
    /// An occurrence of a meeting that repeats would be at a time that is taken.
    #[error("one of the times is taken")]
    OccurrenceTaken {
        /// Which occurrence: when it would start if nobody moved it.
        recurrence_id: DateTime<Utc>,
        /// When it would take place.
        during: Interval,
        /// Who is taken.
        subject: SubjectId,
        /// By what; see [`Taken`](Self::Taken).
        #[cfg_attr(feature = "serde", serde(skip))]
        by: Option<Blocker>,
    },
    /// The period is full.
    #[error("no more meetings of this kind can be booked in that period")]
    LimitReached {
        /// Which limit.
        limit: Limit,
        /// The period, as instants.
        during: Interval,
        /// Bookings or minutes there are already.
        used: u32,
    },
    /// Somebody changed the booking in between.
    #[error("the booking has changed meanwhile")]
    StaleVersion {
        /// The version the caller saw.
        expected: u32,
        /// The version it has now.
        found: u32,
    },
    /// The booking is over: cancelled, declined, expired or past.
    #[error("the booking can no longer be changed")]
    NotChangeable,
    /// The booking is already at that time.
    #[error("the booking is already at that time")]
    Unchanged,
}

/// What takes somebody's time, for those who may see their calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Blocker {
    /// The meeting.
    pub event: EventId,
    /// How its time is busy.
    pub kind: BusyKind,
    /// Its core range with the gaps that must stay free around it: a meeting that overlaps this is
    /// too near.
    pub kept_free: Interval,
    /// When it ends by itself, if it is a hold.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Refusal {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DurationNotOffered { .. } => "durationNotOffered",
            Self::EventTypeInactive => "eventTypeInactive",
            Self::HostInactive { .. } => "hostInactive",
            Self::InThePast { .. } => "inThePast",
            Self::MinimumNotice { .. } => "minimumNotice",
            Self::OutsideBookingWindow { .. } => "outsideBookingWindow",
            Self::OutsideHours => "outsideHours",
            Self::OffGrid { .. } => "offGrid",
            Self::Taken { .. } => "taken",
            Self::OccurrenceTaken { .. } => "occurrenceTaken",
            Self::LimitReached { .. } => "limitReached",
            Self::StaleVersion { .. } => "staleVersion",
            Self::NotChangeable => "notChangeable",
            Self::Unchanged => "unchanged",
        }
    }

    /// Whether another time might be accepted; otherwise it is the request, or what it asks for,
    /// that cannot be had.
    #[must_use]
    pub const fn is_about_time(&self) -> bool {
        !matches!(
            self,
            Self::DurationNotOffered { .. }
                | Self::EventTypeInactive
                | Self::HostInactive { .. }
                | Self::StaleVersion { .. }
                | Self::NotChangeable
                | Self::Unchanged
        )
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;
    use crate::model::{LimitAmount, LimitPeriod};

    #[test]
    fn the_code_is_the_one_on_the_wire_and_only_times_have_alternatives() {
        let at: DateTime<Utc> = "2026-03-02T08:00:00Z".parse().unwrap();
        let during = Interval::starting_at(at, TimeDelta::hours(1)).unwrap();
        let subject = uuid::Uuid::nil().into();
        let limit = Limit {
            period: LimitPeriod::Day,
            amount: LimitAmount::Minutes(60),
        };
        for (refusal, about_time) in [
            (
                Refusal::DurationNotOffered {
                    offered: vec![TimeDelta::hours(1)],
                },
                false,
            ),
            (Refusal::EventTypeInactive, false),
            (Refusal::HostInactive { subject }, false),
            (Refusal::InThePast { now: at }, true),
            (Refusal::MinimumNotice { earliest: at }, true),
            (
                Refusal::OutsideBookingWindow {
                    bookable: Some(during),
                },
                true,
            ),
            (Refusal::OutsideHours, true),
            (
                Refusal::OffGrid {
                    before: Some(at),
                    after: None,
                },
                true,
            ),
            (
                Refusal::Taken {
                    subject,
                    during,
                    by: Some(Blocker {
                        event: uuid::Uuid::nil().into(),
                        kind: BusyKind::OutOfOffice,
                        kept_free: during,
                        expires_at: None,
                    }),
                    buffer_only: false,
                },
                true,
            ),
            (
                Refusal::OccurrenceTaken {
                    recurrence_id: at,
                    during,
                    subject,
                    by: None,
                },
                true,
            ),
            (
                Refusal::LimitReached {
                    limit,
                    during,
                    used: 60,
                },
                true,
            ),
            (
                Refusal::StaleVersion {
                    expected: 1,
                    found: 2,
                },
                false,
            ),
            (Refusal::NotChangeable, false),
            (Refusal::Unchanged, false),
        ] {
            let wire = serde_json::to_value(&refusal).unwrap();
            assert_eq!(wire["code"], refusal.code());
            assert_eq!(refusal.is_about_time(), about_time, "{}", refusal.code());
            assert!(
                wire.get("by").is_none(),
                "what is in the way is not for everybody"
            );
        }
    }
}
