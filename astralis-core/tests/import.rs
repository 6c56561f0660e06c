//! A calendar file through the scheduler's door: what it blocks, what it says, what it leaves alone.
#![cfg(all(feature = "icalendar", feature = "services"))]
#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test is a failing test"
)]

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
use astralis_core::model::{
    Blocking, BookingRecord, BusyKind, BusyPolicy, CommandId, Guest, MessageKind, RecipientRole,
};
use astralis_core::ports::{Clock, Command, Facts, Look};
use astralis_core::scheduler::{
    BookingRequest, ImportError, ImportReport, ImportRequest, Scheduler, SlotsQuery,
};
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::scenario::{Scenario, instant, scenario};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// How long to look whether two files are read at the same time.
const A_WHILE: Duration = Duration::from_millis(200);

/// A host in Paris, open on weekdays from 9 to 17, and their scheduler. It is Saturday,
/// 28 March 2026; on Sunday the clock springs forward.
struct World {
    scenario: Scenario,
    scheduler: Scheduler,
    clock: ManualClock,
}

impl World {
    async fn new(scenario: Scenario) -> Self {
        let store = Arc::new(MemoryStore::new());
        let scenario = scenario.set_up(&*store).await;
        let clock = ManualClock::at(scenario.now());
        let ids = SequentialIds::series(99);
        let zones = ZoneDatabase::bundled();
        let scheduler = Scheduler::new(store, zones, Arc::new(clock.clone()), Arc::new(ids));
        Self {
            scenario,
            scheduler,
            clock,
        }
    }

    async fn in_paris() -> Self {
        Self::new(in_paris().offering(60)).await
    }

    async fn import(&self, events: &str) -> ImportReport {
        self.try_import("work", &calendar(events)).await.unwrap()
    }

    async fn try_import(&self, source: &str, file: &str) -> Result<ImportReport, ImportError> {
        self.scheduler.import(&self.request(source, file)).await
    }

    fn request(&self, source: &str, file: &str) -> ImportRequest {
        ImportRequest {
            command: self.command(),
            org: self.scenario.org(),
            user: self.scenario.host().id,
            source: source.to_owned(),
            bytes: file.as_bytes().to_vec(),
        }
    }

    fn command(&self) -> CommandId {
        self.scheduler.next_id().into()
    }

    async fn book(&self, start: &str) -> BookingRecord {
        let start = instant(start);
        let request = BookingRequest {
            command: self.command(),
            org: self.scenario.org(),
            event_type: self.scenario.event_type().id,
            start,
            end: start + TimeDelta::hours(1),
            guest: Guest {
                name: "Grace".to_owned(),
                email: "grace@example.com".parse().unwrap(),
                phone: None,
                time_zone: "Europe/Paris".parse().unwrap(),
            },
            title: None,
            note: None,
            meeting_type: None,
        };
        self.scheduler.book(&request).await.unwrap().record
    }

    /// The starts that are offered on one day, hours and minutes in UTC.
    async fn slots_on(&self, day: &str) -> Vec<String> {
        let from = instant(&format!("{day}T00:00:00Z"));
        let query = SlotsQuery {
            org: self.scenario.org(),
            event_type: self.scenario.event_type().id,
            from,
            to: from + TimeDelta::days(1),
            duration: None,
            moving: None,
        };
        let slots = self.scheduler.slots(&query).await.unwrap();
        let start = |during: Interval| during.start().format("%H:%M").to_string();
        slots.iter().map(|slot| start(slot.during)).collect()
    }

    async fn record(&self, booked: &BookingRecord) -> BookingRecord {
        let store = self.scheduler.store();
        store
            .booking(booked.booking.org, booked.booking.id)
            .await
            .unwrap()
    }

    async fn conflict_messages(&self, booked: &BookingRecord) -> usize {
        let store = self.scheduler.store();
        let messages = store
            .messages(booked.event.org, booked.event.id)
            .await
            .unwrap();
        let is_conflict = |kind| kind == MessageKind::Conflict;
        let told = messages.iter().filter(|one| is_conflict(one.message.kind));
        told.inspect(|one| assert_eq!(one.message.to.role, RecipientRole::Host))
            .count()
    }

    async fn claims(&self) -> Facts {
        let command = Command {
            look: Look {
                claims: Some("2026-01-01T00:00Z/2036-01-01T00:00Z".parse().unwrap()),
                ..Look::default()
            },
            ..self.scenario.command()
        };
        self.scheduler.store().facts(&command).await.unwrap()
    }
}

fn in_paris() -> Scenario {
    scenario()
        .host_in("Europe/Paris")
        .open_weekdays("09:00-17:00")
}

fn calendar(events: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n")
}

fn event(uid: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:{uid}\n{lines}\nEND:VEVENT\n")
}

/// From 10 to 12 in Paris on Monday, 30 March.
fn monday_morning(uid: &str) -> String {
    event(uid, "DTSTART:20260330T080000Z\nDTEND:20260330T100000Z")
}

/// A clock that keeps whoever asks it while a file is read (for the second time in an import) until
/// somebody else does the same, or in vain for a while.
#[derive(Default)]
struct Crowd {
    reading: Mutex<Reading>,
    changed: Condvar,
}

#[derive(Default)]
struct Reading {
    now: usize,
    most: usize,
}

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

impl Clock for Crowd {
    fn now(&self) -> DateTime<Utc> {
        let asked = ASKED.replace(ASKED.get() + 1);
        if asked == 1 {
            let mut reading = self.reading.lock().unwrap();
            reading.now += 1;
            reading.most = reading.most.max(reading.now);
            self.changed.notify_all();
            let alone = |reading: &mut Reading| reading.most < 2;
            let waited = self.changed.wait_timeout_while(reading, A_WHILE, alone);
            waited.unwrap().0.now -= 1;
        }
        instant("2026-03-28T12:00:00Z")
    }
}

/// As text, lines and events a large file takes many times its size.
#[tokio::test]
async fn one_file_is_read_at_a_time() {
    let world = World::in_paris().await;
    let crowd = Arc::new(Crowd::default());
    let scheduler = Scheduler::new(
        world.scheduler.store().clone(),
        ZoneDatabase::bundled(),
        crowd.clone(),
        Arc::new(SequentialIds::series(98)),
    );
    let import = |source| {
        let (scheduler, request) = (scheduler.clone(), world.request(source, &calendar("")));
        let runtime = Handle::current();
        spawn_blocking(move || runtime.block_on(scheduler.import(&request)).unwrap())
    };

    let (one, other) = (import("work"), import("home"));
    one.await.unwrap();
    other.await.unwrap();

    assert_eq!(crowd.reading.lock().unwrap().most, 1);
}

#[tokio::test]
async fn imported_time_is_not_offered() {
    let world = World::in_paris().await;
    let all = [
        "07:00", "08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00",
    ];
    assert_eq!(world.slots_on("2026-03-30").await, all);
    let report = world.import(&monday_morning("one")).await;
    assert_eq!((report.events, report.stretches), (1, 1));
    assert_eq!(report.busy_until, Some(instant("2026-03-30T10:00:00Z")));
    let left = ["07:00", "10:00", "11:00", "12:00", "13:00", "14:00"];
    assert_eq!(world.slots_on("2026-03-30").await, left);
}

#[tokio::test]
async fn a_series_blocks_every_day_that_can_be_booked() {
    let world = World::in_paris().await;
    // Since January, at 10 in Paris; the 60th day of the booking window is 27 May.
    world
        .import(&event(
            "daily",
            "DTSTART;TZID=Europe/Paris:20260105T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY",
        ))
        .await;
    for day in ["2026-03-30", "2026-04-30", "2026-05-27"] {
        let slots = world.slots_on(day).await;
        assert_eq!(slots.len(), 7, "{day}");
        assert!(!slots.contains(&"08:00".to_owned()), "{day}");
    }
    assert_eq!(world.slots_on("2026-05-28").await, Vec::<String>::new());
}

#[tokio::test]
async fn importing_a_source_again_replaces_what_it_brought_and_nothing_else() {
    let world = World::in_paris().await;
    world.import(&monday_morning("one")).await;
    let tuesday = event("two", "DTSTART:20260331T080000Z\nDURATION:PT1H");
    world
        .try_import("private", &calendar(&tuesday))
        .await
        .unwrap();
    world.import("").await;
    assert_eq!(world.slots_on("2026-03-30").await.len(), 8);
    assert_eq!(world.slots_on("2026-03-31").await.len(), 7);
}

#[tokio::test]
async fn importing_the_same_file_twice_leaves_the_same_ids() {
    let world = World::in_paris().await;
    let file = [
        monday_morning("one"),
        monday_morning("one"),
        monday_morning("two"),
    ]
    .concat();
    world.import(&file).await;
    let first = world.claims().await.claims;
    assert_eq!(first.len(), 3, "events that share a UID are kept apart");
    world.import(&file).await;
    assert_eq!(world.claims().await.claims, first);
}

#[tokio::test]
async fn a_repeated_command_imports_once() {
    let world = World::in_paris().await;
    let request = world.request("work", &calendar(&monday_morning("one")));
    assert!(!world.scheduler.import(&request).await.unwrap().repeated);
    assert!(world.scheduler.import(&request).await.unwrap().repeated);
    assert_eq!(world.claims().await.claims.len(), 1);
}

#[tokio::test]
async fn a_booking_that_is_overlapped_stays_and_its_host_is_told_once() {
    let world = World::in_paris().await;
    let booked = world.book("2026-03-30T09:00:00Z").await;
    let report = world.import(&monday_morning("one")).await;
    let overlap: Interval = "2026-03-30T09:00Z/2026-03-30T10:00Z".parse().unwrap();
    assert_eq!(report.clashes.len(), 1);
    assert_eq!(report.clashes[0].during, overlap);

    let record = world.record(&booked).await;
    assert_eq!(record.event.conflicts.len(), 1);
    assert_eq!(record.event.conflicts[0].during, overlap);
    assert_eq!(record.event.version, booked.event.version + 1);
    assert_eq!(record.event.when, booked.event.when);
    assert_eq!(world.conflict_messages(&booked).await, 1);

    let report = world.import(&monday_morning("one")).await;
    assert_eq!(report.clashes.len(), 1, "it is still said");
    assert_eq!(
        world.record(&booked).await.event,
        record.event,
        "nothing is written again"
    );
    assert_eq!(world.conflict_messages(&booked).await, 1);
}

#[tokio::test]
async fn a_host_is_told_of_every_further_event_that_takes_the_time_of_a_booking() {
    let world = World::in_paris().await;
    let booked = world.book("2026-03-30T09:00:00Z").await;
    world.import(&monday_morning("one")).await;
    let both = [monday_morning("one"), monday_morning("two")].concat();
    world.import(&both).await;
    assert_eq!(world.conflict_messages(&booked).await, 2);
}

#[tokio::test]
async fn a_conflict_clears_when_the_file_no_longer_has_it() {
    let world = World::in_paris().await;
    let booked = world.book("2026-03-30T09:00:00Z").await;
    let private = calendar(&monday_morning("two"));
    world.try_import("private", &private).await.unwrap();
    world.import(&monday_morning("one")).await;
    assert_eq!(world.record(&booked).await.event.conflicts.len(), 2);
    world.import("").await;
    let record = world.record(&booked).await;
    assert_eq!(
        record.event.conflicts.len(),
        1,
        "the other calendar's conflict stays"
    );
    world.try_import("private", &calendar("")).await.unwrap();
    assert_eq!(world.record(&booked).await.event.conflicts, []);
}

#[tokio::test]
async fn what_does_not_block_hard_and_what_is_over_is_no_conflict() {
    let soft = BusyPolicy {
        tentative: Blocking::Soft,
        ..BusyPolicy::default()
    };
    let offer = in_paris().offering_with(60, |builder| builder.busy_policy(soft));
    let world = World::new(offer).await;
    let booked = world.book("2026-03-30T09:00:00Z").await;
    let maybe = event(
        "maybe",
        "STATUS:TENTATIVE\nDTSTART:20260330T080000Z\nDTEND:20260330T100000Z",
    );
    let report = world.import(&maybe).await;
    assert_eq!((report.stretches, report.clashes.len()), (1, 0));
    assert_eq!(world.claims().await.claims[0].kind, BusyKind::Tentative);

    world.clock.set(instant("2026-03-30T10:00:00Z"));
    assert_eq!(world.import(&monday_morning("one")).await.clashes, []);
    assert_eq!(world.record(&booked).await.event.conflicts, []);
}

#[tokio::test]
async fn an_invitation_of_ours_that_comes_back_is_no_conflict_with_itself() {
    let world = World::in_paris().await;
    let booked = world.book("2026-03-30T09:00:00Z").await;
    let copy = event(&booked.event.uid, "DTSTART:20260330T090000Z\nDURATION:PT1H");
    let report = world.import(&copy).await;
    assert_eq!((report.events, report.already_ours), (0, 1));
    assert_eq!(world.record(&booked).await.event.conflicts, []);
}

#[tokio::test]
async fn what_cannot_be_expanded_is_reported_with_what_it_blocks() {
    let world = World::in_paris().await;
    let hours: Vec<_> = (0..24).map(|hour| hour.to_string()).collect();
    let rule = format!(
        "FREQ=DAILY;BYHOUR={};BYMINUTE=0,10,20,30,40,50",
        hours.join(",")
    );
    let start = "DTSTART;TZID=Europe/Paris:20260330T100000\nDURATION:PT1H";
    let report = world
        .import(&event("dense", &format!("{start}\nRRULE:{rule}")))
        .await;
    assert_eq!(report.findings.len(), 1);
    let blocks: Vec<_> = report.findings[0]
        .blocks
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        blocks,
        [
            "2026-03-29T22:00:00Z/2026-03-30T22:00:00Z",
            "2026-03-30T08:00:00Z/2026-03-30T09:00:00Z"
        ]
    );
    assert_eq!(world.slots_on("2026-03-30").await, Vec::<String>::new());
    assert_eq!(world.slots_on("2026-03-31").await.len(), 8);
}

#[tokio::test]
async fn what_lies_outside_the_horizon_is_counted_and_not_kept() {
    let world = World::in_paris().await;
    let file = [
        event("past", "DTSTART:20260301T080000Z\nDURATION:PT1H"),
        event("far", "DTSTART:20300301T080000Z\nDURATION:PT1H"),
        event("reaches-in", "DTSTART:20260301T080000Z\nDURATION:P60D"),
    ]
    .concat();
    let report = world.import(&file).await;
    assert_eq!((report.events, report.outside), (1, 2));
    // Yesterday in Paris; 730 days from today, and what can follow the last of them.
    let expected: Interval = "2026-03-26T23:00Z/2028-04-05T22:00Z".parse().unwrap();
    assert_eq!(report.horizon.during, expected);
    assert!(!report.horizon.is_cut);
}

#[tokio::test]
async fn a_file_that_is_no_calendar_changes_nothing() {
    let world = World::in_paris().await;
    world.import(&monday_morning("one")).await;
    let refused = world.try_import("work", "<html>Sign in</html>").await;
    assert!(matches!(refused, Err(ImportError::Unreadable(_))));
    assert_eq!(world.claims().await.claims.len(), 1);
}

#[tokio::test]
async fn a_file_that_floods_the_books_is_refused_as_a_whole() {
    let world = World::in_paris().await;
    let rule = "DTSTART:20260301T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0,10,20,30,40,50";
    let file: String = (0..80).map(|n| event(&n.to_string(), rule)).collect();
    let refused = world.try_import("work", &calendar(&file)).await;
    assert!(matches!(refused, Err(ImportError::TooMuch)));
    assert_eq!(world.claims().await.claims, []);
}

#[tokio::test]
async fn a_hostile_file_cannot_keep_an_import_busy() {
    let world = World::in_paris().await;
    // Two thousand years to count, day by day.
    let rule =
        "DTSTART:00010101T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYDAY=MO,TU;COUNT=4000000000";
    let file: String = (0..2_000).map(|n| event(&n.to_string(), rule)).collect();
    let refused = world.try_import("work", &calendar(&file)).await;
    assert!(matches!(refused, Err(ImportError::TooManySteps)));
    assert_eq!(world.claims().await.claims, []);
}
