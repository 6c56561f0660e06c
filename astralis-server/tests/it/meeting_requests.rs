//! Requests about meetings: who may, what is wrong with them, and what becomes of repeated ones.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use astralis_core::memory::MemoryStore;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::office::{
    EVENTS, MONDAY, Office, Person, SECOND, THIRD, Weekly, at, once, path_of, starts, weekly,
};
use crate::site::Answer;

#[tokio::test]
async fn only_its_organizer_or_an_administrator_changes_a_meeting() {
    let office = Office::open().await;
    let mut draft = weekly();
    draft["participants"] = json!([{ "userId": office.joan.user.id }]);
    let with_joan = office.created(&draft).await;
    let alone = once("2026-03-03T08:00:00Z", "2026-03-03T08:30:00Z");
    let alone = office.created(&alone).await;
    let stranger = Person {
        user: office.site.state.store().first_admin().await.unwrap(),
        token: office.site.token.clone(),
    };
    for (who, person, meeting, reads, changes) in [
        ("joan", &office.joan, &with_joan, 200, 403),
        ("joan", &office.joan, &alone, 404, 404),
        ("a stranger", &stranger, &with_joan, 404, 404),
        ("ada", &office.ada, &with_joan, 200, 200),
        ("grace", &office.grace, &alone, 200, 200),
    ] {
        let path = path_of(meeting);
        let call = async |method| office.api(person, method, &path, meeting).await;
        let (read, put) = (call(Method::GET).await, call(Method::PUT).await);
        assert_eq!(read.status, reads, "{who}: {}", read.text);
        assert_eq!(put.status, changes, "{who}: {}", put.text);
        if changes != 200 {
            let deleted = call(Method::DELETE).await;
            assert_eq!(deleted.status, changes, "{who}");
            assert!(!deleted.text.contains("Jour fixe") && !put.text.contains("Jour fixe"));
        }
    }
    let listed = office.calendar(&office.joan, "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    assert_eq!(starts(&listed.await), [MONDAY]);
    assert!(!office.offers("joan", MONDAY).await);
}

#[tokio::test]
async fn the_same_key_writes_changes_and_cancels_once() {
    let office = Office::open().await;
    let key = ("Idempotency-Key", "one");
    let grace = &office.grace;
    let draft = weekly();
    let post = async |draft: &Value| {
        office
            .api_with(grace, Method::POST, EVENTS, draft, &[key])
            .await
    };
    let first = post(&draft).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    assert_eq!(post(&draft).await.json(), first.json());
    let other = post(&at("2026-03-03T08:00:00Z", "2026-03-03T08:30:00Z")).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(other.json()["code"], "idempotencyKeyReused");
    // Somebody else's key is another one.
    let joans = office
        .api_with(&office.joan, Method::POST, EVENTS, &draft, &[key])
        .await;
    assert_ne!(joans.json()["id"], first.json()["id"]);

    let path = format!(
        "{}?scope=THIS_AND_FOLLOWING&recurrenceId={THIRD}",
        path_of(&first.json())
    );
    let later = at("2026-03-16T13:00:00Z", "2026-03-16T13:30:00Z");
    let put = async |headers: &[(&str, &str)]| {
        office
            .api_with(grace, Method::PUT, &path, &later, headers)
            .await
    };
    let blind = put(&[("Idempotency-Key", "two")]).await;
    assert_eq!(blind.status, StatusCode::BAD_REQUEST);
    assert!(blind.json()["details"]["If-Match"].is_array());
    let seen = [("Idempotency-Key", "two"), ("If-Match", "\"1\"")];
    let split = put(&seen).await;
    assert_eq!(split.status, StatusCode::OK, "{}", split.text);
    assert_eq!(put(&seen).await.json(), split.json());

    let path = path_of(&split.json());
    let seen = [("Idempotency-Key", "three"), ("If-Match", "\"1\"")];
    for _ in 0..2 {
        let none = Value::Null;
        let cancelled = office.api_with(grace, Method::DELETE, &path, &none, &seen);
        let cancelled = cancelled.await;
        assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text);
        assert_eq!(cancelled.json()["version"], 2);
    }
}

#[tokio::test]
async fn a_change_of_a_version_that_is_not_the_latest_is_refused() {
    let weekly_meeting = Weekly::written().await;
    let renamed = weekly_meeting.put("", &weekly()).await;
    assert_eq!(renamed.json()["version"], 2, "{}", renamed.text);
    let office = &weekly_meeting.office;
    let path = path_of(&weekly_meeting.meeting);
    for method in [Method::PUT, Method::DELETE] {
        let (draft, headers) = (weekly(), [("If-Match", "\"1\"")]);
        let stale = office
            .api_with(&office.grace, method, &path, &draft, &headers)
            .await;
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(stale.json()["code"], "staleVersion");
    }
    let mut draft = weekly();
    draft["version"] = 1.into();
    let stale = weekly_meeting.put("", &draft).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn a_field_that_is_wrong_is_named_with_what_was_expected() {
    let office = Office::open().await;
    for (field, value, code) in [
        ("title", Value::Null, "required"),
        ("title", json!("a".repeat(201)), "tooLong"),
        ("description", json!("a".repeat(2001)), "tooLong"),
        ("location", json!("a".repeat(501)), "tooLong"),
        ("meetingLink", json!("javascript:alert(1)"), "notALink"),
        ("meetingType", json!("SEANCE"), "unknown"),
        ("startTime", json!("tomorrow"), "malformed"),
        ("startTime", Value::Null, "required"),
        ("endTime", json!(MONDAY), "notAfterStart"),
        ("timezone", json!("Mars"), "unknownTimeZone"),
        ("timezone", Value::Null, "required"),
        ("recurrence", json!("FREQ=DAILY;BYDAY=-1MO"), "invalidRule"),
        ("recurrence", json!("FREQ=WEEKLY;BYDAY=TU"), "startNotNamed"),
        ("extra", json!(["tomorrow"]), "malformed"),
        ("extra", json!(["2026-03-12T10:00:00Z"]), "malformed"),
        ("extra", json!(["2026-03-12"]), "malformed"),
        ("extra", json!(["2026-03-01T10:00:00"]), "notAfterStart"),
        ("participants", json!([]), "required"),
        ("participants", json!([{ "userId": "joan" }]), "malformed"),
        ("participants", json!([{ "email": "joan" }]), "malformed"),
        (
            "participants",
            json!([{ "userId": "019c8f3a-0000-7000-8000-000000000001" }]),
            "unknownUser",
        ),
        ("transparency", json!("CLEAR"), "unknown"),
        ("onClash", json!("SHRUG"), "unknown"),
    ] {
        let mut draft = weekly();
        draft[field] = value.clone();

        let answer = office
            .api(&office.grace, Method::POST, EVENTS, &draft)
            .await;

        check_invalid(&answer, field, code);
    }
    let mut days = weekly();
    days["allDay"] = json!({ "first": "28 March" });
    let answer = office.api(&office.grace, Method::POST, EVENTS, &days).await;
    check_invalid(&answer, "allDay.first", "malformed");
    check_invalid(&answer, "allDay.end", "malformed");
    days["allDay"] = json!({ "first": "2026-03-28", "end": "2026-03-28" });
    let answer = office.api(&office.grace, Method::POST, EVENTS, &days).await;
    check_invalid(&answer, "allDay.end", "notAfterStart");
    assert!(!office.offers("grace", "2026-02-28T08:00:00Z").await);
    assert!(office.offers("grace", MONDAY).await);
}

#[tokio::test]
async fn of_extra_dates_that_cannot_be_read_the_first_is_named_with_its_place() {
    let office = Office::open().await;
    for days in [
        Value::Null,
        json!({ "first": "2026-03-02", "end": "2026-03-03" }),
    ] {
        let mut dates = vec!["someday"; 1000];
        dates[0] = if days.is_null() {
            "2026-03-12T10:00:00"
        } else {
            "2026-03-12"
        };
        let mut draft = weekly();
        draft["extra"] = json!(dates);
        draft["allDay"] = days;

        let answer = office
            .api(&office.grace, Method::POST, EVENTS, &draft)
            .await;

        check_invalid(&answer, "extra", "malformed");
        let body = answer.json();
        let said = body["details"]["extra"].as_array().unwrap();
        assert_eq!(said.len(), 1, "{body}");
        assert!(said[0].as_str().unwrap().contains("at place 1: "), "{body}");
    }
}

#[tokio::test]
async fn whole_days_that_are_sent_back_as_they_were_read_move_along() {
    let office = Office::open().await;
    let mut draft = weekly();
    draft["timezone"] = "America/Santiago".into();
    draft["allDay"] = json!({ "first": "2026-09-01", "end": "2026-09-02" });
    // In Santiago, 6 September 2026 begins at one o'clock.
    draft["extra"] = json!(["2026-09-06", "2026-09-10"]);
    let mut meeting = office.created(&draft).await;
    assert_eq!(meeting["extra"], draft["extra"]);

    meeting["allDay"] = json!({ "first": "2026-09-02", "end": "2026-09-03" });
    let path = path_of(&meeting);
    let moved = office
        .api(&office.grace, Method::PUT, &path, &meeting)
        .await;

    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    assert_eq!(moved.json()["extra"], json!(["2026-09-07", "2026-09-11"]));
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_at_once() {
    let weekly_meeting = Weekly::written().await;
    let office = &weekly_meeting.office;
    let nobody = json!([{ "userId": "019c8f3a-0000-7000-8000-000000000001" }]);
    let mut unreadable = weekly();
    for (field, value) in [
        ("title", json!("a".repeat(201))),
        ("startTime", json!("tomorrow")),
        ("endTime", json!("1026-03-02T08:30:00Z")),
        ("timezone", json!("Mars/Olympus")),
        ("recurrence", json!("FREQ=SOMETIMES")),
        ("extra", json!(["some day"])),
        ("meetingType", json!("SEANCE")),
        ("transparency", json!("CLEAR")),
        ("onClash", json!("SHRUG")),
        ("participants", nobody.clone()),
    ] {
        unreadable[field] = value;
    }
    let all = "endTime extra meetingType onClash participants recurrence startTime timezone title \
               transparency";
    // What can be read is asked whether it fits together, whatever else is wrong.
    let mut unfit = weekly();
    for (field, value) in [
        ("recurrence", json!("FREQ=WEEKLY;BYDAY=TU")),
        ("extra", json!(["2026-03-01T10:00:00"])),
        ("transparency", json!("CLEAR")),
        ("participants", nobody),
    ] {
        unfit[field] = value;
    }
    // In no zone, nothing is said of what hangs on it.
    let mut nowhere = unfit.clone();
    nowhere["timezone"] = "Mars/Olympus".into();
    for (draft, expected) in [
        (&unreadable, all),
        (&unfit, "extra participants recurrence transparency"),
        (&nowhere, "participants timezone transparency"),
    ] {
        let added = office.api(&office.grace, Method::POST, EVENTS, draft).await;
        let replaced = weekly_meeting.put("", draft).await;
        for answer in [added, replaced] {
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
            let body = answer.json();
            let details = body["details"].as_object().unwrap();
            let mut named: Vec<_> = details.keys().map(String::as_str).collect();
            named.sort_unstable();
            assert_eq!(named.join(" "), expected, "{body}");
        }
    }
    assert_eq!(weekly_meeting.march().await.len(), 5);
}

#[tokio::test]
async fn a_scope_that_is_wrong_changes_nothing() {
    let weekly_meeting = Weekly::written().await;
    for (query, field, code) in [
        ("scope=SOME", "scope", "unknown"),
        ("scope=THIS", "recurrenceId", "required"),
        (
            "scope=THIS&recurrenceId=monday",
            "recurrenceId",
            "malformed",
        ),
        (
            "scope=THIS&recurrenceId=2026-03-03T08:00:00Z",
            "recurrenceId",
            "noSuchOccurrence",
        ),
        // Whoever names an occurrence does not mean all of them.
        ("recurrenceId=2026-03-09T08:00:00Z", "scope", "notOfOne"),
    ] {
        check_invalid(&weekly_meeting.delete(query).await, field, code);
        let draft = once(SECOND, "2026-03-09T08:30:00Z");
        check_invalid(&weekly_meeting.put(query, &draft).await, field, code);
    }
    let query = format!("scope=THIS&recurrenceId={SECOND}");
    let answer = weekly_meeting.put(&query, &weekly()).await;
    check_invalid(&answer, "recurrence", "notAllowed");
    assert_eq!(weekly_meeting.march().await.len(), 5);
    let office = &weekly_meeting.office;
    for (query, field) in [
        ("from=x", "from"),
        ("to=2026-02-01T00:00:00Z", "to"),
        ("to=2027-06-01T00:00:00Z", "to"),
    ] {
        let path = format!("{EVENTS}?{query}");
        let answer = office
            .api(&office.grace, Method::GET, &path, &Value::Null)
            .await;
        assert!(
            answer.json()["details"][field].is_array(),
            "{query}: {}",
            answer.text
        );
    }
    let unknown = format!("{EVENTS}/nothing");
    let answer = office
        .api(&office.grace, Method::GET, &unknown, &Value::Null)
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[track_caller]
fn check_invalid(answer: &Answer, field: &str, code: &str) {
    assert_eq!(
        answer.status,
        StatusCode::BAD_REQUEST,
        "{field} {code}: {}",
        answer.text
    );
    let body = answer.json();
    assert_eq!(body["code"], code, "{field}: {body}");
    let said = body["details"][field][0].as_str().unwrap_or_default();
    assert!(said.starts_with("expected "), "{field}: {body}");
}

#[tokio::test]
async fn a_caller_who_hangs_up_has_written_the_meeting_all_the_same() {
    let office = Office::on(Arc::new(MemoryStore::new())).await;
    let draft = weekly();
    let mut request = Box::pin(office.created(&draft));

    let waits = poll_fn(|context| Poll::Ready(request.as_mut().poll(context).is_pending())).await;
    drop(request);

    assert!(waits, "answered too early to be cut off");
    let refused = office.book("grace", SECOND).await;
    assert_eq!(refused.json()["code"], "taken", "{}", refused.text);
}

#[tokio::test]
async fn nobody_reads_or_writes_meetings_without_a_token() {
    let office = Office::open().await;
    let answer = office.site.get(EVENTS).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
