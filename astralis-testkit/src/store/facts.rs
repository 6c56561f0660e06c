//! What a decision is told, and what listing looks at.

use astralis_core::model::{BookingState, SubjectId};
use astralis_core::ports::{Command, Facts, Look, Plan, Store, Tally};
use chrono::TimeDelta;

use super::{NINE, TEN, a_year, carry_out, claims_during, one_host};
use crate::scenario::{Scenario, instant, scenario};

/// Listing and deciding see the same.
pub async fn facts_are_what_a_decision_is_told(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    world.meeting(TEN).book(store).await.unwrap();
    let command = Command {
        look: Look {
            booking: Some(meeting.booking.id),
            event: Some(meeting.event.id),
            claims: Some(a_year()),
            tallies: Some(a_year()),
            events: true,
        },
        ..world.command()
    };

    let listed = store.facts(&command).await.unwrap();
    let told = std::sync::Mutex::new(Facts::default());
    let remember = |facts: &Facts| {
        *told.lock().unwrap() = facts.clone();
        Ok(Plan::default())
    };
    store.transact(&command, &remember).await.unwrap();

    assert_eq!(told.lock().unwrap().claims.len(), 2);
    assert_eq!(format!("{listed:?}"), format!("{:?}", told.lock().unwrap()));
}

/// What is not asked for stays empty.
pub async fn nothing_is_found_without_a_look(store: &dyn Store) {
    let world = one_host(store).await;
    world.meeting(NINE).book(store).await.unwrap();

    let facts = store.facts(&world.command()).await.unwrap();

    assert_eq!(facts.booking, None);
    assert_eq!(facts.event, None);
    assert_eq!(facts.claims, []);
    assert_eq!(facts.tallies, []);
    assert_eq!(facts.events, []);
    assert_eq!(facts.inactive, []);
}

/// Half-open on both sides, to the microsecond.
pub async fn claims_are_found_if_they_overlap_the_range(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    for (range, found) in [
        ("2026-03-30T08:00Z/2026-03-30T09:00Z", false),
        ("2026-03-30T08:00Z/2026-03-30T09:00:00.000001Z", true),
        ("2026-03-30T09:59:59.999999Z/2026-03-30T11:00Z", true),
        ("2026-03-30T10:00Z/2026-03-30T11:00Z", false),
        ("2026-03-30T09:20Z/2026-03-30T09:30Z", true),
        ("2025-01-01T00:00Z/2027-01-01T00:00Z", true),
    ] {
        let claims = claims_during(store, &world, range).await;

        assert_eq!(!claims.is_empty(), found, "{range}");
    }
}

/// However long a claim is, a look at its last moment finds it, once.
pub async fn long_claims_are_found_from_their_last_moment(store: &dyn Store) {
    let world = one_host(store).await;
    let lengths = [
        "2026-03-01T00:00Z/2026-03-30T09:00Z",
        "2026-03-29T09:00Z/2026-03-30T09:00Z",
        "2026-03-29T08:59:59.999999Z/2026-03-30T09:00Z",
        "2026-03-29T09:00:00.000001Z/2026-03-30T09:00Z",
        "2020-01-01T00:00Z/2030-01-01T00:00Z",
    ];
    for during in lengths {
        let meeting = world.meeting(during).not_exclusive();
        meeting.write(store).await.unwrap();
    }

    let last_moment = "2026-03-30T08:59:59.999999Z/2026-03-30T09:00Z";
    assert_eq!(claims_during(store, &world, last_moment).await.len(), 5);
    let whole = "2019-01-01T00:00Z/2031-01-01T00:00Z";
    assert_eq!(claims_during(store, &world, whole).await.len(), 5);
}

/// By subject, start, end and id, whatever the order of writing.
pub async fn claims_come_in_order(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    for during in [
        TEN,
        "2026-03-20T09:00Z/2026-03-31T09:00Z",
        "2026-03-30T09:00Z/2026-03-30T09:30Z",
        NINE,
        NINE,
    ] {
        let meeting = world.meeting(during).not_exclusive();
        meeting.write(store).await.unwrap();
    }

    let claims = claims_during(store, &world, "2026-03-30T00:00Z/2026-03-31T00:00Z").await;

    assert_eq!(claims.len(), 10);
    let key = |claim: &astralis_core::model::Claim| (claim.subject, claim.during, claim.id);
    assert!(claims.is_sorted_by_key(key), "{claims:?}");
}

/// A subject that the command does not name is nobody's business.
pub async fn only_named_subjects_are_looked_at(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    let mut command = meeting.command.clone();
    command.subjects = vec![world.subject(), world.subject()];

    let facts = store.facts(&command).await.unwrap();

    let expected: Vec<_> = meeting.claims[..1].to_vec();
    assert_eq!(facts.claims, expected);
}

/// A hold that ends at exactly now has ended.
pub async fn expired_holds_are_invisible(store: &dyn Store) {
    let world = one_host(store).await;
    let held = world
        .meeting(NINE)
        .held_until(instant("2026-03-28T12:05:00Z"));
    held.book(store).await.unwrap();
    for (now, visible) in [
        ("2026-03-28T12:04:59.999999Z", true),
        ("2026-03-28T12:05:00Z", false),
        ("2026-03-28T12:06:00Z", false),
    ] {
        let command = Command {
            now: instant(now),
            ..held.command.clone()
        };

        let facts = store.facts(&command).await.unwrap();

        assert_eq!(!facts.claims.is_empty(), visible, "at {now}");
    }
}

/// The guard does not stand in the way of who comes after an expired hold.
pub async fn expired_holds_give_way(store: &dyn Store) {
    let world = one_host(store).await;
    let held = world
        .meeting(NINE)
        .held_until(instant("2026-03-28T12:05:00Z"));
    held.book(store).await.unwrap();
    let mut next = world.meeting(NINE);
    next.command.now = instant("2026-03-28T12:05:00Z");

    next.book(store).await.unwrap();

    // Even a clock that stands still before the expiry no longer sees the hold.
    assert_eq!(claims_during(store, &world, NINE).await, next.claims);
}

/// A hold that was in the way of nobody's success stays.
pub async fn expired_holds_stay_if_the_command_is_refused(store: &dyn Store) {
    let world = one_host(store).await;
    let held = world
        .meeting(NINE)
        .held_until(instant("2026-03-28T12:05:00Z"));
    held.book(store).await.unwrap();
    let later = Command {
        now: instant("2026-03-28T13:00:00Z"),
        ..world.command()
    };
    let refused = store.transact(&later, &|_| Err(Vec::new())).await;
    assert!(refused.is_err());

    assert_eq!(claims_during(store, &world, NINE).await, held.claims);
}

/// By the start of the meeting, half-open.
pub async fn tallies_count_starts_inside_the_range(store: &dyn Store) {
    let world = one_host(store).await;
    let (nine, ten) = (world.meeting(NINE), world.meeting(TEN));
    ten.book(store).await.unwrap();
    nine.book(store).await.unwrap();
    let tally = |meeting: &crate::scenario::Meeting| Tally {
        start: meeting.event.when.during().start(),
        duration: TimeDelta::hours(1),
        booking: meeting.booking.id,
    };
    let (nine, ten) = (tally(&nine), tally(&ten));
    for (range, expected) in [
        ("2026-03-30T09:00Z/2026-03-30T10:00Z", vec![nine]),
        (
            "2026-03-30T09:00Z/2026-03-30T10:00:00.000001Z",
            vec![nine, ten],
        ),
        ("2026-03-30T09:00:00.000001Z/2026-03-31T00:00Z", vec![ten]),
        ("2026-03-30T10:30Z/2026-03-31T00:00Z", vec![]),
    ] {
        assert_eq!(tallies(store, &world, range).await, expected, "{range}");
    }
}

/// Cancelled, declined and expired do not count; everything else does, pending included.
pub async fn tallies_leave_out_what_does_not_count(store: &dyn Store) {
    let world = one_host(store).await;
    let mut counting = 0;
    for state in [
        BookingState::Held,
        BookingState::Requested,
        BookingState::Confirmed,
        BookingState::Completed,
        BookingState::NoShow,
        BookingState::Cancelled,
        BookingState::Declined,
        BookingState::Expired,
    ] {
        let meeting = world.meeting(NINE).not_exclusive().in_state(state);
        meeting.write(store).await.unwrap();
        counting += usize::from(state.counts());
    }

    let found = tallies(store, &world, NINE).await;

    assert_eq!((found.len(), counting), (5, 5));
    assert!(found.is_sorted_by_key(|tally| (tally.start, tally.booking)));
}

/// A limit of one event type is not used up by another.
pub async fn tallies_count_one_event_type_only(store: &dyn Store) {
    let world = scenario().host_in("UTC").offering(60).offering(30);
    let world = world.set_up(store).await;
    let mut other = world.meeting(NINE);
    other.booking.event_type = world.event_types()[1].id;
    other.book(store).await.unwrap();
    let counted = world.meeting(TEN);
    counted.book(store).await.unwrap();

    let found = tallies(store, &world, "2026-03-30T00:00Z/2026-03-31T00:00Z").await;

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].booking, counted.booking.id);
}

/// A booking counts where its meeting is now.
pub async fn tallies_follow_a_move(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    let (command, plan) = meeting.moved_to(TEN);
    let event_alone = Plan {
        events: plan.events,
        ..Plan::default()
    };
    carry_out(store, &command, &event_alone).await.unwrap();

    assert_eq!(tallies(store, &world, NINE).await, []);
    assert_eq!(tallies(store, &world, TEN).await.len(), 1);
}

/// Each event once, by id, without what was imported.
pub async fn own_events_behind_the_claims_are_found(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    let (nine, ten) = (world.meeting(NINE), world.meeting(TEN));
    ten.book(store).await.unwrap();
    nine.book(store).await.unwrap();
    let imported = world.meeting(NINE).imported_from("work.ics");
    imported.write(store).await.unwrap();
    let mut command = world.command();
    command.look.claims = Some(a_year());
    command.look.events = true;

    let facts = store.facts(&command).await.unwrap();

    assert_eq!(facts.claims.len(), 6);
    assert_eq!(facts.events, [nine.event, ten.event]);
}

/// The booking asked for comes with its event, or not at all.
pub async fn the_booking_asked_for_is_found(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    let mut command = world.command();

    command.look.booking = Some(meeting.booking.id);
    let known = store.facts(&command).await.unwrap().booking;
    command.look.booking = Some(world.next_id().into());
    let unknown = store.facts(&command).await.unwrap().booking;

    assert_eq!(known, Some(meeting.record()));
    assert_eq!(unknown, None);
}

/// Unknown or deactivated, by id, each once.
pub async fn subjects_that_cannot_be_booked_are_named(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").inactive();
    let world = world.offering(60).set_up(store).await;
    let retired: SubjectId = world.hosts()[1].user.id.into();
    let unknown = SubjectId::new(world.next_id());
    let mut command = world.command();
    command.subjects = vec![unknown, retired, world.subject(), retired];

    let facts = store.facts(&command).await.unwrap();

    let mut expected = vec![retired, unknown];
    expected.sort_unstable();
    assert_eq!(facts.inactive, expected);
}

async fn tallies(store: &dyn Store, world: &Scenario, range: &str) -> Vec<Tally> {
    let mut command = world.command();
    command.look.tallies = Some(range.parse().unwrap());
    store.facts(&command).await.unwrap().tallies
}
