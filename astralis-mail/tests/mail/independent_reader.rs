//! Another implementation reads our mails: Python's `email` and PyPI's `icalendar`.

use std::io::Write;
use std::process::{Command, Stdio};

use astralis_core::model::{Message, MessageKind, RecipientRole};
use astralis_testkit::mailer::{hostile, message, python, script};
use serde_json::{Value, json};

use crate::fixture::composed;

fn read(message: &Message) -> Value {
    let mut reader = Command::new(python())
        .arg(script("read_invitation.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = reader.stdin.take().unwrap();
    stdin.write_all(&composed(message)).unwrap();
    drop(stdin);
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success(), "the reader gave up");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn both_sides_get_an_invitation_that_others_can_read() {
    for side in [RecipientRole::Guest, RecipientRole::Host] {
        let found = read(&message(MessageKind::Confirmation, side));
        assert_eq!(found["isLastAlternative"], true);
        assert_eq!(found["isAttachedToo"], true);
        assert_eq!(found["fileName"], "invite.ics");
        assert_eq!(found["partMethod"], "REQUEST");
        assert_eq!(found["partCharset"], "utf-8");
        assert_eq!(found["method"], "REQUEST");
        assert_eq!(
            found["uid"],
            "00000000-0000-0000-0000-00000000e001@astralis"
        );
        assert_eq!(found["sequence"], 0);
        assert_eq!(
            found["dtstamp"],
            json!({"at": "2026-03-01T12:00:00+00:00", "zone": "UTC"})
        );
        assert_eq!(
            found["start"],
            json!({"at": "2026-04-02T08:30:00+00:00", "zone": "UTC"})
        );
        assert_eq!(
            found["end"],
            json!({"at": "2026-04-02T09:00:00+00:00", "zone": "UTC"})
        );
        assert_eq!(found["status"], "CONFIRMED");
        assert_eq!(found["organizer"]["address"], "mailto:grace@example.com");
        assert_eq!(found["organizer"]["name"], "Grace Hopper");
        assert_eq!(found["attendees"][1]["address"], "mailto:ada@example.org");
        assert_eq!(found["attendees"][1]["name"], "Ada Lovelace");
        assert_eq!(found["attendees"][1]["status"], "ACCEPTED");
    }
}

#[test]
fn a_move_and_a_cancellation_speak_of_the_same_event() {
    let booked = read(&message(MessageKind::Confirmation, RecipientRole::Guest));
    let moved = read(&message(MessageKind::Reschedule, RecipientRole::Guest));
    let cancelled = read(&message(MessageKind::Cancellation, RecipientRole::Guest));

    assert_eq!(moved["method"], "REQUEST");
    assert_eq!(moved["sequence"], 1);
    assert_eq!(cancelled["method"], "CANCEL");
    assert_eq!(cancelled["partMethod"], "CANCEL");
    assert_eq!(cancelled["status"], "CANCELLED");
    assert_eq!(cancelled["sequence"], 1);
    assert_eq!(moved["uid"], booked["uid"]);
    assert_eq!(cancelled["uid"], booked["uid"]);
}

#[test]
fn hostile_names_stay_names() {
    let plain = read(&message(MessageKind::Confirmation, RecipientRole::Guest));
    let mut message = hostile(RecipientRole::Guest);
    message.subject_matter.event.meeting_link = None;
    let found = read(&message);

    let name = "\"Eve\";CN=x:y,  Bcc: all@example.net    ATTENDEE:mailto:eve@example.net \
                =?utf-8?q?boo?= <b>&";
    assert_eq!(found["attendees"].as_array().unwrap().len(), 2);
    assert_eq!(found["attendees"][1]["name"], name);
    assert_eq!(found["attendees"][1]["address"], "mailto:ada@example.org");
    assert_eq!(found["organizer"]["name"], name);
    let summary = found["summary"].as_str().unwrap();
    assert!(summary.starts_with("\"Eve\";CN=x:y,\nBcc: all@example.net\n\nATTENDEE:"));
    let names = |found: &Value| {
        let names = found["properties"].as_array().unwrap().clone();
        names
            .into_iter()
            .filter(|name| name != "URL")
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&found), names(&plain));
}
