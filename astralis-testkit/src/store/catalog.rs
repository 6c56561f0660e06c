//! Who can be booked for what.

use astralis_core::availability::Schedule;
use astralis_core::model::{EventType, HostRule};
use astralis_core::ports::{Page, Store, StoreError};
use chrono::TimeDelta;

use super::one_host;
use crate::scenario::{Scenario, scenario};

/// `false` only on the very first start.
pub async fn a_store_is_set_up_once_it_has_an_organization(store: &dyn Store) {
    assert!(!store.is_set_up().await.unwrap());

    let _world = one_host(store).await;

    assert!(store.is_set_up().await.unwrap());
}

/// Hosts, schedules and event types are read back as they were.
pub async fn what_was_set_up_is_read_back(store: &dyn Store) {
    let world = scenario()
        .host_in("Europe/Paris")
        .open_weekdays("09:00-17:00")
        .host_in("Asia/Kathmandu")
        .offering_with(30, |parts| {
            parts
                .title("Intro")
                .step(TimeDelta::minutes(15))
                .buffer_after(TimeDelta::minutes(10))
                .hours(Schedule::closed("Pacific/Apia".parse().unwrap()))
        });
    let world = world.set_up(store).await;

    let offering = store.offering(world.org(), world.event_type().id).await;

    let offering = offering.unwrap();
    assert_eq!(&offering.event_type, world.event_type());
    assert_eq!(offering.hosts, world.hosts());
    let host = store.host(world.org(), world.host().id).await.unwrap();
    assert_eq!(&host, &world.hosts()[0]);
}

/// The first host named is the organizer.
pub async fn hosts_come_in_the_order_of_the_rule(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(30);
    let mut subjects = world.event_type().hosts.subjects().to_vec();
    subjects.reverse();
    let world = world
        .offering_with(15, |parts| parts.hosts(HostRule::All(subjects)))
        .set_up(store)
        .await;
    let id = world.event_types()[1].id;

    let offering = store.offering(world.org(), id).await.unwrap();

    assert_eq!(offering.organizer(), &world.hosts()[1].user);
    assert_eq!(offering.hosts[1], world.hosts()[0]);
}

/// A slug, a mail address or an id in use: nothing of the whole set-up is written.
pub async fn a_set_up_that_clashes_leaves_nothing(store: &dyn Store) {
    let world = one_host(store).await;
    let newcomer = || Scenario::of_tenant(2).host_in("UTC").offering(30);
    let taken = world.host();
    let same_slug = newcomer().with_host(|user| user.slug = taken.slug.clone());
    let same_email = newcomer().with_host(|user| {
        user.email = taken.email.as_str().to_uppercase().parse().unwrap();
    });
    let same_id = newcomer().with_host(|user| user.id = taken.id);
    for (clash, expected) in [(same_slug, "slug"), (same_email, "email"), (same_id, "id")] {
        let refused = store.set_up(clash.organization(), clash.hosts(), &[]).await;

        assert!(
            matches!(refused, Err(StoreError::NotUnique { field }) if field == expected),
            "{expected}: {refused:?}"
        );
    }
    // The organization's id is free again as well.
    let _second = newcomer().set_up(store).await;
}

/// A page is found by slug and by id, that of an inactive user too.
pub async fn a_page_is_found_by_slug_and_by_id(store: &dyn Store) {
    let world = scenario().host_in("UTC").inactive().offering(30);
    let world = world.set_up(store).await;
    let user = world.host();

    let by_slug = store.page(user.slug.as_str()).await.unwrap();
    let by_id = store.page(&user.id.to_string()).await.unwrap();

    assert_eq!(by_slug, Page::User(user.clone()));
    assert_eq!(by_id, Page::User(user.clone()));
}

/// Neither a stranger's slug nor a stranger's id is a page.
pub async fn a_page_of_nobody_is_not_found(store: &dyn Store) {
    let world = one_host(store).await;
    let unknown = world.next_id().to_string();
    for nobody in ["nobody", "", "HOST-1-1", unknown.as_str()] {
        let missing = store.page(nobody).await;

        assert!(
            matches!(missing, Err(StoreError::NotFound { .. })),
            "{nobody}: {missing:?}"
        );
    }
}

/// The administrator recorded first is found whatever became of their slug; a store without one
/// says so.
pub async fn the_first_administrator_is_found(store: &dyn Store) {
    let nobody = store.first_admin().await;
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })));
    let world = scenario().host_in("UTC").host_in("UTC").set_up(store).await;
    let first = world
        .hosts()
        .iter()
        .map(|host| &host.user)
        .min_by_key(|user| user.id);
    let mut first = first.unwrap().clone();
    first.slug = "renamed".parse().unwrap();
    store.save_user(&first).await.unwrap();

    assert_eq!(store.first_admin().await.unwrap(), first);
}

/// Users and event types that do not exist are not found.
pub async fn what_does_not_exist_is_not_found(store: &dyn Store) {
    let world = one_host(store).await;
    let unknown = world.next_id();
    let mut stranger = world.host().clone();
    stranger.id = unknown.into();
    let closed = Schedule::closed(stranger.time_zone.clone());

    let host = store.host(world.org(), unknown.into()).await.map(drop);
    let offering = store.offering(world.org(), unknown.into()).await.map(drop);
    let saved = store.save_user(&stranger).await;
    let schedule = store.save_schedule(world.org(), unknown.into(), &closed, 1);

    for missing in [host, offering, saved, schedule.await.map(drop)] {
        assert!(
            matches!(missing, Err(StoreError::NotFound { .. })),
            "{missing:?}"
        );
    }
}

/// Everything about a user but their schedule is replaced.
pub async fn a_user_is_replaced(store: &dyn Store) {
    let world = one_host(store).await;
    let mut user = world.host().clone();
    user.slug = "ada".parse().unwrap();
    user.name = "Ada".to_owned();
    user.email = "ada@example.org".parse().unwrap();
    user.time_zone = "Asia/Kathmandu".parse().unwrap();
    user.role = astralis_core::model::Role::Operator;
    user.active = false;

    store.save_user(&user).await.unwrap();

    let found = store.host(world.org(), user.id).await.unwrap();
    assert_eq!(found.user, user);
    assert_eq!(found.schedule, world.hosts()[0].schedule);
    assert!(store.page("host-1-1").await.is_err());
}

/// A slug belongs to one user everywhere, and so does an address, whatever its case.
pub async fn a_user_cannot_take_what_another_has(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(30);
    let world = world.set_up(store).await;
    let other = &world.hosts()[1].user;
    let mut same_slug = world.host().clone();
    same_slug.slug = other.slug.clone();
    let mut same_email = world.host().clone();
    same_email.email = other.email.as_str().to_uppercase().parse().unwrap();

    let slug = store.save_user(&same_slug).await;
    let email = store.save_user(&same_email).await;

    assert!(matches!(slug, Err(StoreError::NotUnique { field: "slug" })));
    assert!(matches!(
        email,
        Err(StoreError::NotUnique { field: "email" })
    ));
    let found = store.host(world.org(), world.host().id).await.unwrap();
    assert_eq!(&found.user, world.host());
}

/// The second of two who saw the same version is told.
pub async fn a_stale_schedule_is_refused(store: &dyn Store) {
    let world = one_host(store).await;
    let (org, user) = (world.org(), world.host().id);
    let first = Schedule::closed("Europe/Paris".parse().unwrap());
    let second = Schedule::closed("Asia/Kathmandu".parse().unwrap());

    let version = store.save_schedule(org, user, &first, 1).await.unwrap();
    let stale = store.save_schedule(org, user, &second, 1).await;

    assert_eq!(version, 2);
    assert!(
        matches!(
            stale,
            Err(StoreError::StaleVersion {
                expected: 1,
                found: 2
            })
        ),
        "{stale:?}"
    );
    let found = store.host(org, user).await.unwrap();
    assert_eq!((found.schedule, found.schedule_version), (first, 2));
}

/// By creation, inactive ones included, those of other owners not.
pub async fn event_types_come_by_creation(store: &dyn Store) {
    let world = scenario()
        .host_in("UTC")
        .host_in("UTC")
        .offering(60)
        .offering(15);
    let world = world.set_up(store).await;
    let mut paused = world.event_types()[0].clone();
    paused.active = false;
    paused.version = 2;
    store.save_event_type(&paused).await.unwrap();

    let listed = store.event_types(world.org(), world.host().id).await;
    let others = store
        .event_types(world.org(), world.hosts()[1].user.id)
        .await;

    assert_eq!(listed.unwrap(), [paused, world.event_types()[1].clone()]);
    assert_eq!(others.unwrap(), []);
}

/// A new one has version 1; the next edit has the version after.
pub async fn an_event_type_is_added_and_replaced(store: &dyn Store) {
    let world = one_host(store).await;
    let mut added = another_event_type(&world, "added");

    store.save_event_type(&added).await.unwrap();
    added.title = "Edited".to_owned();
    added.version = 2;
    store.save_event_type(&added).await.unwrap();

    let offering = store.offering(world.org(), added.id).await.unwrap();
    assert_eq!(offering.event_type, added);
}

/// Neither is an edit of an older version kept, nor one of a version that never was.
pub async fn a_stale_event_type_is_refused(store: &dyn Store) {
    let world = one_host(store).await;
    let known = world.event_type();
    let version = |version| {
        let mut event_type = known.clone();
        event_type.version = version;
        event_type
    };
    for (event_type, expected) in [(version(1), 0), (version(3), 2)] {
        let stale = store.save_event_type(&event_type).await;

        assert!(
            matches!(stale, Err(StoreError::StaleVersion { expected: e, found: 1 }) if e == expected),
            "{stale:?}"
        );
    }
    let offering = store.offering(world.org(), known.id).await.unwrap();
    assert_eq!(&offering.event_type, known);
}

/// Slugs of one owner are unique; two owners may use the same.
pub async fn event_type_slugs_are_unique_per_owner(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(30);
    let world = world.set_up(store).await;
    let clash = another_event_type(&world, "30min");
    let mut elsewhere = clash.clone();
    elsewhere.owner = world.hosts()[1].user.id;

    let refused = store.save_event_type(&clash).await;
    let accepted = store.save_event_type(&elsewhere).await;

    assert!(
        matches!(refused, Err(StoreError::NotUnique { field: "slug" })),
        "{refused:?}"
    );
    assert!(accepted.is_ok(), "{accepted:?}");
}

fn another_event_type(world: &Scenario, slug: &str) -> EventType {
    let id = world.next_id().into();
    let slug = slug.parse().unwrap();
    EventType::builder(
        id,
        world.org(),
        world.host().id,
        slug,
        TimeDelta::minutes(20),
    )
    .build()
    .unwrap()
}
