use std::sync::Arc;
use std::time::SystemTime;

use astralis_core::icalendar::{Cancellation, Invitation, Meeting};
use astralis_core::model::{Booking, Message, MessageKind, RecipientRole};
use astralis_core::ports::{BoxError, MailError};
use astralis_core::time::ZoneDatabase;
use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, MultiPart, SinglePart};

use super::address::{answers_to, domain, mailbox};
use super::page::{Page, other_side};
use crate::config::Sender;

/// Where the links in mails lead.
#[derive(Clone)]
pub struct Links {
    /// The guest's page of a booking: see, move, cancel.
    pub manage: Arc<dyn Fn(&Booking) -> String + Send + Sync>,
    /// The host's page with upcoming bookings.
    pub dashboard: String,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links")
            .field("dashboard", &self.dashboard)
            .finish_non_exhaustive()
    }
}

/// Makes mails of messages: pure, so that a message always makes the same bytes.
#[derive(Debug, Clone)]
pub struct Composer {
    /// Whom mails are from.
    pub sender: Sender,
    /// Where their links lead.
    pub links: Links,
    /// What resolves their times.
    pub zones: ZoneDatabase,
}

impl Composer {
    /// The whole mail: text, HTML and, where the message calls for it, the invitation, both as the
    /// last alternative (RFC 6047) and as a file.
    ///
    /// # Errors
    ///
    /// [`MailError::Permanent`] if an address in it is none that SMTP can carry.
    pub fn compose(&self, message: &Message) -> Result<lettre::Message, MailError> {
        let other = other_side(message);
        let answers_to = answers_to(&other.name, &other.email, &message.to.email);
        let page = Page::of(message, answers_to.is_some(), &self.zones, &self.links);
        let body = self.body(message, &page).map_err(permanent)?;
        let mut mail = lettre::Message::builder()
            .message_id(Some(self.message_id(message)))
            .date(date(message))
            .from(mailbox(&self.sender.name, &self.sender.email)?);
        if let Some(other) = answers_to {
            mail = mail.reply_to(other);
        }
        mail.to(mailbox(&message.to.name, &message.to.email)?)
            .subject(&page.subject)
            .header(AutoSubmitted)
            .multipart(body)
            .map_err(permanent)
    }

    /// Made from the message's id alone, so that a repeated delivery can be told by its reader.
    fn message_id(&self, message: &Message) -> String {
        let domain = domain(&self.sender.email).unwrap_or_else(|_| "localhost".to_owned());
        format!("<{}@{domain}>", message.id)
    }

    fn body(&self, message: &Message, page: &Page) -> Result<MultiPart, askama::Error> {
        // Boundaries come from the id too: random ones would make a retry another mail.
        let boundary = |part: &str| format!("{}-{part}", message.id);
        let alternatives = MultiPart::alternative()
            .boundary(boundary("alternative"))
            .singlepart(SinglePart::plain(page.text()?))
            .singlepart(SinglePart::html(page.html()?));
        let Some(calendar) = self.calendar(message) else {
            return Ok(alternatives);
        };
        let alternative = SinglePart::builder()
            .header(calendar.content_type("text/calendar"))
            .body(calendar.text.clone());
        let file = Attachment::new("invite.ics".to_owned()).body(
            calendar.text.clone(),
            calendar.content_type("application/ics"),
        );
        Ok(MultiPart::mixed()
            .boundary(boundary("mixed"))
            .multipart(alternatives.singlepart(alternative))
            .singlepart(file))
    }

    /// The invitation or cancellation of a message, if its kind carries one. The guest's has the
    /// link to their own page in its description; the host's has not, since it speaks for the guest.
    ///
    /// Hosts get a REQUEST too, although they are the ORGANIZER: with a PUBLISH calendars offer
    /// no more than a copy, which no later mail moves or removes.
    fn calendar(&self, message: &Message) -> Option<CalendarPart> {
        let mut event = message.subject_matter.event.clone();
        if message.to.role == RecipientRole::Guest && message.kind != MessageKind::Cancellation {
            let link = (self.links.manage)(&message.subject_matter.booking);
            let before = event
                .description
                .map_or_else(String::new, |text| text + "\n\n");
            event.description = Some(format!("{before}Move or cancel: {link}"));
        }
        match message.kind {
            MessageKind::Confirmation | MessageKind::Reschedule => Some(CalendarPart {
                method: "REQUEST",
                text: Invitation(Meeting::new(&event, &self.zones)).to_string(),
            }),
            MessageKind::Cancellation => Some(CalendarPart {
                method: "CANCEL",
                text: Cancellation(Meeting::new(&event, &self.zones)).to_string(),
            }),
            _ => None,
        }
    }
}

/// An iTIP message as a part of a mail.
struct CalendarPart {
    method: &'static str,
    text: String,
}

impl CalendarPart {
    /// RFC 6047 §2.4: the method is to be repeated as a parameter.
    fn content_type(&self, media_type: &str) -> ContentType {
        ContentType::parse(&format!(
            "{media_type}; charset=utf-8; method={}",
            self.method
        ))
        .expect("a literal with a word")
    }
}

/// A machine wrote this (RFC 3834): out-of-office notices are not sent back.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, BoxError> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// When it was to be sent, within the years that a header can show.
fn date(message: &Message) -> SystemTime {
    const LAST: DateTime<Utc> = DateTime::from_timestamp(253_402_300_799, 0).expect("year 9999");
    message.due_at.clamp(DateTime::UNIX_EPOCH, LAST).into()
}

fn permanent(error: impl Into<BoxError>) -> MailError {
    MailError::Permanent(error.into())
}
