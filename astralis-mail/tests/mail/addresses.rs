//! Addresses of every script: as they are where people read, as mail servers take them elsewhere.

use astralis_core::model::{Message, MessageKind, RecipientRole};
use astralis_core::ports::{MailError, Mailer};
use astralis_testkit::mailer::{SmtpServer, message};
use mail_parser::MessageParser;

use crate::fixture::{composed, smtp_mailer};

/// A confirmation to one side of a meeting whose guest has this address.
fn confirmation(to: RecipientRole, guest: &str) -> Message {
    let mut message = message(MessageKind::Confirmation, to);
    let record = &mut message.subject_matter;
    record.booking.guest.email = guest.parse().unwrap();
    record.event.participants[1].email = guest.parse().unwrap();
    if to == RecipientRole::Guest {
        message.to.email = guest.parse().unwrap();
    }
    message
}

/// Whom the mail is to and whom it answers to, as its headers say it.
fn headers(raw: &[u8]) -> (String, Option<String>) {
    let mail = MessageParser::default().parse(raw).unwrap();
    let address = |of: Option<&mail_parser::Address<'_>>| {
        of.map(|list| list.first().unwrap().address().unwrap().to_owned())
    };
    (address(mail.to()).unwrap(), address(mail.reply_to()))
}

#[test]
fn whatever_is_an_address_to_us_can_be_written_to() {
    for (address, written) in [
        ("astralis@localhost", "astralis@localhost"),
        ("Ada+tag@Example.org", "Ada+tag@Example.org"),
        ("o'neil@example.co.uk", "o'neil@example.co.uk"),
        (
            "{a|b}~%$#!?=`^*/&_-@example.org",
            "{a|b}~%$#!?=`^*/&_-@example.org",
        ),
        ("1@127-0-0-1.example", "1@127-0-0-1.example"),
        ("ada@Bücher.example", "ada@xn--bcher-kva.example"),
        ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"),
    ] {
        let raw = composed(&confirmation(RecipientRole::Guest, address));
        assert_eq!(headers(&raw).0, written);
    }
}

#[test]
fn a_domain_of_any_script_can_be_answered() {
    let raw = composed(&confirmation(RecipientRole::Host, "ada@bücher.example"));
    assert_eq!(
        headers(&raw).1.as_deref(),
        Some("ada@xn--bcher-kva.example")
    );
}

#[test]
fn an_address_that_the_readers_server_may_not_take_is_in_the_text_alone() {
    let raw = composed(&confirmation(RecipientRole::Host, "josé@bücher.example"));
    assert_eq!(headers(&raw).1, None);
    let mail = MessageParser::default().parse(&raw).unwrap();
    let text = mail.body_text(0).unwrap();
    assert!(
        text.contains("With: Ada Lovelace, josé@bücher.example"),
        "{text}"
    );
    assert!(!text.contains("Reply to this mail"), "{text}");
}

#[test]
fn a_reader_with_such_an_address_can_answer_another() {
    let mut message = confirmation(RecipientRole::Host, "josé@example.org");
    message.to.email = "grâce@example.com".parse().unwrap();
    let (_, answers_to) = headers(&composed(&message));
    assert_eq!(answers_to.as_deref(), Some("josé@example.org"));
}

#[tokio::test]
async fn a_server_that_knows_ascii_alone_takes_the_hosts_mail_about_any_guest() {
    let server = SmtpServer::start_ascii_only().await;
    let mailer = smtp_mailer(&server);
    for guest in ["josé@example.org", "ada@bücher.example", "用户@例子.广告"] {
        let message = confirmation(RecipientRole::Host, guest);
        mailer.send(&message).await.unwrap();
    }
    assert_eq!(server.accepted().len(), 3);
}

#[tokio::test]
async fn such_a_server_takes_a_guests_mail_if_only_the_domain_is_beyond_ascii() {
    let server = SmtpServer::start_ascii_only().await;
    let mailer = smtp_mailer(&server);
    let domain = confirmation(RecipientRole::Guest, "ada@bücher.example");
    mailer.send(&domain).await.unwrap();
    assert_eq!(server.accepted()[0].to, ["ada@xn--bcher-kva.example"]);

    let name = confirmation(RecipientRole::Guest, "josé@example.org");
    let error = mailer.send(&name).await.unwrap_err();
    assert!(matches!(error, MailError::Permanent(_)), "{error:?}");
}

#[tokio::test]
async fn a_name_beyond_ascii_is_announced() {
    let server = SmtpServer::start().await;
    let message = confirmation(RecipientRole::Guest, "用户@example.org");
    smtp_mailer(&server).send(&message).await.unwrap();
    assert_eq!(server.accepted()[0].to, ["用户@example.org"]);
}
