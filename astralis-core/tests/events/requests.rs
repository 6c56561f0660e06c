//! What a request may say, and what happens when it is said again.

use astralis_core::model::Participant;
use astralis_core::policy::Refusal;
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{
    EventDraft, EventError, EventTime, Invited, Invitee, OnClash, Scope,
};
use chrono::TimeDelta;

use crate::office::{Office, at, user};

const NINE: &str = "2026-03-30T07:00:00Z";

async fn codes(office: &Office, draft: EventDraft) -> Vec<(&'static str, &'static str)> {
    let Err(EventError::Invalid(errors)) = office.create(draft).await else {
        panic!("expected the draft to be invalid");
    };
    errors
        .iter()
        .map(|error| (error.field, error.code))
        .collect()
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let office = Office::open().await;
    let mut draft = office.draft(NINE, Some("FREQ=DAILY;BYDAY=-1MO"));
    draft.title = "x".repeat(201);
    draft.description = Some("x".repeat(2001));
    draft.location = Some("x".repeat(501));
    draft.meeting_link = Some("javascript:alert(1)".to_owned());
    draft.participants.clear();
    draft.time = EventTime::Timed {
        start: at(NINE),
        end: at(NINE),
        time_zone: "Europe/Paris".parse().unwrap(),
    };

    let found = codes(&office, draft).await;

    assert_eq!(
        found,
        [
            ("title", "tooLong"),
            ("description", "tooLong"),
            ("location", "tooLong"),
            ("meetingLink", "notALink"),
            ("participants", "required"),
            ("endTime", "notAfterStart"),
            ("recurrence", "invalidRule"),
        ]
    );
}

#[tokio::test]
async fn an_unknown_zone_hides_nothing_else() {
    let office = Office::open().await;
    let mut draft = office.draft(NINE, Some("FREQ=SOMETIMES"));
    draft.extra = Some(vec!["2026-04-02T14:00:00".parse().unwrap(); 2]);
    draft.time = EventTime::Timed {
        start: at("2026-03-30T07:00:00.5Z"),
        end: at("1026-03-30T07:00:00Z"),
        time_zone: "Mars/Olympus".parse().unwrap(),
    };
    draft.participants = vec![user(office.world.next_id().into())];

    let found = codes(&office, draft.clone()).await;

    let expected = [
        ("timezone", "unknownTimeZone"),
        ("startTime", "notWholeSeconds"),
        ("endTime", "outOfRange"),
        ("recurrence", "invalidRule"),
        ("extra", "twice"),
        ("participants", "unknownUser"),
    ];
    assert_eq!(found, expected);
    let day = "2026-03-30".parse().unwrap();
    draft.time = EventTime::AllDay {
        first: day,
        end: day,
        time_zone: "Mars/Olympus".parse().unwrap(),
    };
    let found = codes(&office, draft).await;
    assert_eq!(found[..2], [expected[0], ("allDay.end", "notAfterStart")]);
}

#[tokio::test]
async fn what_does_not_fit_together_is_named_beside_what_is_wrong_alone() {
    let office = Office::open().await;
    let mut draft = office.draft(NINE, Some("FREQ=WEEKLY;BYDAY=TU"));
    draft.title = String::new();
    draft.extra = Some(vec!["2026-03-29T14:00:00".parse().unwrap()]);
    draft.participants = vec![user(office.world.next_id().into())];
    let expected = [
        ("title", "required"),
        ("participants", "unknownUser"),
        ("recurrence", "startNotNamed"),
        ("extra", "notAfterStart"),
    ];
    assert_eq!(codes(&office, draft.clone()).await, expected);
    let request = office.request(draft.clone(), OnClash::Refuse);
    let flaws = office.scheduler.flaws_of_new_event(&request).await.unwrap();
    assert_eq!(flaws.len(), 4);

    let event = office.create(office.draft(NINE, None)).await.unwrap();
    let request = office.change_request(&event, Scope::All, draft.clone());
    let flaws = office.scheduler.flaws_of_change(&request).await.unwrap();
    assert_eq!(flaws.len(), 4);
    let changed = office.scheduler.change_event(&request).await;
    assert!(
        matches!(&changed, Err(EventError::Invalid(errors)) if *errors == flaws),
        "{changed:?}"
    );

    draft.rule = Some("FREQ=MINUTELY;INTERVAL=30".to_owned());
    draft.extra = None;
    let found = codes(&office, draft).await;
    assert_eq!(found[2], ("recurrence", "overlapsItself"));
}

#[tokio::test]
async fn asking_what_is_wrong_writes_nothing() {
    let office = Office::open().await;
    let request = office.request(office.draft(NINE, None), OnClash::Refuse);
    let flaws = office.scheduler.flaws_of_new_event(&request).await;
    assert_eq!(flaws.unwrap(), []);
    let week = "2026-03-28T00:00Z/2026-04-04T00:00Z";
    assert_eq!(office.claims(office.ada(), week).await, []);

    let saved = office.scheduler.create_event(&request).await.unwrap();
    assert!(!saved.repeated);
    let later = office.draft("2026-03-30T09:00:00Z", None);
    let request = office.change_request(&saved.event, Scope::All, later);
    let flaws = office.scheduler.flaws_of_change(&request).await;
    assert_eq!(flaws.unwrap(), []);
    assert_eq!(office.event(saved.event.id).await, saved.event);
}

#[tokio::test]
async fn a_rule_fits_its_start_and_leaves_room_for_the_next() {
    let office = Office::open().await;
    for (rule, code) in [
        ("FREQ=WEEKLY;BYDAY=TU", "startNotNamed"),
        ("FREQ=MINUTELY;INTERVAL=30", "overlapsItself"),
        ("FREQ=SECONDLY", "tooMuch"),
    ] {
        let found = codes(&office, office.draft(NINE, Some(rule))).await;
        assert_eq!(found, [("recurrence", code)], "{rule}");
    }
    let mut crowded = office.draft(NINE, Some("FREQ=MINUTELY;INTERVAL=30"));
    crowded.time = EventTime::Timed {
        start: at(NINE),
        end: at(NINE) + TimeDelta::minutes(30),
        time_zone: "UTC".parse().unwrap(),
    };
    assert_eq!(codes(&office, crowded).await, [("recurrence", "tooMuch")]);
    // The second two o'clock in the morning has no name that a rule could use.
    let second = office.draft("2026-10-25T01:00:00Z", Some("FREQ=WEEKLY"));
    assert_eq!(
        codes(&office, second).await,
        [("startTime", "repeatedHour")]
    );
}

#[tokio::test]
async fn people_are_invited_once_and_the_organizer_comes_along() {
    let office = Office::open().await;
    let mut draft = office.draft(NINE, None);
    let guest = |email: &str| Invited {
        who: Invitee::Guest {
            email: email.parse().unwrap(),
            name: String::new(),
        },
        optional: true,
    };
    let mail = "katherine@example.com";
    draft.participants = vec![user(office.grace()), guest(mail), guest(mail)];

    let event = office.create(draft).await.unwrap();

    let users = |invited: &Participant| invited.user;
    let invited: Vec<_> = event.participants.iter().map(users).collect();
    assert_eq!(invited, [Some(office.ada()), Some(office.grace()), None]);
    let week = "2026-03-28T00:00Z/2026-04-04T00:00Z";
    assert_eq!(office.claims(office.grace(), week).await.len(), 1);

    let mut stranger = office.draft(NINE, None);
    stranger.participants = vec![user(office.world.next_id().into())];
    let found = codes(&office, stranger).await;
    assert_eq!(found, [("participants", "unknownUser")]);
}

#[tokio::test]
async fn who_left_is_not_invited_anew_but_stays_where_they_were() {
    let office = Office::open().await;
    let mut draft = office.draft(NINE, None);
    draft.participants.push(user(office.grace()));
    let event = office.create(draft.clone()).await.unwrap();
    let mut grace = office.world.hosts()[1].user.clone();
    grace.active = false;
    office.scheduler.store().save_user(&grace).await.unwrap();

    let found = codes(&office, draft.clone()).await;
    draft.title = "Planning".to_owned();
    let changed = office.change(&event, Scope::All, draft).await.unwrap();

    assert_eq!(found, [("participants", "inactiveUser")]);
    assert_eq!(changed.participants, event.participants);
}

#[tokio::test]
async fn a_repeated_request_has_no_second_effect() {
    let office = Office::open().await;
    let request = office.request(office.draft(NINE, None), OnClash::Refuse);
    let first = office.scheduler.create_event(&request).await.unwrap();
    let again = office.scheduler.create_event(&request).await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!(first.event, again.event);

    let later = office.draft("2026-03-30T09:00:00Z", None);
    let request = office.change_request(&first.event, Scope::All, later);
    let moved = office.scheduler.change_event(&request).await.unwrap();
    // By now it has another version than the one the request is about.
    let again = office.scheduler.change_event(&request).await.unwrap();
    assert!(!moved.repeated && again.repeated);
    assert_eq!((moved.event.version, again.event.version), (2, 2));

    let mut other = request.clone();
    other.draft.title = "Something else".to_owned();
    let reused = office.scheduler.change_event(&other).await;
    assert!(
        matches!(reused, Err(EventError::Store(StoreError::CommandReused(_)))),
        "{reused:?}"
    );
}

#[tokio::test]
async fn a_stale_version_and_what_is_over_are_refused() {
    let office = Office::open().await;
    let event = office.create(office.draft(NINE, None)).await.unwrap();
    let draft = office.draft("2026-03-30T09:00:00Z", None);
    let moved = office
        .change(&event, Scope::All, draft.clone())
        .await
        .unwrap();

    let stale = office.change(&event, Scope::All, draft.clone()).await;
    let expected = Refusal::StaleVersion {
        expected: 1,
        found: 2,
    };
    assert!(
        matches!(&stale, Err(EventError::Refused(reasons)) if *reasons == [expected]),
        "{stale:?}"
    );

    let cancelled = office.cancel(&moved, Scope::All).await.event;
    let over = office.change(&cancelled, Scope::All, draft.clone()).await;
    assert!(
        matches!(&over, Err(EventError::Refused(reasons)) if *reasons == [Refusal::NotChangeable]),
        "{over:?}"
    );

    let booked = office.book("2026-03-31T09:00:00Z").await.unwrap();
    let foreign = office.change(&booked.record.event, Scope::All, draft).await;
    assert!(
        matches!(&foreign, Err(EventError::Refused(reasons)) if *reasons == [Refusal::NotChangeable]),
        "{foreign:?}"
    );
}

#[tokio::test]
async fn a_scope_needs_a_series_and_one_occurrence_no_rule() {
    let office = Office::open().await;
    let single = office.create(office.draft(NINE, None)).await.unwrap();
    let draft = office.draft(NINE, None);
    let changed = office.change(&single, Scope::This(at(NINE)), draft).await;
    let Err(EventError::Invalid(errors)) = changed else {
        panic!("expected the scope to be wrong, got {changed:?}");
    };
    assert_eq!((errors[0].field, errors[0].code), ("scope", "notASeries"));

    let rule = Some("FREQ=WEEKLY");
    let draft = office.draft("2026-04-01T07:00:00Z", rule);
    let series = office.create(draft.clone()).await.unwrap();
    let id = at("2026-04-08T06:00:00Z") + TimeDelta::hours(1);
    let changed = office.change(&series, Scope::This(id), draft).await;
    let Err(EventError::Invalid(errors)) = changed else {
        panic!("expected the rule to be wrong, got {changed:?}");
    };
    assert_eq!(
        (errors[0].field, errors[0].code),
        ("recurrence", "notAllowed")
    );
}
