//! What a call costs: how often it waits for the database.

use astralis_core::model::MessageKind;
use astralis_core::ports::{Bookings, Catalog, ClaimDue, Command, Look, Outbox};
use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::{Database, Wire};
use astralis_testkit::scenario::{Scenario, instant, scenario};
use chrono::TimeDelta;

const NOON: &str = "2026-03-28T12:00:00Z";

/// A store behind a wire that counts.
struct Counted {
    store: PostgresStore,
    wire: Wire,
    world: Scenario,
}

impl Counted {
    async fn with_hosts(hosts: usize) -> Self {
        let database = Database::create().await;
        let wire = Wire::to(&database).await;
        let store = PostgresStore::open(wire.url()).await.unwrap();
        let world = (0..hosts).fold(scenario(), |world, _| world.host_in("UTC"));
        let world = world.offering(60).set_up(&store).await;
        Self { store, wire, world }
    }

    /// The round trips of the second of two equal calls: the first one makes the connection and
    /// prepares its statements.
    async fn of_call(&self, call: impl AsyncFn(u32)) -> u64 {
        call(1).await;
        let before = self.wire.round_trips();
        call(2).await;
        self.wire.round_trips() - before
    }

    /// A command about everybody's time in March.
    fn command(&self) -> Command {
        let march = "2026-03-01T00:00Z/2026-04-01T00:00Z";
        Command {
            look: Look {
                claims: Some(march.parse().unwrap()),
                ..Look::default()
            },
            ..self.world.command()
        }
    }
}

fn on_day(day: u32) -> String {
    format!("2026-03-{day:02}T09:00Z/2026-03-{day:02}T10:00Z")
}

/// Begin and lock, look, take the time, write the rest, commit.
#[tokio::test]
async fn a_booking_takes_five_round_trips_however_many_hosts_it_has() {
    for hosts in [1, 5] {
        let counted = Counted::with_hosts(hosts).await;
        let round_trips = counted.of_call(async |n| {
            let meeting = counted.world.meeting(&on_day(n));
            let meeting = meeting
                .with_message(MessageKind::Confirmation, instant(NOON))
                .with_reminder(60);
            meeting.book(&counted.store).await.unwrap();
        });

        assert_eq!(round_trips.await, 5, "{hosts} hosts");
    }
}

/// Begin and lock, look, roll back.
#[tokio::test]
async fn a_refusal_takes_three_round_trips() {
    let counted = Counted::with_hosts(1).await;
    let taken = counted.world.meeting(&on_day(1));
    taken.book(&counted.store).await.unwrap();

    let round_trips = counted.of_call(async |_| {
        let refused = counted.world.meeting(&on_day(1)).book(&counted.store).await;
        assert!(refused.is_err());
    });

    assert_eq!(round_trips.await, 3);
}

/// The booking itself, its reminders' jobs and messages come on top.
#[tokio::test]
async fn a_move_takes_eight_round_trips() {
    let counted = Counted::with_hosts(1).await;
    let meeting = counted.world.meeting(&on_day(1)).with_reminder(60);
    meeting.book(&counted.store).await.unwrap();

    let round_trips = counted.of_call(async |n| {
        let (mut command, plan) = meeting.moved_to(&on_day(1 + n));
        command.look.booking = Some(meeting.booking.id);
        let plan = astralis_core::ports::Plan {
            drop_reminders: vec![meeting.event.id],
            ..plan
        };
        let decide = |_: &_| Ok(plan.clone());
        counted.store.transact(&command, &decide).await.unwrap();
    });

    assert_eq!(round_trips.await, 8);
}

/// The busy time of ten people is one question.
#[tokio::test]
async fn listing_takes_one_round_trip_however_many_hosts_there_are() {
    let counted = Counted::with_hosts(10).await;

    let facts = counted.of_call(async |_| {
        counted.store.facts(&counted.command()).await.unwrap();
    });
    assert_eq!(facts.await, 1);

    let event_type = counted.world.event_type();
    let offering = counted.of_call(async |_| {
        let offering = counted.store.offering(event_type.org, event_type.id).await;
        assert_eq!(offering.unwrap().hosts.len(), 10);
    });
    assert_eq!(offering.await, 1);
}

/// Series come with the claims, from the same moment.
#[tokio::test]
async fn listing_far_ahead_takes_one_round_trip_however_many_series_reach_there() {
    let counted = Counted::with_hosts(2).await;
    for day in [1, 8, 15] {
        let claimed_until = Some(instant("2026-03-20T00:00:00Z"));
        let meeting = counted.world.meeting(&on_day(day));
        let series = meeting.repeating("FREQ=DAILY;INTERVAL=30", claimed_until);
        series.write(&counted.store).await.unwrap();
    }

    let round_trips = counted.of_call(async |_| {
        let facts = counted.store.facts(&counted.command()).await.unwrap();
        assert_eq!(facts.series.len(), 3);
    });

    assert_eq!(round_trips.await, 1);
}

/// Begin, claim, commit; and one for each outcome.
#[tokio::test]
async fn a_worker_takes_three_round_trips_for_a_batch() {
    let counted = Counted::with_hosts(1).await;
    for day in 1..=9 {
        let meeting = counted.world.meeting(&on_day(day));
        let meeting = meeting.with_message(MessageKind::Confirmation, instant(NOON));
        meeting.write(&counted.store).await.unwrap();
    }

    let claimed = counted.of_call(async |_| {
        let claim = ClaimDue {
            now: instant(NOON),
            lease_until: instant(NOON) + TimeDelta::minutes(1),
            token: counted.world.next_id().into(),
            limit: 4,
        };
        let due = counted.store.claim_due(&claim).await.unwrap();
        assert_eq!(due.len(), 4);
    });

    assert_eq!(claimed.await, 3);
}
