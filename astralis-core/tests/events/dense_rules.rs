//! What a rule may name, now and whenever it begins, and what is done about one that names more.

use astralis_core::jobs::extend_series;
use astralis_core::model::{CalendarEvent, EventStatus, Transparency};
use astralis_core::ports::Plan;
use astralis_core::scheduler::{
    EventDraft, EventError, EventTime, MAX_CALENDAR_ENTRIES, MAX_CLAIMS, Scope,
};
use chrono::{TimeDelta, Utc};

use crate::office::{Office, at, during, user};

const MONDAY_NINE: &str = "2026-03-30T07:00:00Z";
/// More than 400 days after the present.
const NEXT_YEAR: &str = "2027-06-14T07:00:00Z";

fn lasting(draft: EventDraft, length: TimeDelta) -> EventDraft {
    let EventTime::Timed {
        start, time_zone, ..
    } = draft.time.clone()
    else {
        panic!("a draft of an hour");
    };
    let time = EventTime::Timed {
        start,
        end: start + length,
        time_zone,
    };
    EventDraft { time, ..draft }
}

async fn code(office: &Office, draft: EventDraft) -> &'static str {
    match office.create(draft).await {
        Err(EventError::Invalid(errors)) => errors[0].code,
        other => panic!("expected the rule to be too much, got {other:?}"),
    }
}

/// A series that no request could make any more, as if it had been written before.
async fn written(office: &Office, rule: &str, length: TimeDelta) -> CalendarEvent {
    let draft = office.draft(MONDAY_NINE, Some("FREQ=WEEKLY"));
    let mut series = office.create(lasting(draft, length)).await.unwrap();
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.rule = rule.parse().unwrap();
    recurrence.claimed_until = Some(at("2026-05-01T00:00:00Z"));
    let plan = Plan {
        release: vec![series.id],
        events: vec![series.clone()],
        ..Plan::default()
    };
    let command = office.world.command();
    let store = office.scheduler.store();
    let written = store.transact(&command, &|_| Ok(plan.clone())).await;
    written.unwrap();
    series
}

fn claimed_until(event: &CalendarEvent) -> Option<chrono::DateTime<Utc>> {
    event.recurrence.as_ref().unwrap().claimed_until
}

#[tokio::test]
async fn a_rule_names_too_much_wherever_it_begins() {
    let office = Office::open().await;
    let minute = TimeDelta::minutes(1);
    for (start, rule, length, expected) in [
        (NEXT_YEAR, "FREQ=MINUTELY", minute, "tooMuch"),
        (NEXT_YEAR, "FREQ=SECONDLY", TimeDelta::seconds(1), "tooMuch"),
        (NEXT_YEAR, "FREQ=MINUTELY;INTERVAL=50", minute, "tooMuch"),
        (
            NEXT_YEAR,
            "FREQ=DAILY",
            TimeDelta::hours(36),
            "overlapsItself",
        ),
    ] {
        let draft = lasting(office.draft(start, Some(rule)), length);
        assert_eq!(code(&office, draft).await, expected, "{rule} from {start}");
    }
}

#[tokio::test]
async fn a_rule_names_too_much_even_if_it_takes_nobodys_time() {
    let office = Office::open().await;
    for start in [MONDAY_NINE, NEXT_YEAR] {
        let draft = office.draft(start, Some("FREQ=MINUTELY;INTERVAL=50"));
        let mut draft = lasting(draft, TimeDelta::minutes(1));
        draft.transparency = Transparency::Transparent;
        assert_eq!(code(&office, draft).await, "tooMuch", "from {start}");
    }
}

#[tokio::test]
async fn an_extension_claims_no_more_than_a_command_may_and_goes_on_the_next_time() {
    let office = Office::open().await;
    let minute = TimeDelta::minutes(1);
    for rule in ["FREQ=MINUTELY", "FREQ=MINUTELY;INTERVAL=2;COUNT=90000"] {
        let series = written(&office, rule, minute).await;
        let before = claimed_until(&series).unwrap();

        let step = extend_series(&office.scheduler, 10).await.unwrap();

        assert_eq!((step.extended, step.failed), (vec![series.id], vec![]));
        let once = office.event(series.id).await;
        let reached = claimed_until(&once).unwrap();
        let whole = "2026-03-28T00:00Z/2028-01-01T00:00Z";
        let claims = office.claims(office.ada(), whole).await;
        assert_eq!(claims.len(), MAX_CLAIMS, "{rule}");
        assert_eq!(claims[0].during.start(), before);
        assert!(claims[MAX_CLAIMS - 1].during.end() <= reached);
        office.cancel(&once, Scope::All).await;
    }
}

#[tokio::test]
async fn a_rule_that_no_expansion_comes_to_the_end_of_is_extended_bit_by_bit() {
    let office = Office::open().await;
    let series = written(&office, "FREQ=SECONDLY", TimeDelta::seconds(1)).await;

    let step = extend_series(&office.scheduler, 1).await.unwrap();

    assert_eq!((step.extended, step.failed), (vec![series.id], vec![]));
    let reached = claimed_until(&office.event(series.id).await).unwrap();
    let passed = reached - claimed_until(&series).unwrap();
    assert_eq!(passed, TimeDelta::seconds(MAX_CLAIMS as i64));
}

#[tokio::test]
async fn one_occurrence_is_called_off_of_a_rule_that_names_too_much() {
    let office = Office::open().await;
    let series = written(&office, "FREQ=HOURLY", TimeDelta::minutes(90)).await;

    let id = at(MONDAY_NINE) + TimeDelta::hours(5);
    let cancelled = office.cancel(&series, Scope::This(id)).await.event;

    assert_eq!(cancelled.recurrence.unwrap().excluded.len(), 1);
}

#[tokio::test]
async fn nothing_is_claimed_or_extended_that_takes_nobodys_time() {
    let office = Office::open().await;
    let mut draft = office.draft(MONDAY_NINE, Some("FREQ=WEEKLY"));
    draft.transparency = Transparency::Transparent;
    let series = office.create(draft).await.unwrap();
    assert_eq!(claimed_until(&series), None);
    office.clock.advance(TimeDelta::days(31));

    let step = extend_series(&office.scheduler, 10).await.unwrap();

    assert_eq!(step.extended, []);
}

#[tokio::test]
async fn a_meeting_far_ahead_keeps_nobody_from_changing_a_series() {
    let office = Office::open().await;
    // 9600 claims to the horizon, and many more to where it clashes.
    let mut draft = office.draft(MONDAY_NINE, Some("FREQ=HOURLY;INTERVAL=2"));
    draft.participants.push(user(office.grace()));
    let series = office.create(draft.clone()).await.unwrap();
    let single = office.create(office.draft("2028-06-14T07:30:00Z", None));
    let single = single.await.unwrap();
    let series = office.event(series.id).await;
    assert_eq!(series.conflicts.len(), 1);
    draft.title = "Round".to_owned();

    let renamed = office.change(&series, Scope::All, draft).await.unwrap();

    assert_eq!(renamed.conflicts, series.conflicts);
    assert_eq!(office.event(single.id).await.conflicts.len(), 1);
    let cancelled = office.cancel(&renamed, Scope::All).await.event;
    assert_eq!(cancelled.status, EventStatus::Cancelled);
    assert_eq!(office.event(single.id).await.conflicts, []);
}

#[tokio::test]
async fn a_window_with_too_many_meetings_is_refused_and_says_how_many_it_may_have() {
    let office = Office::open().await;
    for minute in [0, 10, 20] {
        let start = at(MONDAY_NINE) + TimeDelta::minutes(minute);
        let start = start.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut draft = office.draft(&start, Some("FREQ=HOURLY"));
        draft.transparency = Transparency::Transparent;
        office.create(draft).await.unwrap();
    }
    let window = during("2026-03-30T00:00Z/2027-05-01T00:00Z");

    let ada = office.ada();
    let listed = office
        .scheduler
        .event_occurrences(office.world.org(), ada, window);
    let Err(EventError::Invalid(errors)) = listed.await else {
        panic!("expected the window to have too many");
    };

    assert_eq!((errors[0].field, errors[0].code), ("to", "tooMuch"));
    assert!(
        errors[0]
            .expected
            .contains(&MAX_CALENDAR_ENTRIES.to_string())
    );
}
