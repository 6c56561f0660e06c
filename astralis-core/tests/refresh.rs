//! Subscribed calendars, read again and again: what they bring counts until something better does.
#![cfg(all(feature = "icalendar", feature = "services"))]
#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test is a failing test"
)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use astralis_core::icalendar::BusyCalendar;
use astralis_core::jobs::{
    EXPAND_AGAIN_AFTER, INTERVAL, LONGEST_INTERVAL, READING_LEASE, Refreshed, Reread, refresh_next,
};
use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
use astralis_core::model::{
    BusyKind, CalendarSubscription, CalendarUrl, SubscriptionState, UserId, Validators,
};
use astralis_core::ports::{
    CalendarFetcher, Command, FetchError, Fetched, Look, RetryAfter, StoreError,
};
use astralis_core::scheduler::{ImportError, Scheduler};
use astralis_core::time::ZoneDatabase;
use astralis_testkit::scenario::{Scenario, scenario};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";

/// A server that answers as it was told, and remembers what it was asked.
#[derive(Default)]
struct Server {
    answers: Mutex<VecDeque<Result<Fetched, FetchError>>>,
    asked: Mutex<Vec<Validators>>,
}

#[async_trait]
impl CalendarFetcher for Server {
    async fn fetch(&self, _: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        self.asked.lock().unwrap().push(known.clone());
        let next = self.answers.lock().unwrap().pop_front();
        next.expect("the server was not to be asked that often")
    }
}

impl Server {
    fn answers(&self, answer: Result<Fetched, FetchError>) -> &Self {
        self.answers.lock().unwrap().push_back(answer);
        self
    }

    fn sends(&self, file: &str) -> &Self {
        self.answers(Ok(Fetched::File {
            bytes: file.as_bytes().to_vec(),
            validators: version("1"),
        }))
    }

    fn last_asked(&self) -> Validators {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

fn version(etag: &str) -> Validators {
    Validators {
        etag: Some(etag.to_owned()),
        last_modified: None,
    }
}

/// A host in UTC with a subscription that is due, on a Saturday at noon.
struct World {
    scenario: Scenario,
    scheduler: Scheduler,
    clock: ManualClock,
    server: Server,
}

impl World {
    async fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let scenario = scenario().host_in("UTC").open_weekdays("09:00-17:00");
        let scenario = scenario.offering(60).set_up(&*store).await;
        let clock = ManualClock::at(scenario.now());
        let ids = Arc::new(SequentialIds::series(99));
        let zones = ZoneDatabase::bundled();
        let scheduler = Scheduler::new(store, zones, Arc::new(clock.clone()), ids);
        let subscription = CalendarSubscription {
            id: scenario.next_id().into(),
            org: scenario.org(),
            user: scenario.host().id,
            url: "https://example.org/work.ics".parse().unwrap(),
            name: "Work".to_owned(),
            added_at: scenario.now(),
            due_at: scenario.now(),
            begun: 0,
            state: SubscriptionState::default(),
        };
        let store = scheduler.store();
        store.add_subscription(&subscription).await.unwrap();
        Self {
            scenario,
            scheduler,
            clock,
            server: Server::default(),
        }
    }

    async fn step_with(&self, fetcher: &dyn CalendarFetcher) -> Option<Refreshed> {
        let token = self.scheduler.next_id().into();
        let step = refresh_next(&self.scheduler, fetcher, &self.clock, token);
        step.await.unwrap()
    }

    /// One step, at the time the subscription is due.
    async fn refresh(&self) -> Refreshed {
        self.clock
            .set(self.subscription().await.due_at.max(self.clock_now()));
        self.step_with(&self.server).await.unwrap()
    }

    fn clock_now(&self) -> DateTime<Utc> {
        self.scheduler.now()
    }

    async fn subscription(&self) -> CalendarSubscription {
        let store = self.scheduler.store();
        let found = store.subscriptions(self.scenario.org(), self.scenario.host().id);
        found.await.unwrap().remove(0)
    }

    /// How many stretches of Monday are taken.
    async fn taken(&self) -> usize {
        let command = Command {
            look: Look {
                claims: Some("2026-03-30T00:00Z/2026-03-31T00:00Z".parse().unwrap()),
                ..Look::default()
            },
            ..self.scenario.command()
        };
        let facts = self.scheduler.store().facts(&command).await.unwrap();
        facts.claims.len()
    }
}

fn calendar(events: usize) -> String {
    let event = |n| {
        let times = "DTSTART:20260330T090000Z\r\nDTEND:20260330T100000Z";
        format!("BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:Busy\r\n{times}\r\nEND:VEVENT\r\n")
    };
    let events: String = (0..events).map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{events}END:VCALENDAR\r\n")
}

/// The file without its end.
fn broken_off(file: &str) -> &str {
    let end = file.rfind("END:VEVENT").unwrap();
    &file[..end]
}

#[tokio::test]
async fn a_subscribed_calendar_is_its_owners_busy_time() {
    let world = World::new().await;
    world.server.sends(&calendar(2));

    let done = world.refresh().await;

    assert!(matches!(&done.reread, Reread::Written(report) if report.events == 2));
    assert!(done.recorded);
    assert_eq!(world.taken().await, 2);
    assert_eq!(world.server.last_asked(), Validators::default());
    let state = world.subscription().await.state;
    assert_eq!((state.failures, state.stale_since()), (0, None));
    let reading = state.reading.unwrap();
    assert_eq!((reading.events, reading.validators), (2, version("1")));
}

#[tokio::test]
async fn nothing_is_read_before_it_is_due() {
    let world = World::new().await;
    world.server.sends(&calendar(1));
    let done = world.refresh().await;

    let early = world.step_with(&world.server).await;

    assert!(early.is_none());
    assert!(done.due_at >= world.clock_now() + INTERVAL);
}

#[tokio::test]
async fn a_calendar_that_changed_replaces_what_it_was() {
    let world = World::new().await;
    world.server.sends(&calendar(3)).sends(&calendar(1));
    world.refresh().await;

    world.refresh().await;

    assert_eq!(world.taken().await, 1);
}

#[tokio::test]
async fn a_calendar_that_did_not_change_is_not_written_again() {
    let world = World::new().await;
    world.server.sends(&calendar(1));
    world.refresh().await;
    let written_at = world
        .subscription()
        .await
        .state
        .reading
        .unwrap()
        .imported_at;

    for answer in [
        Fetched::NotModified,
        Fetched::File {
            bytes: calendar(1).into_bytes(),
            validators: version("2"),
        },
    ] {
        world.server.answers(Ok(answer));
        let done = world.refresh().await;

        assert!(matches!(done.reread, Reread::Unchanged));
        assert_eq!(world.server.last_asked(), version("1"));
        let reading = world.subscription().await.state.reading.unwrap();
        assert_eq!(reading.imported_at, written_at);
        assert_eq!(reading.checked_at, world.clock_now());
    }
}

#[tokio::test]
async fn a_calendar_that_did_not_change_is_expanded_anew_each_day() {
    let world = World::new().await;
    world.server.sends(&calendar(1)).sends(&calendar(1));
    world.refresh().await;
    world.clock.advance(EXPAND_AGAIN_AFTER);

    let done = world.refresh().await;

    assert!(matches!(done.reread, Reread::Written(_)));
    assert_eq!(world.server.last_asked(), Validators::default());
}

#[tokio::test]
async fn what_cannot_be_read_leaves_everything_as_it_was() {
    let world = World::new().await;
    let whole = calendar(2);
    world.server.sends(&whole);
    world.refresh().await;
    let read = world.subscription().await.state.reading;

    let page = "<!DOCTYPE html><title>Sign in</title>";
    world.server.sends(page).sends(broken_off(&whole)).sends("");
    world
        .server
        .answers(Err(FetchError::Transient("the server answers 500".into())));
    world
        .server
        .answers(Err(FetchError::Permanent("the server answers 404".into())));
    world.clock.advance(EXPAND_AGAIN_AFTER);
    world.server.answers(Ok(Fetched::NotModified));
    for failures in 1..=6 {
        let done = world.refresh().await;

        assert!(
            matches!(done.reread, Reread::Kept { .. }),
            "{:?}",
            done.reread
        );
        assert_eq!(world.taken().await, 2);
        let state = world.subscription().await.state;
        assert_eq!(state.failures, failures);
        assert!(state.last_error.is_some() && state.stale_since().is_some());
        assert_eq!(state.reading, read);
    }
}

#[tokio::test]
async fn what_fails_is_tried_later_and_later_and_soon_again_when_it_works() {
    let world = World::new().await;
    let mut pauses = Vec::new();
    for _ in 0..3 {
        let error = FetchError::Transient("no connection".into());
        world.server.answers(Err(error));
        let done = world.refresh().await;
        pauses.push(done.due_at - world.clock_now());
    }
    world.server.sends(&calendar(1));

    let done = world.refresh().await;

    assert!(pauses[0] < pauses[1] && pauses[1] < pauses[2], "{pauses:?}");
    assert!(done.due_at - world.clock_now() < INTERVAL * 5 / 4);
    assert_eq!(world.subscription().await.state.failures, 0);
}

/// How long a server is left alone that wants to be until `when`.
async fn left_alone(when: impl FnOnce(DateTime<Utc>) -> RetryAfter) -> TimeDelta {
    let world = World::new().await;
    world.server.answers(Err(FetchError::NotBefore {
        when: when(world.clock_now()),
        source: "the server answers 503".into(),
    }));

    let done = world.refresh().await;

    let state = world.subscription().await.state;
    assert_eq!(state.failures, 1);
    assert_eq!(state.last_error.unwrap(), "the server answers 503");
    done.due_at - world.clock_now()
}

#[tokio::test]
async fn a_server_is_not_asked_before_it_wants_to_be() {
    let (hour, day) = (TimeDelta::hours(1), LONGEST_INTERVAL);
    let week = TimeDelta::days(7);
    let soon = left_alone(|_| RetryAfter::Pause(TimeDelta::seconds(1))).await;
    for (pause, at_least) in [(hour, hour), (week, day), (TimeDelta::MAX, day)] {
        let left = left_alone(|_| RetryAfter::Pause(pause)).await;
        assert!(
            at_least <= left && left < at_least * 5 / 4,
            "{pause}: {left}"
        );
    }
    for (pause, at_least) in [(hour, hour), (week, day)] {
        let left = left_alone(|now| RetryAfter::At(now + pause)).await;
        assert!(
            at_least <= left && left < at_least * 5 / 4,
            "{pause}: {left}"
        );
    }
    let passed = left_alone(|now| RetryAfter::At(now - hour)).await;
    // It is in trouble all the same.
    assert_eq!(soon, passed);
    assert!(soon >= TimeDelta::minutes(5));
}

#[tokio::test]
async fn a_calendar_that_always_broke_off_is_better_than_none() {
    let world = World::new().await;
    let (first, second) = (calendar(2), calendar(3));
    world
        .server
        .sends(broken_off(&first))
        .sends(broken_off(&second));

    world.refresh().await;
    world.refresh().await;

    assert_eq!(world.taken().await, 3);
    let reading = world.subscription().await.state.reading.unwrap();
    assert!(!reading.is_whole && !reading.findings.is_empty());
}

#[tokio::test]
async fn of_what_breaks_off_the_larger_part_is_kept() {
    let world = World::new().await;
    let (first, second) = (calendar(3), calendar(2));
    world
        .server
        .sends(broken_off(&first))
        .sends(broken_off(&second))
        .sends(&second);
    world.refresh().await;

    let less = world.refresh().await;
    let taken_then = world.taken().await;
    world.refresh().await;

    assert!(matches!(less.reread, Reread::Kept { .. }), "{less:?}");
    assert_eq!((taken_then, world.taken().await), (3, 2));
}

#[tokio::test]
async fn another_zone_moves_whole_days_at_the_next_reading() {
    let world = World::new().await;
    let day = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260331\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n";
    world.server.sends(day).sends(day);
    world.refresh().await;
    let before = world.taken().await;
    let mut user = world.scenario.hosts()[0].user.clone();
    user.time_zone = "Asia/Tokyo".parse().unwrap();
    world.scheduler.store().save_user(&user).await.unwrap();

    let done = world.refresh().await;

    assert!(matches!(done.reread, Reread::Written(_)), "{done:?}");
    // Tuesday begins on Monday in UTC.
    assert_eq!((before, world.taken().await), (0, 1));
}

/// A server that kills whoever reads from it.
struct Deadly;

#[async_trait]
impl CalendarFetcher for Deadly {
    async fn fetch(&self, _: &CalendarUrl, _: &Validators) -> Result<Fetched, FetchError> {
        std::future::pending().await
    }
}

/// A server whose answer makes its reader panic.
struct Upsetting;

#[async_trait]
impl CalendarFetcher for Upsetting {
    async fn fetch(&self, _: &CalendarUrl, _: &Validators) -> Result<Fetched, FetchError> {
        panic!("nobody thought of this")
    }
}

#[tokio::test]
async fn a_reading_that_kills_its_reader_is_a_failure_and_tried_later_and_later() {
    let world = World::new().await;
    let mut pauses = Vec::new();
    for failures in 1..=3 {
        let due = world.subscription().await.due_at;
        world.clock.set(due);
        tokio::select! {
            biased;
            _ = world.step_with(&Deadly) => unreachable!("it never ends"),
            () = std::future::ready(()) => {}
        }
        assert!(world.subscription().await.is_being_read(due));

        let done = world.refresh().await;

        assert!(matches!(done.reread, Reread::Kept { .. }), "{done:?}");
        let state = world.subscription().await.state;
        assert_eq!(state.failures, failures);
        assert!(state.last_error.unwrap().contains("did not come to an end"));
        pauses.push(done.due_at - world.clock_now());
    }
    assert!(pauses[0] < pauses[1] && pauses[1] < pauses[2], "{pauses:?}");
    world.server.sends(&calendar(1));
    assert!(matches!(world.refresh().await.reread, Reread::Written(_)));
}

#[tokio::test]
async fn a_panic_is_a_failure_of_the_calendar_that_brought_it_out() {
    let world = World::new().await;

    let done = world.step_with(&Upsetting).await.unwrap();

    assert!(matches!(done.reread, Reread::Kept { .. }), "{done:?}");
    assert!(done.recorded);
    let subscription = world.subscription().await;
    assert_eq!((subscription.state.failures, subscription.begun), (1, 0));
    assert!(subscription.due_at > world.clock_now());
}

#[tokio::test]
async fn the_owners_own_busy_time_is_not_read_back() {
    let world = World::new().await;
    let busy = [(NINE.parse().unwrap(), BusyKind::Busy)];
    let feed_of = |owner: UserId| {
        let feed = BusyCalendar {
            name: "Grace",
            owner,
            id: owner.as_uuid(),
            busy: &busy,
            as_of: world.clock_now(),
            refresh: None,
        };
        feed.to_string()
    };
    let own = feed_of(world.scenario.host().id);
    let mixed = own.replace("END:VCALENDAR\r\n", "") + &calendar(1);
    let colleagues = feed_of(world.scenario.next_id().into());
    world.server.sends(&own).sends(&mixed).sends(&colleagues);

    let refused = world.refresh().await;
    assert!(matches!(&refused.reread, Reread::Kept { error } if error.contains("own feed")));
    assert_eq!(world.taken().await, 0);

    for _ in [mixed, colleagues] {
        let done = world.refresh().await;
        assert!(matches!(done.reread, Reread::Written(_)), "{done:?}");
        assert_eq!(world.taken().await, 1);
    }
}

#[tokio::test]
async fn what_was_not_understood_is_kept_for_its_owner() {
    let world = World::new().await;
    let nonsense = "BEGIN:VEVENT\r\nUID:x\r\nDTSTART:soon\r\nEND:VEVENT\r\n".repeat(30);
    let file = format!("BEGIN:VCALENDAR\r\n{nonsense}END:VCALENDAR\r\n");
    world.server.sends(&file);

    world.refresh().await;

    let reading = world.subscription().await.state.reading.unwrap();
    assert_eq!((reading.findings.len(), reading.more_findings), (20, 10));
    assert!(reading.findings[0].starts_with("line 2: "));
}

#[tokio::test]
async fn a_booking_that_it_overlaps_gets_conflict_data_until_it_goes() {
    let world = World::new().await;
    let meeting = world.scenario.meeting(NINE);
    meeting.book(&**world.scheduler.store()).await.unwrap();
    world.server.sends(&calendar(1));
    world.refresh().await;
    let conflicts = async || {
        let store = world.scheduler.store();
        let record = store
            .booking(world.scenario.org(), meeting.booking.id)
            .await;
        record.unwrap().event.conflicts.len()
    };
    let overlapping = conflicts().await;

    let subscription = world.subscription().await;
    world.scheduler.unsubscribe(&subscription).await.unwrap();

    assert_eq!((overlapping, conflicts().await), (1, 0));
    assert_eq!(world.taken().await, 1);
    let again = world.scheduler.unsubscribe(&subscription).await;
    let gone =
        |error: &ImportError| matches!(error, ImportError::Store(StoreError::NotFound { .. }));
    assert!(again.is_err_and(|error| gone(&error)));
}

/// A server during whose answer the host unsubscribes.
struct Slow<'a>(&'a World);

#[async_trait]
impl CalendarFetcher for Slow<'_> {
    async fn fetch(&self, url: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        let subscription = self.0.subscription().await;
        self.0.scheduler.unsubscribe(&subscription).await.unwrap();
        self.0.server.fetch(url, known).await
    }
}

#[tokio::test]
async fn what_was_removed_while_it_was_read_stays_away() {
    let world = World::new().await;
    world.server.sends(&calendar(2));

    let done = world.step_with(&Slow(&world)).await.unwrap();

    assert!(matches!(done.reread, Reread::Lost));
    assert!(!done.recorded);
    assert_eq!(world.taken().await, 0);
}

/// A server during whose answer somebody else takes over.
struct TooSlow<'a>(&'a World);

#[async_trait]
impl CalendarFetcher for TooSlow<'_> {
    async fn fetch(&self, url: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        let late = self.0.server.fetch(url, known).await;
        self.0.clock.advance(READING_LEASE);
        let given_up = self.0.refresh().await;
        assert!(matches!(given_up.reread, Reread::Kept { .. }));
        self.0.refresh().await;
        late
    }
}

#[tokio::test]
async fn an_old_answer_is_not_written_over_a_newer_one() {
    let world = World::new().await;
    world.server.sends(&calendar(3)).sends(&calendar(1));

    let done = world.step_with(&TooSlow(&world)).await.unwrap();

    assert!(matches!(done.reread, Reread::Lost));
    assert_eq!(world.taken().await, 1);
}
