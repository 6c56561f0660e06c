//! What people receive. Read a changed snapshot as its reader would.

use astralis_core::model::{Message, MessageKind, RecipientRole};
use astralis_testkit::mailer::{all_kinds, message};
use chrono::TimeDelta;
use mail_parser::{MessageParser, MessagePart, MimeHeaders};

use crate::fixture::composed;

/// Subject, people and text, as a mail program shows them.
fn shown(message: &Message) -> String {
    let raw = composed(message);
    let mail = MessageParser::default().parse(&raw).unwrap();
    format!(
        "Subject: {}\nText:\n{}",
        mail.subject().unwrap(),
        mail.body_text(0).unwrap().replace("\r\n", "\n"),
    )
}

fn media_type(part: &MessagePart<'_>) -> String {
    let found = part.content_type().unwrap();
    format!("{}/{}", found.ctype(), found.subtype().unwrap())
}

#[test]
fn the_text_of_every_kind_for_both_sides() {
    for message in all_kinds() {
        let name = format!("text {} {:?}", message.kind, message.to.role);
        insta::assert_snapshot!(name.to_lowercase().replace(' ', "_"), shown(&message));
    }
}

#[test]
fn a_whole_mail() {
    let message = message(MessageKind::Reschedule, RecipientRole::Guest);
    let mail = String::from_utf8(composed(&message)).unwrap();
    insta::assert_snapshot!(mail.replace("\r\n", "\n"));
}

#[test]
fn a_page_in_html() {
    let message = message(MessageKind::Confirmation, RecipientRole::Host);
    let raw = composed(&message);
    let mail = MessageParser::default().parse(&raw).unwrap();
    insta::assert_snapshot!(mail.body_html(0).unwrap().replace("\r\n", "\n"));
}

#[test]
fn the_other_sides_time_is_left_out_when_both_clocks_agree() {
    let mut message = message(
        MessageKind::Reminder {
            before: TimeDelta::hours(24),
        },
        RecipientRole::Guest,
    );
    message.to.time_zone = "Europe/Berlin".parse().unwrap();
    let text = shown(&message);
    assert!(
        text.contains("10:30–11:00 (Europe/Berlin, UTC+02:00)"),
        "{text}"
    );
    assert!(!text.contains("For Grace"), "{text}");
}

#[test]
fn only_bookings_moves_and_cancellations_carry_a_calendar() {
    for message in all_kinds() {
        let raw = composed(&message);
        let mail = MessageParser::default().parse(&raw).unwrap();
        let types: Vec<_> = mail.parts.iter().map(media_type).collect();
        let expected: &[&str] = match message.kind {
            MessageKind::Reminder { .. } | MessageKind::Conflict => {
                &["multipart/alternative", "text/plain", "text/html"]
            }
            _ => &[
                "multipart/mixed",
                "multipart/alternative",
                "text/plain",
                "text/html",
                "text/calendar",
                "application/ics",
            ],
        };
        assert_eq!(types, expected, "{}", message.kind);
    }
}

#[test]
fn a_title_that_does_not_name_the_other_side_is_completed_in_the_subject() {
    let mut message = message(MessageKind::Confirmation, RecipientRole::Guest);
    message.subject_matter.event.title = "About the engine".to_owned();
    let text = shown(&message);
    assert!(
        text.starts_with("Subject: Confirmed: About the engine with Grace Hopper, Thu 2 Apr"),
        "{text}"
    );
}

#[test]
fn the_guests_link_is_in_the_guests_calendar_alone() {
    for (side, has_link) in [(RecipientRole::Guest, true), (RecipientRole::Host, false)] {
        let raw = composed(&message(MessageKind::Confirmation, side));
        let mail = MessageParser::default().parse(&raw).unwrap();
        let is_calendar = |part: &&MessagePart<'_>| media_type(part) == "text/calendar";
        let calendar = mail.parts.iter().find(is_calendar).unwrap();
        let text = calendar.text_contents().unwrap().replace("\r\n ", "");
        assert_eq!(text.contains("https://book.example.net/"), has_link);
    }
}
