//! Meetings of signed-in users, through the API, on the embedded store.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use astralis_core::memory::MemoryStore;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::office::{EVENTS, FAR, Office, path_of, starts, weekly};
use crate::site::Answer;

const MONDAY: &str = "2026-03-02T08:00:00Z";
const SECOND: &str = "2026-03-09T08:00:00Z";
const THIRD: &str = "2026-03-16T08:00:00Z";
/// Summer time has begun.
const FIFTH: &str = "2026-03-30T07:00:00Z";

/// Grace's weekly meeting, and calls that change it.
struct Weekly {
    office: Office,
    meeting: Value,
}

impl Weekly {
    async fn written() -> Self {
        let office = Office::open().await;
        let meeting = office.created(&weekly()).await;
        Self { office, meeting }
    }

    async fn put(&self, query: &str, draft: &Value) -> Answer {
        let path = format!("{}?{query}", path_of(&self.meeting));
        let grace = &self.office.grace;
        self.office.api(grace, Method::PUT, &path, draft).await
    }

    async fn delete(&self, query: &str) -> Answer {
        let path = format!("{}?{query}", path_of(&self.meeting));
        let grace = &self.office.grace;
        let method = Method::DELETE;
        self.office.api(grace, method, &path, &Value::Null).await
    }

    async fn check_offers(&self, expected: &[(&str, bool)]) {
        for (start, offered) in expected {
            let offers = self.office.offers("grace", start).await;
            assert_eq!(offers, *offered, "{start}");
        }
    }

    async fn march(&self) -> Vec<Value> {
        let grace = &self.office.grace;
        let (from, to) = ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        self.office.calendar(grace, from, to).await
    }
}

fn at(start: &str, end: &str) -> Value {
    let mut draft = weekly();
    draft["startTime"] = start.into();
    draft["endTime"] = end.into();
    draft
}

/// A draft for one occurrence.
fn once(start: &str, end: &str) -> Value {
    let mut draft = at(start, end);
    draft["recurrence"] = Value::Null;
    draft
}

#[tokio::test]
async fn guests_cannot_book_onto_a_weekly_meeting_this_week_or_next_year() {
    let weekly = Weekly::written().await;
    let office = &weekly.office;
    for start in [MONDAY, SECOND, FIFTH, FAR] {
        assert!(!office.offers("grace", start).await, "{start}");
        let refused = office.book("grace", start).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{start}");
        assert_eq!(refused.json()["code"], "taken", "{start}");
        assert!(!refused.text.contains("Jour fixe"), "{}", refused.text);
    }
    // Beside it there is time, and others have theirs.
    for (page, start) in [("grace", "2027-06-07T07:30:00Z"), ("joan", FAR)] {
        assert!(office.offers(page, start).await, "{page} {start}");
        let booked = office.book(page, start).await;
        assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
    }
}

#[tokio::test]
async fn a_calendar_lists_each_occurrence_on_the_clock_of_its_zone() {
    let weekly = Weekly::written().await;

    let listed = weekly.march().await;

    let mondays = [MONDAY, SECOND, THIRD, "2026-03-23T08:00:00Z", FIFTH];
    assert_eq!(starts(&listed), mondays);
    for (entry, start) in listed.iter().zip(mondays) {
        assert_eq!(entry["id"], weekly.meeting["id"]);
        assert_eq!(entry["recurrenceId"], start);
        assert_eq!(entry["recurrence"], "FREQ=WEEKLY");
        assert_eq!(entry["status"], "SCHEDULED");
    }
    // Without a range: the next 30 days.
    let office = &weekly.office;
    let usual = office.api(&office.grace, Method::GET, EVENTS, &Value::Null);
    assert_eq!(usual.await.json()["events"], json!(listed));
    let others = office.calendar(&office.joan, "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
    assert!(others.await.is_empty());
}

#[tokio::test]
async fn one_occurrence_is_moved_and_its_time_is_free_again() {
    let weekly = Weekly::written().await;
    let moved = once("2026-03-10T10:00:00Z", "2026-03-10T10:30:00Z");

    let answer = weekly
        .put(&format!("scope=THIS&recurrenceId={SECOND}"), &moved)
        .await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let row = answer.json();
    assert_eq!(row["seriesId"], weekly.meeting["id"]);
    assert_eq!(row["recurrenceId"], SECOND);
    weekly
        .check_offers(&[
            (SECOND, true),
            ("2026-03-10T10:00:00Z", false),
            (THIRD, false),
        ])
        .await;
    let listed = weekly.march().await;
    assert_eq!(listed[1]["startTime"], "2026-03-10T10:00:00Z");
    assert_eq!(listed[1]["recurrenceId"], SECOND);

    // By its own id it is moved once more.
    let again = once("2026-03-11T10:00:00Z", "2026-03-11T10:30:00Z");
    let office = &weekly.office;
    let path = path_of(&row);
    let shown = office.api(&office.grace, Method::GET, &path, &Value::Null);
    assert_eq!(shown.await.json(), row);
    let answer = office.api(&office.grace, Method::PUT, &path, &again).await;
    assert_eq!(answer.json()["id"], row["id"], "{}", answer.text);
    weekly
        .check_offers(&[
            ("2026-03-10T10:00:00Z", true),
            ("2026-03-11T10:00:00Z", false),
        ])
        .await;
}

#[tokio::test]
async fn this_and_following_become_a_series_of_their_own() {
    let weekly = Weekly::written().await;
    let later = at("2026-03-16T13:00:00Z", "2026-03-16T13:30:00Z");
    let query = format!("scope=THIS_AND_FOLLOWING&recurrenceId={THIRD}");

    let answer = weekly.put(&query, &later).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_ne!(answer.json()["id"], weekly.meeting["id"]);
    weekly
        .check_offers(&[
            (SECOND, false),
            (THIRD, true),
            ("2026-03-16T13:00:00Z", false),
            (FAR, true),
            ("2027-06-07T12:00:00Z", false),
        ])
        .await;
}

#[tokio::test]
async fn all_of_a_series_moves() {
    let weekly = Weekly::written().await;
    let draft = at("2026-03-02T13:00:00Z", "2026-03-02T13:30:00Z");

    let answer = weekly.put("scope=ALL", &draft).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["version"], 2);
    assert_eq!(answer.headers["etag"], "\"2\"");
    weekly
        .check_offers(&[
            (SECOND, true),
            ("2026-03-09T13:00:00Z", false),
            (FAR, true),
            ("2027-06-07T12:00:00Z", false),
        ])
        .await;
}

#[tokio::test]
async fn one_those_that_follow_and_all_are_called_off() {
    let weekly = Weekly::written().await;

    let query = format!("scope=THIS&recurrenceId={SECOND}");
    let one = weekly.delete(&query).await;
    assert_eq!(one.status, StatusCode::OK, "{}", one.text);
    assert_eq!(one.json()["excluded"], json!([SECOND]));
    weekly
        .check_offers(&[(MONDAY, false), (SECOND, true), (THIRD, false)])
        .await;

    let query = format!("scope=THIS_AND_FOLLOWING&recurrenceId={THIRD}");
    assert_eq!(weekly.delete(&query).await.status, StatusCode::OK);
    weekly
        .check_offers(&[(MONDAY, false), (THIRD, true), (FAR, true)])
        .await;

    let all = weekly.delete("").await;
    assert_eq!(all.json()["status"], "CANCELLED", "{}", all.text);
    weekly.check_offers(&[(MONDAY, true)]).await;
    assert!(weekly.march().await.is_empty());
    let again = weekly.delete("").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.json()["code"], "notChangeable");
}

#[tokio::test]
async fn a_series_that_clashes_is_refused_with_the_dates_or_goes_without_them() {
    let office = Office::open().await;
    for start in [SECOND, FIFTH] {
        assert_eq!(
            office.book("grace", start).await.status,
            StatusCode::CREATED
        );
    }

    let grace = &office.grace;
    let refused = office.api(grace, Method::POST, EVENTS, &weekly()).await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    let body = refused.json();
    assert_eq!(body["code"], "occurrenceTaken");
    assert_eq!(body["reasons"].as_array().unwrap().len(), 2);
    let clash = |start: &str, end: &str| json!({ "startTime": start, "endTime": end, "recurrenceId": start });
    assert_eq!(
        body["conflicts"],
        json!([
            clash(SECOND, "2026-03-09T08:30:00Z"),
            clash(FIFTH, "2026-03-30T07:30:00Z"),
        ])
    );
    assert!(!refused.text.contains("Intro"), "{}", refused.text);
    assert!(office.offers("grace", THIRD).await);

    let mut without = weekly();
    without["onClash"] = "LEAVE_OUT".into();
    let written = office.created(&without).await;
    assert_eq!(written["excluded"], json!([SECOND, FIFTH]));
    assert_eq!(written["status"], "SCHEDULED");
    assert!(!office.offers("grace", THIRD).await);
}

#[tokio::test]
async fn meetings_that_clash_say_so_until_one_of_them_is_gone() {
    let office = Office::open().await;
    let series = office.created(&weekly()).await;
    let mut single = once("2026-03-09T08:15:00Z", "2026-03-09T09:00:00Z");
    single["title"] = "Dentist".into();
    let single = office.created(&single).await;

    assert_eq!(single["status"], "CONFLICT");
    let clash = json!({
        "eventId": series["id"],
        "startTime": "2026-03-09T08:15:00Z",
        "endTime": "2026-03-09T08:30:00Z",
    });
    assert_eq!(single["conflicts"], json!([clash]));
    let (from, to) = ("2026-03-01T00:00:00Z", "2026-03-17T00:00:00Z");
    let listed = office.calendar(&office.grace, from, to).await;
    let status: Vec<_> = listed.iter().map(|entry| &entry["status"]).collect();
    assert_eq!(status, ["SCHEDULED", "CONFLICT", "CONFLICT", "SCHEDULED"]);
    assert_eq!(listed[1]["conflicts"][0]["eventId"], single["id"]);

    let path = path_of(&series);
    let method = Method::DELETE;
    office.api(&office.grace, method, &path, &Value::Null).await;
    let listed = office.calendar(&office.grace, from, to).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["status"], "SCHEDULED");
    assert_eq!(listed[0]["conflicts"], json!([]));
}

#[tokio::test]
async fn whole_days_are_days_wherever_they_are_read() {
    let office = Office::open().await;
    let draft = json!({
        "title": "Fair",
        "allDay": { "first": "2026-03-28", "end": "2026-03-30" },
        "timezone": "Europe/Paris",
        "recurrence": "FREQ=MONTHLY;COUNT=2",
    });

    let written = office.created(&draft).await;

    assert_eq!(written["startTime"], "2026-03-27T23:00:00Z");
    assert_eq!(written["endTime"], "2026-03-29T22:00:00Z");
    assert_eq!(written["allDay"], draft["allDay"]);
    let (from, to) = ("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z");
    let listed = office.calendar(&office.grace, from, to).await;
    let april = json!({ "first": "2026-04-28", "end": "2026-04-30" });
    assert_eq!(listed[1]["allDay"], april);
    assert!(!office.offers("grace", "2026-04-28T07:00:00Z").await);
}

#[tokio::test]
async fn an_answer_can_be_sent_back_with_changes() {
    let office = Office::open().await;
    let mut draft = weekly();
    draft["participants"] = json!([
        { "userId": office.joan.user.id, "optional": true },
        { "email": "guest@example.com", "name": "Guest" },
    ]);
    draft["location"] = "Room 1".into();
    let mut meeting = office.created(&draft).await;
    assert_eq!(meeting["participants"].as_array().unwrap().len(), 3);
    meeting["title"] = "Renamed".into();

    let path = path_of(&meeting);
    let answer = office
        .api(&office.grace, Method::PUT, &path, &meeting)
        .await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut expected = meeting.clone();
    expected["version"] = 2.into();
    assert_eq!(answer.json(), expected);

    // Who is not named at all is not disinvited.
    meeting["participants"] = Value::Null;
    meeting["version"] = Value::Null;
    let answer = office
        .api(&office.grace, Method::PUT, &path, &meeting)
        .await;
    assert_eq!(answer.json()["participants"], expected["participants"]);
}

#[tokio::test]
async fn only_its_organizer_or_an_administrator_changes_a_meeting() {
    let office = Office::open().await;
    let mut draft = weekly();
    draft["participants"] = json!([{ "userId": office.joan.user.id }]);
    let with_joan = office.created(&draft).await;
    let alone = once("2026-03-03T08:00:00Z", "2026-03-03T08:30:00Z");
    let alone = office.created(&alone).await;
    let stranger = crate::office::Person {
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
    assert!(!office.offers("grace", "2026-02-28T08:00:00Z").await);
    assert!(office.offers("grace", MONDAY).await);
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
