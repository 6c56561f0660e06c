//! Calendars outside that are read again and again.

use std::collections::BTreeSet;

use astralis_core::model::{
    CalendarReading, CalendarSubscription, LeaseToken, SubscriptionState, Validators,
};
use astralis_core::ports::{
    LeaseSubscription, MAX_SUBSCRIPTIONS, Plan, Store, StoreError, SubscriptionChange,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use uuid::Uuid;

use super::{NINE, carry_out, claims_during, one_host};
use crate::scenario::{Scenario, instant, scenario};

const ONE: &str = "2026-03-28T12:01:00Z";
const TWO: &str = "2026-03-28T12:02:00Z";
const THREE: &str = "2026-03-28T12:03:00Z";

/// By creation, whatever the addresses are.
pub async fn subscriptions_are_read_back_as_they_were_added(store: &dyn Store) {
    let world = one_host(store).await;
    let first = added(store, &world, "https://example.org/z.ics", ONE).await;
    let mut second = subscription(&world, "https://example.org/a.ics?key=%20", TWO);
    second.state = read_before();
    store.add_subscription(&second).await.unwrap();

    assert_eq!(all(store, &world).await, [first, second]);
}

/// Whoever adds it twice is told; somebody else may have the same.
pub async fn a_user_subscribes_to_an_address_once(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").set_up(store).await;
    let first = added(store, &world, "https://example.org/a.ics", ONE).await;
    let again = subscription(&world, first.url.as_str(), TWO);
    let others = CalendarSubscription {
        user: world.hosts()[1].user.id,
        ..again.clone()
    };

    let refused = store.add_subscription(&again).await;

    assert!(matches!(
        refused,
        Err(StoreError::NotUnique { field: "url" })
    ));
    store.add_subscription(&others).await.unwrap();
    assert_eq!(all(store, &world).await, [first]);
}

/// However many are added at once; and others have their own.
pub async fn a_user_subscribes_to_so_many_calendars(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").set_up(store).await;
    let another = |n| subscription(&world, &format!("https://example.org/{n}"), TWO);
    let all_but_one = MAX_SUBSCRIPTIONS - 1;
    for n in 0..all_but_one {
        store.add_subscription(&another(n)).await.unwrap();
    }

    let more = (all_but_one..all_but_one + 4).map(another);
    let more: Vec<_> = more.collect();
    let added = join_all(more.iter().map(|one| store.add_subscription(one))).await;

    let is_full = |added: &&Result<(), StoreError>| matches!(added, Err(StoreError::TooMany { most }) if *most == MAX_SUBSCRIPTIONS);
    assert_eq!(added.iter().filter(is_full).count(), 3, "{added:?}");
    assert_eq!(all(store, &world).await.len(), MAX_SUBSCRIPTIONS);
    let others = CalendarSubscription {
        user: world.hosts()[1].user.id,
        ..another(99)
    };
    store.add_subscription(&others).await.unwrap();
}

/// A user of another organization is nobody here.
pub async fn a_subscription_needs_a_user_of_its_tenant(store: &dyn Store) {
    let world = one_host(store).await;
    let other = Scenario::of_tenant(2).host_in("UTC").set_up(store).await;
    let foreign = CalendarSubscription {
        org: other.org(),
        ..subscription(&world, "https://example.org/a.ics", ONE)
    };

    let refused = store.add_subscription(&foreign).await;

    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
}

/// Due at exactly now is due, and leased one by one: by due time, then id.
pub async fn due_subscriptions_come_in_order(store: &dyn Store) {
    let world = one_host(store).await;
    let late = added(store, &world, "https://example.org/1", THREE).await;
    let second = added(store, &world, "https://example.org/2", TWO).await;
    let third = added(store, &world, "https://example.org/3", TWO).await;
    let first = added(store, &world, "https://example.org/4", ONE).await;

    let mut found = Vec::new();
    while let Some(leased) = lease(store, &world, TWO).await {
        found.push(leased.id);
    }

    assert_eq!(found, [first.id, second.id, third.id]);
    let early = lease(store, &world, "2026-03-28T12:02:59.999999Z").await;
    assert_eq!(early, None);
    assert_eq!(lease(store, &world, THREE).await.unwrap().id, late.id);
}

/// While a lease holds, nobody else reads it; when it ends, somebody does.
pub async fn a_leased_subscription_is_one_workers(store: &dyn Store) {
    let world = one_host(store).await;
    let due = added(store, &world, "https://example.org/a.ics", ONE).await;

    let first = lease(store, &world, ONE).await;
    let meanwhile = lease(store, &world, "2026-03-28T12:05:59.999999Z").await;
    let after = lease(store, &world, "2026-03-28T12:06:00Z").await;

    let until = instant(ONE) + TimeDelta::minutes(5);
    let leased = CalendarSubscription {
        due_at: until,
        begun: 1,
        ..due
    };
    assert_eq!((first, meanwhile), (Some(leased), None));
    assert_eq!(after.map(|leased| leased.begun), Some(2));
}

/// However many ask at once.
pub async fn workers_share_what_is_to_be_read(store: &dyn Store) {
    let world = one_host(store).await;
    for n in 0..6 {
        added(store, &world, &format!("https://example.org/{n}"), ONE).await;
    }

    let mut found = Vec::new();
    while found.len() < 6 {
        // A store may let a worker go away empty-handed while another one holds the first.
        let leased = join_all((0..4).map(|_| lease(store, &world, ONE))).await;
        found.extend(leased.into_iter().flatten().map(|leased| leased.id));
    }

    let different: BTreeSet<_> = found.iter().collect();
    assert_eq!((found.len(), different.len()), (6, 6));
}

/// What is being read holds up its own user and its own server, however that is written, and nobody
/// else.
pub async fn of_a_user_and_of_a_server_one_subscription_is_read_at_a_time(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").set_up(store).await;
    let slow = added(store, &world, "https://slow.example/a.ics", ONE).await;
    let same_user = added(store, &world, "https://quick.example/a.ics", ONE).await;
    let of_other = async |url: &str| {
        let subscription = CalendarSubscription {
            user: world.hosts()[1].user.id,
            ..subscription(&world, url, TWO)
        };
        store.add_subscription(&subscription).await.unwrap();
        subscription
    };
    let same_server = of_other("https://SLOW.example:443?b").await;
    let neither = of_other("https://slow.example.org/a.ics").await;
    let lease_beside = async |beside: &[CalendarSubscription]| {
        let lease = LeaseSubscription {
            beside,
            ..a_lease(&world, instant(TWO))
        };
        store.lease_subscription(&lease).await.unwrap()
    };

    let first = lease_beside(&[]).await.unwrap();
    let second = lease_beside(std::slice::from_ref(&first)).await.unwrap();
    let both = [first, second];
    let beside_both = lease_beside(&both).await;
    let beside_the_first = lease_beside(&both[..1]).await;
    let beside_the_second = lease_beside(&both[1..]).await.unwrap();

    assert_eq!(both.map(|one| one.id), [slow.id, neither.id]);
    assert_eq!((beside_both, beside_the_first), (None, None));
    assert_eq!(beside_the_second.id, same_user.id);
    assert_eq!(lease_beside(&[]).await.unwrap().id, same_server.id);
}

/// What became of a lease is kept, and the subscription is due again when it says.
pub async fn a_recorded_reading_ends_its_lease(store: &dyn Store) {
    let world = one_host(store).await;
    added(store, &world, "https://example.org/a.ics", ONE).await;
    let (token, leased) = lease_with_token(store, &world, ONE).await;

    let kept = record(store, &leased, token, THREE).await;
    let twice = record(store, &leased, token, TWO).await;

    assert_eq!((kept, twice), (true, false));
    let expected = CalendarSubscription {
        due_at: instant(THREE),
        begun: 0,
        state: read_before(),
        ..leased
    };
    assert_eq!(all(store, &world).await, [expected]);
    assert_eq!(lease(store, &world, TWO).await, None);
    assert!(lease(store, &world, THREE).await.is_some());
}

/// Whoever was too slow changes nothing.
pub async fn a_lost_lease_of_a_subscription_records_nothing(store: &dyn Store) {
    let world = one_host(store).await;
    added(store, &world, "https://example.org/a.ics", ONE).await;
    let (slow, leased) = lease_with_token(store, &world, ONE).await;
    let later = "2026-03-28T12:06:00Z";
    let (_, now) = lease_with_token(store, &world, later).await;

    assert!(!record(store, &leased, slow, THREE).await);
    assert_eq!(all(store, &world).await, [now]);
}

/// The host need not wait; what is being read is not read twice.
pub async fn an_expedited_subscription_is_due_at_once(store: &dyn Store) {
    let world = one_host(store).await;
    let due = added(store, &world, "https://example.org/a.ics", THREE).await;
    let (org, user, id) = (due.org, due.user, due.id);
    let expedite = async |at| {
        store
            .expedite_subscription(org, user, id, instant(at))
            .await
    };

    expedite(TWO).await.unwrap();
    let early = lease(store, &world, ONE).await;
    let in_time = lease(store, &world, TWO).await;
    expedite(TWO).await.unwrap();
    let meanwhile = lease(store, &world, THREE).await;

    assert_eq!((early, meanwhile), (None, None));
    assert!(in_time.is_some());
    let id = world.next_id().into();
    let unknown = store.expedite_subscription(org, user, id, instant(TWO));
    assert!(matches!(unknown.await, Err(StoreError::NotFound { .. })));
}

/// What one worker read is not written over what a later one did.
pub async fn a_reading_is_written_under_its_lease_only(store: &dyn Store) {
    let world = one_host(store).await;
    added(store, &world, "https://example.org/a.ics", ONE).await;
    let (token, leased) = lease_with_token(store, &world, ONE).await;
    let imported = world.meeting(NINE).imported_from(&leased.source());
    let write = async |token| {
        let plan = Plan {
            subscription: Some(SubscriptionChange::Read {
                id: leased.id,
                token,
            }),
            ..imported.replacing(&leased.source())
        };
        carry_out(store, &world.command(), &plan).await
    };

    let lost = write(world.next_id().into()).await;
    let nothing = claims_during(store, &world, NINE).await;
    let held = write(token).await;

    assert!(matches!(lost, Err(StoreError::NotFound { .. })));
    assert_eq!(nothing, []);
    assert!(held.is_ok());
    assert_eq!(claims_during(store, &world, NINE).await, imported.claims);
}

/// All of it goes at once, and whoever is reading it meanwhile writes nothing any more.
pub async fn a_removed_subscription_takes_along_what_it_brought(store: &dyn Store) {
    let world = one_host(store).await;
    added(store, &world, "https://example.org/a.ics", ONE).await;
    let (token, leased) = lease_with_token(store, &world, ONE).await;
    let imported = world.meeting(NINE).imported_from(&leased.source());
    imported.write(store).await.unwrap();
    let remove = Plan {
        replace_import: imported.replacing(&leased.source()).replace_import,
        subscription: Some(SubscriptionChange::Remove(leased.id)),
        ..Plan::default()
    };
    let read = Plan {
        subscription: Some(SubscriptionChange::Read {
            id: leased.id,
            token,
        }),
        ..imported.replacing(&leased.source())
    };

    let removed = carry_out(store, &world.command(), &remove).await;
    let too_late = carry_out(store, &world.command(), &read).await;
    let twice = carry_out(store, &world.command(), &remove).await;

    assert!(removed.is_ok());
    assert!(matches!(too_late, Err(StoreError::NotFound { .. })));
    assert!(matches!(twice, Err(StoreError::NotFound { .. })));
    assert!(!record(store, &leased, token, TWO).await);
    assert_eq!(all(store, &world).await, []);
    assert_eq!(claims_during(store, &world, NINE).await, []);
}

/// Knowing an id is not enough.
pub async fn subscriptions_of_another_tenant_are_left_alone(store: &dyn Store) {
    let world = one_host(store).await;
    let other = Scenario::of_tenant(2).host_in("UTC").offering(60);
    let other = other.set_up(store).await;
    let theirs = added(store, &world, "https://example.org/a.ics", THREE).await;
    let remove = Plan {
        subscription: Some(SubscriptionChange::Remove(theirs.id)),
        ..Plan::default()
    };

    let removed = carry_out(store, &other.command(), &remove).await;
    let (org, user) = (other.org(), other.host().id);
    let expedited = store.expedite_subscription(org, user, theirs.id, instant(ONE));

    assert!(matches!(removed, Err(StoreError::NotFound { .. })));
    assert!(matches!(expedited.await, Err(StoreError::NotFound { .. })));
    assert_eq!(all(store, &other).await, []);
    assert_eq!(all(store, &world).await, [theirs]);
}

fn subscription(world: &Scenario, url: &str, due_at: &str) -> CalendarSubscription {
    CalendarSubscription {
        id: world.next_id().into(),
        org: world.org(),
        user: world.host().id,
        url: url.parse().unwrap(),
        name: "Work".to_owned(),
        added_at: world.now(),
        due_at: instant(due_at),
        begun: 0,
        state: SubscriptionState::default(),
    }
}

/// A state with something in every place.
fn read_before() -> SubscriptionState {
    let at = instant(ONE);
    SubscriptionState {
        last_attempt: Some(at),
        last_error: Some("the server answered 500".to_owned()),
        failures: 2,
        reading: Some(CalendarReading {
            checked_at: at,
            imported_at: at,
            validators: Validators {
                etag: Some("W/\"1\"".to_owned()),
                last_modified: Some("Sat, 28 Mar 2026 12:00:00 GMT".to_owned()),
            },
            time_zone: "Europe/Paris".parse().unwrap(),
            digest: Uuid::from_u128(7),
            is_whole: true,
            interval: TimeDelta::minutes(15),
            events: 3,
            held: 5,
            busy_until: Some(at),
            findings: vec!["line 7: the event has no start".to_owned()],
            more_findings: 1,
        }),
    }
}

async fn added(
    store: &dyn Store,
    world: &Scenario,
    url: &str,
    due_at: &str,
) -> CalendarSubscription {
    let subscription = subscription(world, url, due_at);
    store.add_subscription(&subscription).await.unwrap();
    subscription
}

async fn all(store: &dyn Store, world: &Scenario) -> Vec<CalendarSubscription> {
    let found = store.subscriptions(world.org(), world.host().id).await;
    found.unwrap()
}

async fn lease(store: &dyn Store, world: &Scenario, now: &str) -> Option<CalendarSubscription> {
    store
        .lease_subscription(&a_lease(world, instant(now)))
        .await
        .unwrap()
}

async fn lease_with_token(
    store: &dyn Store,
    world: &Scenario,
    now: &str,
) -> (LeaseToken, CalendarSubscription) {
    let lease = a_lease(world, instant(now));
    let leased = store.lease_subscription(&lease).await.unwrap();
    (lease.token, leased.unwrap())
}

fn a_lease(world: &Scenario, now: DateTime<Utc>) -> LeaseSubscription<'static> {
    LeaseSubscription {
        now,
        lease_until: now + TimeDelta::minutes(5),
        token: world.next_id().into(),
        beside: &[],
    }
}

async fn record(
    store: &dyn Store,
    leased: &CalendarSubscription,
    token: LeaseToken,
    due_at: &str,
) -> bool {
    let (state, due_at) = (read_before(), instant(due_at));
    let recorded = store.record_subscription(leased.org, leased.id, token, &state, due_at);
    recorded.await.unwrap()
}
