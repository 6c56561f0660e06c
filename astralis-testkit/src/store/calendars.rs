//! A host's bookings, and calendars read from outside.

use astralis_core::model::{BookingId, BookingState, UserId};
use astralis_core::ports::{Plan, Store};

use super::{NINE, TEN, carry_out, claims_during, one_host};
use crate::scenario::{Scenario, scenario};

/// By start, then booking; cancelled ones too, although they claim nothing.
pub async fn bookings_of_a_host_come_in_order(store: &dyn Store) {
    let world = one_host(store).await;
    let ten = world.meeting(TEN);
    ten.write(store).await.unwrap();
    let (nine, cancelled) = (world.meeting(NINE), world.meeting(NINE));
    let mut cancelled = cancelled.in_state(BookingState::Cancelled);
    cancelled.claims.clear();
    cancelled.write(store).await.unwrap();
    nine.write(store).await.unwrap();

    let found = bookings(
        store,
        &world,
        world.host().id,
        "2026-03-30T00:00Z/2026-03-31T00:00Z",
    );

    let expected = [nine.booking.id, cancelled.booking.id, ten.booking.id];
    assert_eq!(found.await, expected);
}

/// Half-open, however long the meeting is.
pub async fn bookings_are_found_if_they_overlap_the_window(store: &dyn Store) {
    let world = one_host(store).await;
    let host = world.host().id;
    let hour = world.meeting(NINE);
    hour.write(store).await.unwrap();
    let week = world.meeting("2026-04-06T09:00Z/2026-04-13T09:00Z");
    week.write(store).await.unwrap();
    for (window, expected) in [
        ("2026-03-30T08:00Z/2026-03-30T09:00Z", vec![]),
        (
            "2026-03-30T09:59:59.999999Z/2026-03-31T00:00Z",
            vec![hour.booking.id],
        ),
        ("2026-03-30T10:00Z/2026-03-31T00:00Z", vec![]),
        (
            "2026-04-13T08:59:59.999999Z/2026-04-14T00:00Z",
            vec![week.booking.id],
        ),
        ("2026-04-13T09:00Z/2026-04-14T00:00Z", vec![]),
        (
            "2026-03-01T00:00Z/2026-05-01T00:00Z",
            vec![hour.booking.id, week.booking.id],
        ),
    ] {
        assert_eq!(
            bookings(store, &world, host, window).await,
            expected,
            "{window}"
        );
    }
}

/// Taking part is enough; organizing is as well.
pub async fn bookings_belong_to_everyone_who_takes_part(store: &dyn Store) {
    let world = scenario()
        .host_in("UTC")
        .host_in("UTC")
        .host_in("UTC")
        .offering(60);
    let world = world.set_up(store).await;
    let mut meeting = world.meeting(NINE);
    meeting.event.participants.truncate(2);
    meeting.event.participants.remove(0);
    meeting.write(store).await.unwrap();
    let users: Vec<_> = world.hosts().iter().map(|host| host.user.id).collect();

    let organizer = bookings(store, &world, users[0], NINE).await;
    let participant = bookings(store, &world, users[1], NINE).await;
    let nobody = bookings(store, &world, users[2], NINE).await;

    assert_eq!(organizer, [meeting.booking.id]);
    assert_eq!(participant, [meeting.booking.id]);
    assert_eq!(nobody, []);
}

/// A booking is where its meeting was moved to, once.
pub async fn bookings_follow_a_move(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.write(store).await.unwrap();
    let (command, plan) = meeting.moved_to(TEN);
    carry_out(store, &command, &plan).await.unwrap();

    let host = world.host().id;
    assert_eq!(bookings(store, &world, host, NINE).await, []);
    assert_eq!(
        bookings(store, &world, host, TEN).await,
        [meeting.booking.id]
    );
}

/// Reading a calendar again replaces what it brought, and only that.
pub async fn an_import_replaces_the_one_before(store: &dyn Store) {
    let world = one_host(store).await;
    let own = world.meeting(NINE);
    own.write(store).await.unwrap();
    let elsewhere = world.meeting(NINE).imported_from("home.ics");
    elsewhere.write(store).await.unwrap();
    let before = world.meeting(NINE).imported_from("work.ics");
    before.write(store).await.unwrap();
    let after = world.meeting(TEN).imported_from("work.ics");

    let plan = after.replacing("work.ics");
    carry_out(store, &after.command, &plan).await.unwrap();

    let nine = claims_during(store, &world, NINE).await;
    assert_eq!(nine, [own.claims, elsewhere.claims].concat());
    assert_eq!(claims_during(store, &world, TEN).await, after.claims);
}

/// Two people may bring a file of the same name.
pub async fn an_import_leaves_other_owners_alone(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    let mut others = world.meeting(NINE).imported_from("work.ics");
    others.event.organizer = world.hosts()[1].user.id;
    others.write(store).await.unwrap();
    let own = world.meeting(TEN).imported_from("work.ics");

    let plan = own.replacing("work.ics");
    carry_out(store, &own.command, &plan).await.unwrap();

    assert_eq!(claims_during(store, &world, NINE).await, others.claims);
}

/// The same event may come back with the id it had.
pub async fn an_import_may_bring_the_same_events_again(store: &dyn Store) {
    let world = one_host(store).await;
    let imported = world.meeting(NINE).imported_from("work.ics");
    imported.write(store).await.unwrap();

    let plan = imported.replacing("work.ics");
    let again = carry_out(store, &world.command(), &plan).await;

    assert!(again.is_ok());
    assert_eq!(claims_during(store, &world, NINE).await, imported.claims);
}

/// A calendar that is gone leaves nothing.
pub async fn an_empty_import_takes_everything_away(store: &dyn Store) {
    let world = one_host(store).await;
    let imported = world.meeting(NINE).imported_from("work.ics");
    imported.write(store).await.unwrap();
    let nothing = Plan {
        replace_import: imported.replacing("work.ics").replace_import,
        ..Plan::default()
    };

    carry_out(store, &world.command(), &nothing).await.unwrap();

    assert_eq!(claims_during(store, &world, NINE).await, []);
}

async fn bookings(
    store: &dyn Store,
    world: &Scenario,
    host: UserId,
    window: &str,
) -> Vec<BookingId> {
    let window = window.parse().unwrap();
    let found = store.bookings_between(world.org(), host, window).await;
    let ids = found.unwrap().into_iter().map(|record| record.booking.id);
    ids.collect()
}
