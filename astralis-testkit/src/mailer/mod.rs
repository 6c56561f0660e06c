//! Mails in tests: messages to send, the suite that every mailer passes, and an SMTP server that
//! is stricter than real ones and fails on demand.

mod conformance;
mod messages;
mod python;
mod smtp_server;

pub use conformance::{
    MailerUnderTest, ReceivedMail, a_message_makes_the_same_mail_each_time,
    every_kind_of_message_reaches_both_sides, hostile_names_are_accepted_and_stay_names,
    mails_sent_at_the_same_time_all_arrive, the_identity_of_a_mail_is_that_of_its_message,
};
pub use messages::{all_kinds, hostile, message};
pub use python::{python, script};
pub use smtp_server::{Accepted, Fault, Phase, SmtpServer};
