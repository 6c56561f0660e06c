use astralis_core::policy::Refusal;
use astralis_core::scheduler::Refused;

use crate::pages::wording::instant;
use crate::pages::{Reader, WhenView};

/// A refused time in a guest's words, with times to take instead.
pub(crate) struct RefusedView {
    pub(crate) message: String,
    /// Whether another time may help.
    pub(crate) about_time: bool,
    pub(crate) alternatives: Vec<Alternative>,
}

/// A time that can be had.
pub(crate) struct Alternative {
    /// The start, as forms send it.
    pub(crate) value: String,
    pub(crate) when: WhenView,
}

impl RefusedView {
    pub(crate) fn new(refused: &Refused, reader: &Reader) -> Self {
        let alternatives = refused.alternatives.iter().map(|slot| Alternative {
            value: instant(slot.during.start()),
            when: WhenView::new(slot.during, reader),
        });
        Self {
            about_time: refused.reasons.iter().all(Refusal::is_about_time),
            message: refused
                .reasons
                .iter()
                // What no other time would mend comes first.
                .min_by_key(|why| why.is_about_time())
                .map_or_else(usual, |why| words(why, reader)),
            alternatives: alternatives.collect(),
        }
    }
}

fn usual() -> String {
    "That time cannot be booked.".to_owned()
}

fn words(reason: &Refusal, reader: &Reader) -> String {
    match reason {
        Refusal::Taken { .. } => "Somebody was faster: that time has just been taken.".to_owned(),
        Refusal::InThePast { .. } => "That time has already passed.".to_owned(),
        Refusal::MinimumNotice { earliest } => format!(
            "That is too soon. The earliest time that can be booked now is {}, {}.",
            reader.date(reader.zone.date_at(*earliest)),
            reader.exact_time(*earliest),
        ),
        Refusal::OutsideBookingWindow { .. } => {
            "That day cannot be booked yet, or not any more.".to_owned()
        }
        Refusal::OutsideHours => "That time is outside the opening hours.".to_owned(),
        Refusal::OffGrid { .. } => "No meeting starts at that time.".to_owned(),
        Refusal::LimitReached { .. } => "That day or week is full.".to_owned(),
        Refusal::HostInactive { .. } | Refusal::EventTypeInactive => {
            "This meeting cannot be booked at the moment.".to_owned()
        }
        Refusal::DurationNotOffered { .. } => {
            "Meetings of this length are no longer offered.".to_owned()
        }
        Refusal::Unchanged => "The meeting is already at that time.".to_owned(),
        _ => usual(),
    }
}
