use astralis_core::model::{MessageKind, RecipientRole};
use astralis_core::ports::Mailer;
use astralis_testkit::mailer::{SmtpServer, hostile, message};
use mail_parser::{HeaderName, MessageParser};

use crate::fixture::{composed, smtp_mailer};

/// The names of the headers of a mail, up to its first empty line.
fn header_names(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    let lines = headers
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']));
    lines
        .map(|line| line.split_once(':').unwrap().0.to_owned())
        .collect()
}

#[test]
fn hostile_names_add_no_header_and_stay_names() {
    for side in [RecipientRole::Guest, RecipientRole::Host] {
        let plain = composed(&message(MessageKind::Confirmation, side));
        let raw = composed(&hostile(side));
        assert_eq!(header_names(&raw), header_names(&plain));

        let mail = MessageParser::default().parse(&raw).unwrap();
        let to = mail.to().unwrap().first().unwrap();
        let name = to.name().unwrap();
        assert!(
            name.starts_with("\"Eve\";CN=x:y, Bcc: all@example.net"),
            "{name}"
        );
        assert_eq!(mail.to().unwrap().iter().count(), 1);
        assert_eq!(mail.header_values(HeaderName::Bcc).count(), 0);
    }
}

#[test]
fn html_shows_markup_as_text() {
    let raw = composed(&hostile(RecipientRole::Host));
    let mail = MessageParser::default().parse(&raw).unwrap();
    let html = mail.body_html(0).unwrap();
    assert!(!html.contains("<b>"), "{html}");
}

#[test]
fn a_very_long_name_keeps_lines_short() {
    let mut message = message(MessageKind::Confirmation, RecipientRole::Guest);
    message.to.name = "Ünïcödé ".repeat(200);
    message.host.name = "x".repeat(2000);
    let raw = composed(&message);
    for line in String::from_utf8(raw).unwrap().split("\r\n") {
        assert!(line.len() <= 998, "{} bytes", line.len());
    }
}

#[test]
fn a_date_beyond_what_headers_can_show_does_no_harm() {
    for (due_at, year) in [
        ("1960-01-01T00:00:00Z", 1970),
        ("+12000-01-01T00:00:00Z", 9999),
    ] {
        let mut message = message(MessageKind::Confirmation, RecipientRole::Guest);
        message.due_at = due_at.parse().unwrap();
        let raw = composed(&message);
        let mail = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(mail.date().unwrap().year, year);
    }
}

#[tokio::test]
async fn lines_that_begin_with_dots_arrive_as_they_were_written() {
    let server = SmtpServer::start().await;
    let mut message = message(MessageKind::Confirmation, RecipientRole::Host);
    message.subject_matter.booking.note = Some(".\n..\n.hidden\nend".to_owned());
    smtp_mailer(&server).send(&message).await.unwrap();
    let content = &server.accepted()[0].content;
    assert_eq!(content, &composed(&message));
    let text = String::from_utf8_lossy(content);
    assert!(text.contains("\r\n.\r\n..\r\n.hidden\r\n"), "{text}");
}
