use std::collections::BTreeSet;

use astralis_core::model::{MessageKind, RecipientRole};
use astralis_core::ports::Mailer;
use async_trait::async_trait;

use super::messages::{all_kinds, hostile, message};

/// A mailer together with the place where its mails end up.
#[async_trait]
pub trait MailerUnderTest: Send + Sync {
    /// The mailer.
    fn mailer(&self) -> &dyn Mailer;

    /// Every mail that arrived, one for each delivery or, where a repeat replaces the mail before,
    /// one for each message.
    async fn received(&self) -> Vec<ReceivedMail>;
}

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceivedMail {
    /// What identifies it to its reader: the `Message-ID`.
    pub message_id: String,
    /// All of it.
    pub content: Vec<u8>,
}

/// Makes one `#[tokio::test]` of each check that every mailer must pass.
///
/// Takes the name of an `async fn() -> impl MailerUnderTest` that gives a fresh one.
#[macro_export]
macro_rules! mailer_conformance {
    ($fresh:ident) => {
        $crate::mailer_conformance!(
            $fresh:
            a_message_makes_the_same_mail_each_time,
            the_identity_of_a_mail_is_that_of_its_message,
            every_kind_of_message_reaches_both_sides,
            hostile_names_are_accepted_and_stay_names,
            mails_sent_at_the_same_time_all_arrive,
        );
    };
    ($fresh:ident: $($check:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $check() {
                $crate::mailer::$check(&$fresh().await).await;
            }
        )+
    };
}

/// A retry is the same mail, byte for byte, so that readers can tell.
pub async fn a_message_makes_the_same_mail_each_time(subject: &dyn MailerUnderTest) {
    let message = message(MessageKind::Confirmation, RecipientRole::Guest);
    subject.mailer().send(&message).await.expect("first");
    subject.mailer().send(&message).await.expect("again");

    let received = subject.received().await;
    assert!(!received.is_empty(), "nothing arrived");
    assert!(received.iter().all(|mail| *mail == received[0]));
}

/// The `Message-ID` is made from the message's id, and no two messages share one.
pub async fn the_identity_of_a_mail_is_that_of_its_message(subject: &dyn MailerUnderTest) {
    let first = message(MessageKind::Confirmation, RecipientRole::Guest);
    let mut second = first.clone();
    second.id = message(MessageKind::Confirmation, RecipientRole::Host).id;
    subject.mailer().send(&first).await.expect("first");
    subject.mailer().send(&second).await.expect("second");

    let ids: BTreeSet<_> = message_ids(subject).await;
    assert_eq!(ids.len(), 2, "{ids:?}");
    for message in [first, second] {
        let id = message.id.to_string();
        assert!(ids.iter().any(|each| each.contains(&id)), "{id}: {ids:?}");
    }
}

/// No kind of message is too odd to be sent, to the guest or to the host.
pub async fn every_kind_of_message_reaches_both_sides(subject: &dyn MailerUnderTest) {
    let messages = all_kinds();
    for message in &messages {
        subject.mailer().send(message).await.expect("sent");
    }
    assert_eq!(message_ids(subject).await.len(), messages.len());
}

/// Names with quotes, line breaks and headers in them are sent, and add no header.
pub async fn hostile_names_are_accepted_and_stay_names(subject: &dyn MailerUnderTest) {
    for side in [RecipientRole::Guest, RecipientRole::Host] {
        subject.mailer().send(&hostile(side)).await.expect("sent");
    }
    for mail in subject.received().await {
        let text = String::from_utf8(mail.content).expect("mails are text");
        let (headers, _) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        assert!(!headers.to_lowercase().contains("\nbcc:"), "{headers}");
    }
}

/// Many messages at once do not get into each other's way.
pub async fn mails_sent_at_the_same_time_all_arrive(subject: &dyn MailerUnderTest) {
    let [a, b, c, d] = [1, 2, 3, 4].map(|n| {
        let mut message = message(MessageKind::Confirmation, RecipientRole::Guest);
        message.id = uuid::Uuid::from_u128(n).into();
        message
    });
    let mailer = subject.mailer();
    let sent = tokio::join!(
        mailer.send(&a),
        mailer.send(&b),
        mailer.send(&c),
        mailer.send(&d),
    );
    for sent in [sent.0, sent.1, sent.2, sent.3] {
        sent.expect("sent");
    }
    assert_eq!(message_ids(subject).await.len(), 4);
}

async fn message_ids(subject: &dyn MailerUnderTest) -> BTreeSet<String> {
    let received = subject.received().await;
    received.into_iter().map(|mail| mail.message_id).collect()
}
