//! Meetings of signed-in users, through the API, on the embedded store: what becomes of whose time.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::office::{
    EVENTS, FAR, FIFTH, MONDAY, Office, SECOND, THIRD, Weekly, at, once, path_of, starts, weekly,
};

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
    let mut row = answer.json();
    assert_eq!(row["warnings"].take(), json!([]));
    row.as_object_mut().unwrap().remove("warnings");
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
async fn extra_dates_are_set_moved_divided_and_taken() {
    let office = Office::open().await;
    let mut draft = weekly();
    draft["extra"] = json!(["2026-03-12T10:00:00", "2027-06-10T10:00:00"]);
    let meeting = office.created(&draft).await;
    let weekly_meeting = Weekly { office, meeting };
    assert_eq!(weekly_meeting.meeting["extra"], draft["extra"]);
    weekly_meeting
        .check_offers(&[
            ("2026-03-12T09:00:00Z", false),
            ("2026-03-12T09:30:00Z", true),
            ("2027-06-10T08:00:00Z", false),
        ])
        .await;
    let listed = weekly_meeting.march().await;
    assert_eq!(listed[2]["startTime"], "2026-03-12T09:00:00Z");
    assert_eq!(listed[2]["recurrenceId"], "2026-03-12T09:00:00Z");

    // An hour later, with what was read; and the rest another hour.
    let mut later = at("2026-03-02T09:00:00Z", "2026-03-02T09:30:00Z");
    later["extra"] = draft["extra"].clone();
    let all = weekly_meeting.put("", &later).await.json();
    let moved = json!(["2026-03-12T11:00:00", "2027-06-10T11:00:00"]);
    assert_eq!(all["extra"], moved, "{all}");
    let mut rest = at("2026-03-16T10:00:00Z", "2026-03-16T10:30:00Z");
    rest["extra"] = moved;
    let query = "scope=THIS_AND_FOLLOWING&recurrenceId=2026-03-16T09:00:00Z";
    let rest = weekly_meeting.put(query, &rest).await.json();
    assert_eq!(rest["extra"], json!(["2027-06-10T12:00:00"]), "{rest}");
    weekly_meeting
        .check_offers(&[
            ("2026-03-12T09:00:00Z", true),
            ("2026-03-12T10:00:00Z", false),
            ("2027-06-10T08:00:00Z", true),
            ("2027-06-10T10:00:00Z", false),
        ])
        .await;
}

#[tokio::test]
async fn an_extra_date_that_clashes_is_named_and_one_of_whole_days_is_a_date() {
    let office = Office::open().await;
    let booked = office.book("grace", "2026-03-12T09:00:00Z").await;
    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
    let mut draft = weekly();
    draft["extra"] = json!(["2026-03-12T10:00:00"]);
    let refused = office.api(&office.grace, Method::POST, EVENTS, &draft);
    let refused = refused.await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let conflicts = &refused.json()["conflicts"];
    assert_eq!(conflicts[0]["recurrenceId"], "2026-03-12T09:00:00Z");
    assert_eq!(conflicts.as_array().unwrap().len(), 1);

    draft["allDay"] = json!({ "first": "2026-03-21", "end": "2026-03-22" });
    draft["recurrence"] = "FREQ=MONTHLY".into();
    draft["extra"] = json!(["2026-03-28"]);
    let fair = office.created(&draft).await;
    assert_eq!(fair["extra"], json!(["2026-03-28"]));
    let (from, to) = ("2026-03-20T00:00:00Z", "2026-04-01T00:00:00Z");
    let listed = office.calendar(&office.grace, from, to).await;
    let day = json!({ "first": "2026-03-28", "end": "2026-03-29" });
    assert_eq!(listed[1]["allDay"], day);
}

#[tokio::test]
async fn a_meeting_outside_of_its_organizers_hours_is_written_with_a_warning() {
    let office = Office::open().await;
    let mut evenings = at("2026-03-02T19:00:00Z", "2026-03-02T19:30:00Z");
    evenings["recurrence"] = "FREQ=WEEKLY;COUNT=7".into();

    let written = office.created(&evenings).await;

    assert_eq!(written["status"], "SCHEDULED");
    let warnings = written["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0]["code"], "outsideAvailability");
    assert_eq!(warnings[0]["count"], 7);
    assert_eq!(warnings[0]["occurrences"].as_array().unwrap().len(), 5);
    let first = json!({ "startTime": "2026-03-02T19:00:00Z", "endTime": "2026-03-02T19:30:00Z" });
    assert_eq!(warnings[0]["occurrences"][0], first);
    let words = warnings[0]["message"].as_str().unwrap();
    assert!(words.starts_with("7 times within 400 days"), "{words}");

    // What is in the hours again warns of nothing.
    let path = path_of(&written);
    let grace = &office.grace;
    let moved = office.api(grace, Method::PUT, &path, &weekly()).await;
    assert_eq!(moved.json()["warnings"], json!([]), "{}", moved.text);
    // A guest is offered no such time all the same.
    assert!(!office.offers("grace", "2026-03-02T19:00:00Z").await);
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
    draft["extra"] = json!(["2026-03-12T10:00:00"]);
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
