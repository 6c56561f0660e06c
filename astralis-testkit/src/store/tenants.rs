//! No query crosses a tenant.

use astralis_core::availability::Schedule;
use astralis_core::ports::{
    Command, Credential, CredentialKind, Look, Plan, Store, StoreError, TokenHash, Transacted,
};

use super::{NINE, a_year, carry_out, claims_during, one_host};
use crate::scenario::{Scenario, scenario};

/// A second organization beside [`one_host`]'s.
async fn neighbour(store: &dyn Store) -> Scenario {
    let world = Scenario::of_tenant(2).host_in("UTC").offering(60);
    world.set_up(store).await
}

/// Hosts, event types, bookings and messages of another organization do not exist.
pub async fn what_belongs_to_another_tenant_is_not_found(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let meeting = theirs.meeting(NINE).with_reminder(60);
    meeting.book(store).await.unwrap();
    let (org, host) = (ours.org(), theirs.host().id);
    let schedule = Schedule::closed(theirs.host().time_zone.clone());

    for missing in [
        store.host(org, host).await.map(drop),
        store.offering(org, theirs.event_type().id).await.map(drop),
        store.booking(org, meeting.booking.id).await.map(drop),
        store.save_schedule(org, host, &schedule, 1).await.map(drop),
    ] {
        assert!(
            matches!(missing, Err(StoreError::NotFound { .. })),
            "{missing:?}"
        );
    }
    assert_eq!(store.event_types(org, host).await.unwrap(), []);
    assert_eq!(store.messages(org, meeting.event.id).await.unwrap(), []);
    let bookings = store.bookings_between(org, host, a_year()).await;
    assert_eq!(bookings.unwrap(), []);
}

/// Under our organization, nothing of another's is replaced.
pub async fn what_belongs_to_another_tenant_is_not_replaced(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let mut user = theirs.host().clone();
    user.org = ours.org();
    user.name = "Mallory".to_owned();
    let mut event_type = theirs.event_type().clone();
    event_type.org = ours.org();
    event_type.owner = ours.host().id;
    event_type.version = 2;

    let user = store.save_user(&user).await;
    let event_type = store.save_event_type(&event_type).await;

    assert!(
        matches!(user, Err(StoreError::NotFound { kind: "user", .. })),
        "{user:?}"
    );
    assert!(
        matches!(event_type, Err(StoreError::StaleVersion { found: 0, .. })),
        "{event_type:?}"
    );
    let offering = store.offering(theirs.org(), theirs.event_type().id).await;
    let offering = offering.unwrap();
    assert_eq!(&offering.event_type, theirs.event_type());
    assert_eq!(offering.hosts, theirs.hosts());
}

/// What an organization offers belongs to somebody of its own.
pub async fn an_event_type_needs_an_owner_of_its_tenant(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    for owner in [theirs.host().id, ours.next_id().into()] {
        let mut added = ours.event_type().clone();
        added.id = ours.next_id().into();
        added.owner = owner;
        let mut moved = ours.event_type().clone();
        moved.owner = owner;
        moved.version = 2;
        for event_type in [added, moved] {
            let refused = store.save_event_type(&event_type).await;

            assert!(
                matches!(refused, Err(StoreError::NotFound { kind: "user", .. })),
                "{refused:?}"
            );
        }
    }
}

/// Hosts and event types are set up within the organization they name.
pub async fn a_set_up_stays_within_its_tenant(store: &dyn Store) {
    let ours = one_host(store).await;
    let new = Scenario::of_tenant(2).host_in("UTC").offering(60);
    let stray = Scenario::of_tenant(3).host_in("UTC").offering(60);
    let with_our_org = Scenario::of_tenant(4).host_in("UTC");
    let with_our_org = with_our_org.with_host(|user| user.org = ours.org());
    for hosts in [stray.hosts(), with_our_org.hosts()] {
        let refused = store.set_up(new.organization(), hosts, &[]).await;

        assert!(
            matches!(
                refused,
                Err(StoreError::NotFound {
                    kind: "organization",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    let ownerless = store
        .set_up(new.organization(), &[], new.event_types())
        .await;
    assert!(
        matches!(ownerless, Err(StoreError::NotFound { kind: "user", .. })),
        "{ownerless:?}"
    );
}

/// A meeting of an organization that was never set up could never be found.
pub async fn an_event_needs_an_organization(store: &dyn Store) {
    let nobody = Scenario::of_tenant(2).host_in("UTC").offering(60);

    let refused = nobody.meeting(NINE).write(store).await;

    assert!(
        matches!(
            refused,
            Err(StoreError::NotFound {
                kind: "organization",
                ..
            })
        ),
        "{refused:?}"
    );
}

/// Even a command that names everything of theirs sees nothing of it.
pub async fn facts_of_another_tenant_are_not_seen(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let meeting = theirs.meeting(NINE);
    meeting.book(store).await.unwrap();
    let command = Command {
        org: ours.org(),
        look: Look {
            booking: Some(meeting.booking.id),
            event: Some(meeting.event.id),
            claims: Some(a_year()),
            tallies: Some(a_year()),
            events: true,
        },
        ..theirs.command()
    };

    let facts = store.facts(&command).await.unwrap();

    assert_eq!(facts.booking, None);
    assert_eq!(facts.event, None);
    assert_eq!(facts.claims, []);
    assert_eq!(facts.tallies, []);
    assert_eq!(facts.events, []);
    assert_eq!(facts.inactive, [theirs.subject()]);
}

/// Releasing and replacing name ids, and ids of another organization mean nothing.
pub async fn plans_do_not_reach_into_another_tenant(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let meeting = theirs.meeting(NINE).with_reminder(60);
    meeting.book(store).await.unwrap();
    let imported = theirs.meeting(NINE).imported_from("work.ics");
    imported.write(store).await.unwrap();
    let plan = Plan {
        replace_import: imported.replacing("work.ics").replace_import,
        release: vec![meeting.event.id],
        drop_reminders: vec![meeting.event.id],
        ..Plan::default()
    };

    carry_out(store, &ours.command(), &plan).await.unwrap();

    let claims = claims_during(store, &theirs, NINE).await;
    assert_eq!(claims, [meeting.claims, imported.claims].concat());
    let messages = store.messages(theirs.org(), meeting.event.id).await;
    let state = &messages.unwrap()[0].state;
    assert_ne!(state, &astralis_core::model::DeliveryState::Dropped);
}

/// Two organizations may come up with the same command id.
pub async fn command_ids_of_two_tenants_are_two_commands(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let first = ours.meeting(NINE);
    let mut second = theirs.meeting(NINE);
    second.command.id = first.command.id;

    first.book(store).await.unwrap();
    let done = second.book(store).await.unwrap();

    assert_eq!(done, Transacted::Done(Some(second.record())));
}

/// Subjects are taken within their organization.
pub async fn tenants_do_not_take_each_others_time(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let mut same_subject = theirs.meeting(NINE);
    same_subject.claims[0].subject = ours.subject();

    ours.meeting(NINE).book(store).await.unwrap();
    same_subject.write(store).await.unwrap();

    assert_eq!(claims_during(store, &ours, NINE).await.len(), 1);
}

/// A user of one organization cannot be signed in to another.
pub async fn a_credential_needs_a_user_of_its_tenant(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let crossing = Credential {
        hash: TokenHash([1; 32]),
        kind: CredentialKind::Session,
        org: ours.org(),
        user: theirs.host().id,
        expires_at: None,
    };

    let refused = store.save_credential(&crossing, ours.now()).await;

    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
}

/// A slug names one page everywhere, so it is refused across organizations too.
pub async fn a_slug_is_unique_over_all_tenants(store: &dyn Store) {
    let (ours, theirs) = (one_host(store).await, neighbour(store).await);
    let mut user = theirs.host().clone();
    user.slug = ours.host().slug.clone();

    let refused = store.save_user(&user).await;

    assert!(matches!(
        refused,
        Err(StoreError::NotUnique { field: "slug" })
    ));
}

/// An event type of one organization cannot be listed under another's host.
pub async fn event_types_are_listed_by_tenant(store: &dyn Store) {
    let world = scenario().host_in("UTC").offering(60).set_up(store).await;
    let theirs = neighbour(store).await;

    let listed = store.event_types(theirs.org(), world.host().id).await;

    assert_eq!(listed.unwrap(), []);
}
