//! The world of most scheduler tests, and what they ask of its answers.

use astralis_core::availability::{AvailabilityRule, LocalWindow, Schedule};
use astralis_core::model::{EventType, EventTypeBuilder};
use astralis_core::policy::Refusal;
use astralis_core::scheduler::{BookError, Booked, Refused};
use astralis_testkit::generators::{host, org};
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use uuid::Uuid;

use crate::world::World;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Open Mondays and Tuesdays 09:00–12:00 in Paris; it is Sunday 1 March 2026, noon UTC.
pub(crate) async fn world(adjust: impl FnOnce(EventTypeBuilder) -> EventTypeBuilder) -> World {
    let mut schedule = Schedule::closed("Europe/Paris".parse().unwrap());
    for day in [Weekday::Mon, Weekday::Tue] {
        schedule.rules.push(AvailabilityRule {
            id: Uuid::nil().into(),
            days: day.into(),
            window: LocalWindow::new("09:00".parse().unwrap(), "12:00".parse().unwrap()).unwrap(),
            active: true,
            valid: None,
        });
    }
    let slug = "intro".parse().unwrap();
    let id = Uuid::from_u128(3).into();
    let builder = EventType::builder(id, org(), host(), slug, TimeDelta::minutes(30));
    let event_type = adjust(builder.title("Intro")).build().unwrap();
    World::new(event_type, schedule, at("2026-03-01T12:00:00Z")).await
}

pub(crate) fn refusal(result: Result<Booked, BookError>) -> Refused {
    match result {
        Err(BookError::Refused(refused)) => refused,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

pub(crate) fn codes(refused: &Refused) -> Vec<&'static str> {
    refused.reasons.iter().map(Refusal::code).collect()
}
