//! One method is one transaction, and one intent has one effect.

use astralis_core::model::BookingId;
use astralis_core::policy::Refusal;
use astralis_core::ports::{Facts, Plan, Store, StoreError, Transacted};
use uuid::Uuid;

use super::{NINE, TEN, an_hour, carry_out, claims_during, one_host};

/// What a plan says can be read back, unchanged.
pub async fn a_booking_is_read_back_as_it_was_written(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE).with_reminder(60);

    let done = meeting.book(store).await.unwrap();

    assert_eq!(done, Transacted::Done(Some(meeting.record())));
    let (org, id) = (world.org(), meeting.booking.id);
    assert_eq!(store.booking(org, id).await.unwrap(), meeting.record());
    assert_eq!(store.booking_of_guest(id).await.unwrap(), meeting.record());
    assert_eq!(claims_during(store, &world, NINE).await, meeting.claims);
    let messages = store.messages(org, meeting.event.id).await.unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].message, meeting.messages[0]);
}

/// An event or a booking whose id is known is replaced.
pub async fn a_known_event_and_booking_are_replaced(store: &dyn Store) {
    let world = one_host(store).await;
    let mut meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();

    meeting.event.title = "Renamed".to_owned();
    meeting.event.version = 2;
    meeting.booking.note = Some("new".to_owned());
    meeting.booking.version = 2;
    let plan = Plan {
        events: vec![meeting.event.clone()],
        bookings: vec![meeting.booking.clone()],
        ..Plan::default()
    };
    let done = carry_out(store, &world.command(), &plan).await;

    assert_eq!(done.unwrap(), Transacted::Done(None));
    let found = store.booking(world.org(), meeting.booking.id).await;
    assert_eq!(found.unwrap(), meeting.record());
}

/// The claim that fails comes last: everything written before it is gone too.
pub async fn a_plan_that_fails_late_leaves_nothing(store: &dyn Store) {
    let world = one_host(store).await;
    world.meeting(NINE).book(store).await.unwrap();
    let mut meeting = world.meeting(TEN).with_reminder(60);
    meeting.claims.extend(world.meeting(NINE).claims);
    for claim in &mut meeting.claims {
        claim.event = meeting.event.id;
    }

    let failed = meeting.write(store).await;

    assert!(matches!(failed, Err(StoreError::TimeTaken)), "{failed:?}");
    assert_eq!(claims_during(store, &world, TEN).await, []);
    let (org, event) = (world.org(), meeting.event.id);
    let missing = store.booking(org, meeting.booking.id).await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    assert_eq!(store.messages(org, event).await.unwrap(), []);
    let again = world.meeting(TEN);
    let with_the_same_id = astralis_core::ports::Command {
        id: meeting.command.id,
        ..again.command.clone()
    };
    let done = carry_out(store, &with_the_same_id, &again.plan()).await;
    assert!(matches!(done, Ok(Transacted::Done(_))));
}

/// A failing plan also takes back what it removed first.
pub async fn a_plan_that_fails_late_releases_nothing(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    world.meeting(TEN).book(store).await.unwrap();

    let (command, plan) = meeting.moved_to(TEN);
    let failed = carry_out(store, &command, &plan).await;

    assert!(matches!(failed, Err(StoreError::TimeTaken)), "{failed:?}");
    assert_eq!(claims_during(store, &world, NINE).await, meeting.claims);
    let found = store.booking(world.org(), meeting.booking.id).await;
    assert_eq!(found.unwrap(), meeting.record());
}

/// The reasons arrive as they were given.
pub async fn a_refusal_is_handed_on_unchanged(store: &dyn Store) {
    let world = one_host(store).await;
    let reasons = vec![Refusal::OutsideHours, Refusal::NotChangeable];

    let decide = |_: &Facts| Err(reasons.clone());
    let refused = store.transact(&world.command(), &decide).await;

    match refused {
        Err(StoreError::Refused(found)) => assert_eq!(found, reasons),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// The same command may be asked again after a refusal, and is then decided afresh.
pub async fn a_refused_command_is_not_remembered(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    let refused = store.transact(&meeting.command, &|_| Err(vec![Refusal::OutsideHours]));
    assert!(matches!(refused.await, Err(StoreError::Refused(_))));

    let done = meeting.book(store).await;

    assert!(matches!(done, Ok(Transacted::Done(_))), "{done:?}");
}

/// The receipt is that of the first time, and nothing is decided or written again.
pub async fn a_repeated_command_is_answered_with_its_receipt(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();

    let repeated = store.transact(&meeting.command, &|_| Err(vec![Refusal::OutsideHours]));

    let receipt = Some(meeting.record());
    assert_eq!(repeated.await.unwrap(), Transacted::AlreadyDone(receipt));
    assert_eq!(claims_during(store, &world, NINE).await, meeting.claims);
}

/// A receipt shows how it was then, whatever became of it.
pub async fn a_receipt_stays_as_it_was(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    let (command, plan) = meeting.moved_to(TEN);
    carry_out(store, &command, &plan).await.unwrap();

    let repeated = meeting.book(store).await.unwrap();

    assert_eq!(repeated, Transacted::AlreadyDone(Some(meeting.record())));
}

/// A command without a receipt is remembered as well.
pub async fn a_command_without_receipt_is_not_repeated(store: &dyn Store) {
    let world = one_host(store).await;
    let command = world.command();
    let nothing = |_: &Facts| Ok(Plan::default());

    let first = store.transact(&command, &nothing).await.unwrap();
    let second = store.transact(&command, &nothing).await.unwrap();

    assert_eq!(first, Transacted::Done(None));
    assert_eq!(second, Transacted::AlreadyDone(None));
}

/// One id for two different requests is a mistake, not a repetition.
pub async fn a_command_id_used_for_something_else_is_refused(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    let mut other = world.meeting(TEN);
    other.command.id = meeting.command.id;
    other.command.fingerprint = Uuid::from_u128(2);

    let reused = other.book(store).await;

    match reused {
        Err(StoreError::CommandReused(id)) => assert_eq!(id, meeting.command.id),
        other => panic!("expected a reused command, got {other:?}"),
    }
    assert_eq!(claims_during(store, &world, TEN).await, []);
}

/// A move releases and claims in one plan, and may overlap where it was before.
pub async fn a_meeting_may_move_onto_part_of_its_own_time(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    let half_past = "2026-03-30T09:30Z/2026-03-30T10:30Z";

    let (command, plan) = meeting.moved_to(half_past);
    carry_out(store, &command, &plan).await.unwrap();

    let whole_morning = "2026-03-30T08:00Z/2026-03-30T12:00Z";
    let claims = claims_during(store, &world, whole_morning).await;
    assert_eq!(claims, plan.claims);
    assert_eq!(
        store.booking(world.org(), meeting.booking.id).await.ok(),
        plan.receipt
    );
}

/// Reading an event's UID twice must find the same event.
pub async fn an_icalendar_uid_belongs_to_one_event(store: &dyn Store) {
    let world = one_host(store).await;
    let first = world.meeting(NINE);
    first.book(store).await.unwrap();
    let mut second = world.meeting(TEN);
    second.event.uid = first.event.uid.clone();

    let refused = second.book(store).await;

    assert!(
        matches!(refused, Err(StoreError::NotUnique { field: "uid" })),
        "{refused:?}"
    );
    assert_eq!(claims_during(store, &world, TEN).await, []);
}

/// Claims and messages are only ever added.
pub async fn ids_of_claims_and_messages_are_not_reused(store: &dyn Store) {
    let world = one_host(store).await;
    let first = world.meeting(NINE).with_reminder(60);
    first.book(store).await.unwrap();
    let mut same_claim = world.meeting(TEN);
    same_claim.claims[0].id = first.claims[0].id;
    let mut same_message = world.meeting(TEN).with_reminder(60);
    same_message.messages[0].id = first.messages[0].id;

    for reusing in [same_claim, same_message] {
        let refused = reusing.book(store).await;

        assert!(
            matches!(refused, Err(StoreError::NotUnique { field: "id" })),
            "{refused:?}"
        );
    }
    assert_eq!(claims_during(store, &world, TEN).await, []);
}

/// A guest's calendar holds our own invitation, and comes back with its UID.
pub async fn an_imported_event_may_carry_a_known_uid(store: &dyn Store) {
    let world = one_host(store).await;
    let own = world.meeting(NINE);
    own.book(store).await.unwrap();
    for during in [NINE, TEN] {
        let mut imported = world.meeting(during).imported_from("work.ics");
        imported.event.uid = own.event.uid.clone();

        let done = imported.write(store).await;

        assert!(done.is_ok(), "{done:?}");
    }
}

/// A claim or a booking without its meeting could never be released.
pub async fn a_plan_may_only_name_events_that_exist(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    let whole = meeting.plan();
    let claim_alone = Plan {
        claims: whole.claims,
        ..Plan::default()
    };
    let booking_alone = Plan {
        bookings: whole.bookings,
        ..Plan::default()
    };
    for plan in [claim_alone, booking_alone] {
        let refused = carry_out(store, &world.command(), &plan).await;

        assert!(
            matches!(refused, Err(StoreError::NotFound { kind: "event", .. })),
            "{refused:?}"
        );
    }
}

/// Nobody is told about a booking that is not there.
pub async fn a_booking_nobody_made_is_not_found(store: &dyn Store) {
    let world = one_host(store).await;
    let nobody = BookingId::new(world.next_id());

    let by_org = store.booking(world.org(), nobody).await;
    let by_guest = store.booking_of_guest(nobody).await;

    for missing in [by_org, by_guest] {
        assert!(
            matches!(
                missing,
                Err(StoreError::NotFound {
                    kind: "booking",
                    ..
                })
            ),
            "{missing:?}"
        );
    }
}

/// A panic while deciding has no effect, and the store goes on.
pub async fn a_decision_that_panics_harms_nobody_else(store: &dyn Store) {
    use futures_util::FutureExt;

    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    let panicking = |_: &Facts| -> Result<Plan, Vec<Refusal>> {
        // Unlike `panic!`, this prints nothing into the test's output.
        std::panic::resume_unwind(Box::new("a decision that fails"))
    };
    let attempt = store.transact(&meeting.command, &panicking);
    let caught = std::panic::AssertUnwindSafe(attempt).catch_unwind().await;
    assert!(caught.is_err());

    let done = meeting.book(store).await;

    assert!(matches!(done, Ok(Transacted::Done(_))), "{done:?}");
}

/// A caller that goes away half-way leaves everything or nothing, and blocks nobody.
pub async fn a_caller_that_goes_away_harms_nobody_else(store: &dyn Store) {
    use futures_util::FutureExt;

    let world = one_host(store).await;
    for minute in 0..20 {
        let abandoned = world.meeting(&an_hour(minute));
        let mut attempt = Box::pin(abandoned.book(store));
        for _ in 0..=minute {
            if attempt.as_mut().now_or_never().is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(attempt);

        let again = abandoned.book(store).await.unwrap();

        let receipt = match again {
            Transacted::Done(receipt) | Transacted::AlreadyDone(receipt) => receipt,
        };
        assert_eq!(receipt, Some(abandoned.record()));
    }
}
