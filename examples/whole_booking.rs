//! A whole booking on the memory adapters: set up a host, list slots, book, be refused the same
//! time, move, cancel, and see what was mailed.
//!
//! `cargo run --example whole_booking`

use std::sync::Arc;

use astralis::availability::{AvailabilityRule, LocalWindow, Schedule};
use astralis::jobs;
use astralis::memory::{ManualClock, MemoryMailer, MemoryStore};
use astralis::model::{EventType, Guest, OrgId, Organization, Role, User, UserId};
use astralis::ports::{Catalog, HostProfile};
use astralis::scheduler::{
    BookError, BookingRequest, CancelRequest, RescheduleRequest, Scheduler, SlotsQuery,
};
use astralis::time::ZoneDatabase;
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use uuid::Uuid;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "an example shows its result")]
async fn main() -> Outcome<()> {
    let store = Arc::new(MemoryStore::new());
    let (org, event_type) = set_up(&store).await?;
    let now: DateTime<Utc> = "2026-03-28T12:00:00Z".parse()?;
    let clock = Arc::new(ManualClock::at(now));
    let ids = Arc::new(Uuid::now_v7);
    let scheduler = Scheduler::new(store.clone(), ZoneDatabase::bundled(), clock.clone(), ids);

    let query = SlotsQuery {
        org,
        event_type,
        from: now,
        to: now + TimeDelta::days(7),
        duration: None,
        moving: None,
    };
    let slots = scheduler.slots(&query).await?;
    println!(
        "{} slots next week, the first at {}",
        slots.len(),
        slots[0].start()
    );

    let request = BookingRequest {
        command: Uuid::now_v7().into(),
        org,
        event_type,
        start: slots[0].start(),
        end: slots[0].end(),
        guest: Guest {
            name: "Grace Hopper".to_owned(),
            email: "grace@example.com".parse()?,
            phone: None,
            time_zone: "America/New_York".parse()?,
        },
        title: None,
        note: Some("Compilers, please.".to_owned()),
        meeting_type: None,
    };
    let booked = scheduler.book(&request).await?;
    println!("booked: {}", booked.record.event.title);

    // Somebody else wants the same time. The answer says why not, and what instead.
    let rival = BookingRequest {
        command: Uuid::now_v7().into(),
        ..request
    };
    if let Err(BookError::Refused(refused)) = scheduler.book(&rival).await {
        let instead: Vec<_> = refused
            .alternatives
            .iter()
            .map(|slot| slot.start())
            .collect();
        println!("refused: {}; free instead: {instead:?}", refused.reasons[0]);
    }

    let moved = scheduler
        .reschedule(&RescheduleRequest {
            command: Uuid::now_v7().into(),
            org,
            booking: booked.record.booking.id,
            expected_version: booked.record.booking.version,
            start: slots[1].start(),
        })
        .await?;
    println!("moved to {}", moved.record.event.when.during().start());
    scheduler
        .cancel(&CancelRequest {
            command: Uuid::now_v7().into(),
            org,
            booking: moved.record.booking.id,
            expected_version: moved.record.booking.version,
        })
        .await?;

    // The worker's step. A server runs it in a loop; here once is enough.
    let mailer = MemoryMailer::new();
    jobs::deliver_next(
        store.as_ref(),
        &mailer,
        clock.as_ref(),
        Uuid::now_v7().into(),
    )
    .await?;
    for message in mailer.sent() {
        println!(
            "mailed to {}: {} (SEQUENCE {})",
            message.to.email, message.kind, message.sequence
        );
    }
    Ok(())
}

/// One organization with one host, open on weekdays from nine to five in Paris.
async fn set_up(store: &MemoryStore) -> Outcome<(OrgId, astralis::model::EventTypeId)> {
    let (org, ada) = (OrgId::new(Uuid::now_v7()), UserId::new(Uuid::now_v7()));
    let mut schedule = Schedule::closed("Europe/Paris".parse()?);
    for day in [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ] {
        schedule.rules.push(AvailabilityRule {
            id: Uuid::now_v7().into(),
            days: day.into(),
            window: LocalWindow::new("09:00".parse()?, "17:00".parse()?)?,
            active: true,
            valid: None,
        });
    }
    let user = User {
        id: ada,
        org,
        slug: "ada".parse()?,
        name: "Ada Lovelace".to_owned(),
        email: "ada@example.org".parse()?,
        time_zone: schedule.time_zone.clone(),
        role: Role::Admin,
        active: true,
    };
    let half_hour = TimeDelta::minutes(30);
    let id = Uuid::now_v7().into();
    let intro = EventType::builder(id, org, ada, "intro".parse()?, half_hour)
        .title("Introduction")
        .build()?;
    let organization = Organization {
        id: org,
        name: "Analytical Engines".to_owned(),
    };
    let host = HostProfile {
        user,
        schedule,
        schedule_version: 1,
    };
    store.set_up(&organization, &[host], &[intro]).await?;
    Ok((org, id))
}
