//! Meetings that repeat: their rows, what decisions are told of them, and extending their claims.

use astralis_core::model::{
    CalendarEvent, EventId, EventStatus, ParticipationStatus, Transparency,
};
use astralis_core::ports::{Command, Facts, Look, Plan, Store, StoreError};
use chrono::{DateTime, NaiveDateTime, Utc};

use super::agenda::between;
use super::{NINE, TEN, carry_out, one_host};
use crate::scenario::{Meeting, Scenario, instant, scenario};

const WEEKLY: &str = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU";

/// How far the series of these checks are claimed unless they say otherwise.
const CLAIMED: &str = "2027-05-01T00:00:00Z";

/// Rule, extra dates, excluded ones, changed ones and how far it is claimed; as a row and as a fact.
pub async fn a_meeting_that_repeats_is_read_back_as_it_was_written(store: &dyn Store) {
    let world = one_host(store).await;
    let mut meeting = weekly(&world);
    let recurrence = meeting.event.recurrence.as_mut().unwrap();
    recurrence.extra = [civil("2026-04-03T07:30:00"), civil("2026-05-03T07:30:00")].into();
    recurrence.excluded = [civil("2026-04-01T09:00:00"), civil("2026-04-13T09:00:00")].into();
    recurrence.changed = [civil("2026-04-15T09:00:00")].into();
    let mut all_claimed = world.meeting(TEN).repeating("FREQ=DAILY;COUNT=3", None);
    all_claimed.claims.clear();
    for meeting in [meeting, all_claimed] {
        meeting.write(store).await.unwrap();

        let read = store.event(world.org(), meeting.event.id).await.unwrap();
        let fact = about(store, &world, meeting.event.id).await;

        assert_eq!(read, meeting.event);
        assert_eq!(fact.event, Some(meeting.event));
        assert_eq!(fact.changed, []);
    }
}

/// It is a meeting of its own, that says of which series it is an occurrence.
pub async fn a_changed_occurrence_is_read_back_as_it_was_written(store: &dyn Store) {
    let world = one_host(store).await;
    let series = weekly(&world);
    series.write(store).await.unwrap();
    let changed = changed(&world, &series, "2026-04-01T09:00:00", TEN);
    changed.write(store).await.unwrap();

    let read = store.event(world.org(), changed.event.id).await.unwrap();
    let fact = about(store, &world, changed.event.id).await;

    assert_eq!(read, changed.event);
    assert_eq!(fact.event, Some(changed.event));
    assert_eq!(fact.changed, []);
}

/// What was read from another calendar cannot be opened or changed here.
pub async fn an_imported_meeting_is_no_event(store: &dyn Store) {
    let world = one_host(store).await;
    let imported = world.meeting(NINE).imported_from("work.ics");
    imported.write(store).await.unwrap();

    for id in [imported.event.id, world.next_id().into()] {
        let read = store.event(world.org(), id).await;
        let fact = about(store, &world, id).await;

        assert!(
            matches!(read, Err(StoreError::NotFound { kind: "event", .. })),
            "{read:?}"
        );
        assert_eq!(fact.event, None);
    }
}

/// By recurrence id, cancelled ones too, and those of no other series.
pub async fn changed_occurrences_come_with_their_series(store: &dyn Store) {
    let world = one_host(store).await;
    let (series, other) = (weekly(&world), daily(&world));
    series.write(store).await.unwrap();
    other.write(store).await.unwrap();
    let later = changed(&world, &series, "2026-04-15T09:00:00", NINE);
    later.write(store).await.unwrap();
    let mut cancelled = changed(&world, &series, "2026-04-01T09:00:00", TEN);
    cancelled.event.status = EventStatus::Cancelled;
    cancelled.claims.clear();
    cancelled.write(store).await.unwrap();
    let others = changed(&world, &other, "2026-04-01T09:00:00", TEN);
    others.write(store).await.unwrap();

    let facts = about(store, &world, series.event.id).await;

    assert_eq!(facts.event, Some(series.event));
    assert_eq!(facts.changed, [cancelled.event, later.event]);
}

/// One row for each recurrence id of a series; the row itself may be replaced.
pub async fn a_changed_occurrence_exists_once(store: &dyn Store) {
    let world = one_host(store).await;
    let (series, other) = (weekly(&world), daily(&world));
    series.write(store).await.unwrap();
    other.write(store).await.unwrap();
    let id = "2026-04-01T09:00:00";
    let first = changed(&world, &series, id, TEN);
    first.write(store).await.unwrap();

    let second = changed(&world, &series, id, NINE).write(store).await;
    let of_other = changed(&world, &other, id, NINE).write(store).await;
    let mut again = first.plan();
    again.claims.clear();
    again.events[0].version += 1;
    let replaced = carry_out(store, &world.command(), &again).await;

    assert!(
        matches!(
            second,
            Err(StoreError::NotUnique {
                field: "recurrenceId"
            })
        ),
        "{second:?}"
    );
    assert!(of_other.is_ok(), "{of_other:?}");
    assert!(replaced.is_ok(), "{replaced:?}");
}

/// A plan writes its events in order: one takes the recurrence id that another has just left.
pub async fn changed_occurrences_may_move_along_in_one_plan(store: &dyn Store) {
    let world = one_host(store).await;
    let series = weekly(&world);
    series.write(store).await.unwrap();
    let ids = [
        "2026-04-01T09:00:00",
        "2026-04-13T09:00:00",
        "2026-04-15T09:00:00",
    ];
    let mut rows: Vec<_> = ids[..2]
        .iter()
        .map(|id| changed(&world, &series, id, NINE))
        .collect();
    for row in &rows {
        row.write(store).await.unwrap();
    }
    for (row, next) in rows.iter_mut().zip(&ids[1..]) {
        let place = row.event.occurrence_of.as_mut().unwrap();
        place.recurrence_id = civil(next);
        row.event.version += 1;
    }
    let plan = Plan {
        events: rows.iter().rev().map(|row| row.event.clone()).collect(),
        ..Plan::default()
    };

    carry_out(store, &world.command(), &plan).await.unwrap();

    let facts = about(store, &world, series.event.id).await;
    let moved: Vec<_> = rows.into_iter().map(|row| row.event).collect();
    assert_eq!(facts.changed, moved);
}

/// Its UID is that of the series (RFC 5545 §3.8.4.4), which still nobody else may have.
pub async fn a_changed_occurrence_shares_the_uid_of_its_series(store: &dyn Store) {
    let world = one_host(store).await;
    let series = weekly(&world);
    series.write(store).await.unwrap();
    for id in ["2026-04-01T09:00:00", "2026-04-13T09:00:00"] {
        let changed = changed(&world, &series, id, TEN).not_exclusive();
        assert_eq!(changed.event.uid, series.event.uid);
        changed.write(store).await.unwrap();
    }
    let mut other = world.meeting(NINE).not_exclusive();
    other.event.uid.clone_from(&series.event.uid);

    let refused = other.write(store).await;

    assert!(
        matches!(refused, Err(StoreError::NotUnique { field: "uid" })),
        "{refused:?}"
    );
}

/// Wherever its claims end before the range does; never if all of it is claimed, and not without a
/// look at claims.
pub async fn series_are_facts_beyond_their_claims(store: &dyn Store) {
    let world = one_host(store).await;
    let series = weekly(&world);
    series.write(store).await.unwrap();
    let claimed = world.meeting(TEN).repeating("FREQ=DAILY;COUNT=3", None);
    claimed.write(store).await.unwrap();
    for (range, expected) in [
        ("2026-03-01T00:00Z/2027-05-01T00:00Z", vec![]),
        (
            "2026-03-01T00:00Z/2027-05-01T00:00:00.000001Z",
            vec![series.event.id],
        ),
        ("2040-03-01T00:00Z/2040-03-02T00:00Z", vec![series.event.id]),
        // Whether it reaches so far back is for the decision to find out.
        ("2026-01-01T00:00Z/2028-01-01T00:00Z", vec![series.event.id]),
    ] {
        assert_eq!(series_during(store, &world, range).await, expected);
    }
    let facts = store.facts(&world.command()).await.unwrap();
    assert_eq!(facts.series, []);
}

/// Who is invited and has not declined, if it takes anybody's time at all.
pub async fn series_are_facts_of_those_they_take(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    let mut declined = weekly(&world);
    declined.event.participants[1].status = ParticipationStatus::Declined;
    let mut cancelled = weekly(&world);
    cancelled.event.status = EventStatus::Cancelled;
    let mut transparent = weekly(&world);
    transparent.event.transparency = Transparency::Transparent;
    let mut tentative = weekly(&world);
    tentative.event.participants[0].status = ParticipationStatus::Tentative;
    let mut guests_only = weekly(&world);
    for participant in &mut guests_only.event.participants {
        participant.user = None;
    }
    for meeting in [
        &declined,
        &cancelled,
        &transparent,
        &tentative,
        &guests_only,
    ] {
        let mut plan = meeting.plan();
        plan.claims.clear();
        carry_out(store, &world.command(), &plan).await.unwrap();
    }
    let [first, second] = [0, 1].map(|n| world.hosts()[n].user.id.into());
    for (subjects, expected) in [
        (vec![first], vec![&declined, &tentative]),
        (vec![second], vec![&tentative]),
        (vec![first, second], vec![&declined, &tentative]),
        (vec![], vec![]),
    ] {
        let command = Command {
            subjects,
            ..looking(&world, NEXT_YEAR)
        };
        let facts = store.facts(&command).await.unwrap();

        let expected: Vec<_> = expected.iter().map(|meeting| &meeting.event).collect();
        assert_eq!(facts.series.iter().collect::<Vec<_>>(), expected);
    }
}

/// Each once, in the order of their ids, whatever order they were written in; what a decision is
/// told is what is listed.
pub async fn series_come_by_id(store: &dyn Store) {
    let world = one_host(store).await;
    let mut all: Vec<_> = (0..4).map(|_| weekly(&world)).collect();
    for n in [2, 0, 3, 1] {
        let mut plan = all[n].plan();
        plan.claims.clear();
        carry_out(store, &world.command(), &plan).await.unwrap();
    }
    let command = looking(&world, NEXT_YEAR);

    let listed = store.facts(&command).await.unwrap();
    let told = std::sync::Mutex::new(Facts::default());
    let remember = |facts: &Facts| {
        *told.lock().unwrap() = facts.clone();
        Ok(Plan::default())
    };
    store.transact(&command, &remember).await.unwrap();

    all.sort_by_key(|meeting| meeting.event.id);
    let all: Vec<_> = all.into_iter().map(|meeting| meeting.event).collect();
    assert_eq!(listed.series, all);
    assert_eq!(told.lock().unwrap().series, all);
}

/// A series that was claimed further, changed, declined, ended or called off is found as it is.
pub async fn series_are_facts_as_they_are_now(store: &dyn Store) {
    type Change = fn(&mut CalendarEvent);

    let world = one_host(store).await;
    let changes: [(Change, bool); 6] = [
        (|event| event.title = "Another".to_owned(), true),
        (
            |event| claim_until(event, Some("2028-01-01T00:00:00Z")),
            false,
        ),
        (|event| claim_until(event, None), false),
        (|event| event.recurrence = None, false),
        (|event| event.status = EventStatus::Cancelled, false),
        (|event| event.participants.clear(), false),
    ];
    for (change, is_found) in changes {
        let meeting = weekly(&world);
        meeting.write(store).await.unwrap();
        let mut event = meeting.event.clone();
        change(&mut event);
        event.version += 1;
        let plan = Plan {
            release: vec![event.id],
            events: vec![event.clone()],
            ..Plan::default()
        };
        carry_out(store, &world.command(), &plan).await.unwrap();

        let facts = store.facts(&looking(&world, NEXT_YEAR)).await.unwrap();
        let found = facts.series.iter().find(|found| found.id == event.id);

        assert_eq!(found, is_found.then_some(&event));
    }
}

/// The least far ones first, then by organization and id; those before the instant only.
pub async fn series_to_extend_come_by_how_far_they_are_claimed(store: &dyn Store) {
    let ours = one_host(store).await;
    let theirs = Scenario::of_tenant(2).host_in("UTC").offering(60);
    let theirs = theirs.set_up(store).await;
    let later = claimed(&ours, "2027-05-01T00:00:00Z");
    let (second, first) = (
        claimed(&theirs, "2027-04-01T00:00:00Z"),
        claimed(&ours, "2027-04-01T00:00:00Z"),
    );
    let third = claimed(&theirs, "2027-04-01T00:00:00Z");
    let soon = claimed(&theirs, "2027-03-31T23:59:59.999999Z");
    for meeting in [&later, &third, &second, &first, &soon] {
        meeting.write(store).await.unwrap();
    }
    let all = [&soon, &first, &second, &third, &later].map(|meeting| meeting.event.id);
    for (before, limit, expected) in [
        ("2027-03-31T23:59:59.999999Z", 9, 0),
        ("2027-04-01T00:00:00Z", 9, 1),
        ("2027-04-01T00:00:00.000001Z", 9, 4),
        ("2028-01-01T00:00:00Z", 9, 5),
        ("2028-01-01T00:00:00Z", 3, 3),
        ("2028-01-01T00:00:00Z", 0, 0),
    ] {
        let found = to_extend(store, before, limit).await;
        assert_eq!(found, all[..expected], "{limit} before {before}");
    }
}

/// Nor one that was called off. How far it is claimed says whether it is due, and nothing else:
/// whose time it takes is not the store's to tell.
pub async fn a_finished_series_is_not_extended(store: &dyn Store) {
    let world = one_host(store).await;
    let finished = world.meeting(NINE).repeating("FREQ=DAILY;COUNT=3", None);
    let mut cancelled = weekly(&world);
    cancelled.event.status = EventStatus::Cancelled;
    let single = world.meeting(TEN);
    let mut transparent = weekly(&world);
    transparent.event.transparency = Transparency::Transparent;
    for meeting in [&finished, &cancelled, &single, &transparent] {
        let mut plan = meeting.plan();
        plan.claims.clear();
        carry_out(store, &world.command(), &plan).await.unwrap();
    }

    let found = to_extend(store, "2030-01-01T00:00:00Z", 9).await;

    assert_eq!(found, [transparent.event.id]);
}

/// Not by their ids, not by those they take, and not through the window.
pub async fn series_of_another_tenant_are_not_seen(store: &dyn Store) {
    let ours = one_host(store).await;
    let theirs = Scenario::of_tenant(2).host_in("UTC").offering(60);
    let theirs = theirs.set_up(store).await;
    let series = weekly(&theirs);
    series.write(store).await.unwrap();
    changed(&theirs, &series, "2026-04-01T09:00:00", TEN)
        .write(store)
        .await
        .unwrap();
    let mut command = Command {
        org: ours.org(),
        ..looking(&theirs, NEXT_YEAR)
    };
    command.look.event = Some(series.event.id);

    let facts = store.facts(&command).await.unwrap();
    let read = store.event(ours.org(), series.event.id).await;
    let found = between(
        store,
        &ours,
        theirs.host().id,
        "2026-01-01T00:00Z/2028-01-01T00:00Z",
    );

    assert_eq!(facts.event, None);
    assert_eq!(facts.changed, []);
    assert_eq!(facts.series, []);
    assert!(matches!(read, Err(StoreError::NotFound { .. })), "{read:?}");
    assert_eq!(found.await, []);
}

/// Long after what is claimed.
pub(super) const NEXT_YEAR: &str = "2027-06-01T00:00Z/2027-07-01T00:00Z";

pub(super) fn weekly(world: &Scenario) -> Meeting {
    claimed(world, CLAIMED)
}

fn claimed(world: &Scenario, until: &str) -> Meeting {
    let meeting = world.meeting(NINE).not_exclusive();
    meeting.repeating(WEEKLY, Some(instant(until)))
}

pub(super) fn daily(world: &Scenario) -> Meeting {
    let meeting = world.meeting(NINE);
    meeting
        .repeating("FREQ=DAILY", Some(instant(CLAIMED)))
        .not_exclusive()
}

pub(super) fn changed(world: &Scenario, series: &Meeting, id: &str, during: &str) -> Meeting {
    let meeting = world.meeting(during).not_exclusive();
    meeting.instead_of(&series.event, civil(id))
}

fn claim_until(event: &mut CalendarEvent, until: Option<&str>) {
    let recurrence = event.recurrence.as_mut().expect("a series");
    recurrence.claimed_until = until.map(instant);
}

fn civil(text: &str) -> NaiveDateTime {
    text.parse().expect("a civil time")
}

fn looking(world: &Scenario, range: &str) -> Command {
    Command {
        look: Look {
            claims: Some(range.parse().expect("an interval")),
            ..Look::default()
        },
        ..world.command()
    }
}

async fn about(store: &dyn Store, world: &Scenario, event: EventId) -> Facts {
    let mut command = world.command();
    command.look.event = Some(event);
    store.facts(&command).await.expect("facts")
}

async fn series_during(store: &dyn Store, world: &Scenario, range: &str) -> Vec<EventId> {
    let facts = store.facts(&looking(world, range)).await;
    ids(&facts.expect("facts").series)
}

async fn to_extend(store: &dyn Store, before: &str, limit: u32) -> Vec<EventId> {
    let before: DateTime<Utc> = instant(before);
    let found = store.series_to_extend(before, limit).await;
    ids(&found.expect("series"))
}

pub(super) fn ids(events: &[CalendarEvent]) -> Vec<EventId> {
    events.iter().map(|event| event.id).collect()
}
