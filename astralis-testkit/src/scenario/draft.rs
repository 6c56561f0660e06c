use astralis_core::model::{Transparency, UserId};
use astralis_core::scheduler::{EventDraft, EventTime, Invited, Invitee};
use chrono::{DateTime, TimeDelta, Utc};

/// An hour of the user's from `start` on, on the clock of Paris, busy; again as the rule says.
///
/// # Panics
///
/// Never: the zone's name is one.
#[must_use]
pub fn an_hour_of(user: UserId, start: DateTime<Utc>, rule: Option<&str>) -> EventDraft {
    EventDraft {
        title: "Plans".to_owned(),
        description: None,
        location: None,
        meeting_type: None,
        meeting_link: None,
        time: EventTime::Timed {
            start,
            end: start + TimeDelta::hours(1),
            time_zone: "Europe/Paris".parse().expect("a zone's name"),
        },
        rule: rule.map(str::to_owned),
        extra: None,
        participants: vec![Invited {
            who: Invitee::User(user),
            optional: false,
        }],
        transparency: Transparency::Opaque,
    }
}
