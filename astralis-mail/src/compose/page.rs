use askama::Template;
use astralis_core::model::{MeetingType, Message, MessageKind, Recipient, RecipientRole};
use astralis_core::time::{Zone, ZoneDatabase};

use super::mail::Links;
use super::one_line::one_line;
use super::when::{in_short, in_words, same_clock, timed, zone_or_utc};
use super::words::{Words, words};

/// All that a mail shows, as HTML.
#[derive(Template)]
#[template(path = "mail.html")]
pub(super) struct Page {
    pub(super) subject: String,
    heading: &'static str,
    greeting: String,
    lead: String,
    facts: Vec<Labelled>,
    note: Option<Labelled>,
    action: Option<Labelled>,
    closing: String,
    accent: &'static str,
}

/// The same as plain text.
#[derive(Template)]
#[template(path = "mail.txt")]
struct PlainPage<'a> {
    greeting: &'a str,
    lead: &'a str,
    facts: &'a [Labelled],
    note: Option<&'a Labelled>,
    action: Option<&'a Labelled>,
    closing: &'a str,
}

/// A text with what it is.
struct Labelled {
    label: String,
    value: String,
}

impl Labelled {
    /// Whether it is where a video call takes place; nothing that a guest typed becomes a link.
    fn is_link(&self) -> bool {
        self.label == LINK
            && (self.value.starts_with("https://") || self.value.starts_with("http://"))
    }
}

const LINK: &str = "Link";

impl Page {
    /// `replies` tells whether an answer to the mail reaches the other side.
    pub(super) fn of(
        message: &Message,
        replies: bool,
        zones: &ZoneDatabase,
        links: &Links,
    ) -> Self {
        let record = &message.subject_matter;
        let other = other_side(message);
        let reader = zone_or_utc(zones, &message.to.time_zone);
        let Words {
            opening,
            heading,
            lead,
            accent,
        } = words(message.kind, message.to.role, &other.name);
        let title = one_line(&record.event.title);
        let with = match &other.name {
            // As the title does that we give.
            name if title.contains(name) => String::new(),
            name => format!(" with {name}"),
        };
        let when = in_short(&record.event.when, &reader);
        Self {
            subject: format!("{opening}: {title}{with}, {when}"),
            heading,
            greeting: format!("Hello {},", one_line(&message.to.name)),
            lead,
            facts: facts(message, &other, &reader, zones),
            note: note(message),
            action: action(message, links),
            closing: closing(&other, replies),
            accent,
        }
    }

    pub(super) fn html(&self) -> Result<String, askama::Error> {
        self.render()
    }

    pub(super) fn text(&self) -> Result<String, askama::Error> {
        let page = PlainPage {
            greeting: &self.greeting,
            lead: &self.lead,
            facts: &self.facts,
            note: self.note.as_ref(),
            action: self.action.as_ref(),
            closing: &self.closing,
        };
        page.render()
    }
}

/// Whom the reader meets.
pub(super) fn other_side(message: &Message) -> Recipient {
    let guest = &message.subject_matter.booking.guest;
    let (role, name, email, time_zone) = match message.to.role {
        RecipientRole::Guest => {
            let host = &message.host;
            (host.role, &host.name, &host.email, &host.time_zone)
        }
        _ => (
            RecipientRole::Guest,
            &guest.name,
            &guest.email,
            &guest.time_zone,
        ),
    };
    Recipient {
        role,
        name: one_line(name),
        email: email.clone(),
        time_zone: time_zone.clone(),
    }
}

fn facts(
    message: &Message,
    other: &Recipient,
    reader: &Zone,
    zones: &ZoneDatabase,
) -> Vec<Labelled> {
    let event = &message.subject_matter.event;
    let mut facts = vec![
        labelled("What", one_line(&event.title)),
        labelled("When", in_words(&event.when, reader)),
    ];
    let theirs = zone_or_utc(zones, &other.time_zone);
    if !same_clock(event.when.during(), reader, &theirs) {
        let label = format!("For {}", other.name);
        facts.push(labelled(label, in_words(&event.when, &theirs)));
    }
    if let Some(previous) = message.previous {
        facts.push(labelled("It was", timed(previous, reader)));
    }
    facts.push(labelled("With", format!("{}, {}", other.name, other.email)));
    if message.kind != MessageKind::Cancellation {
        facts.extend(how_to_meet(message));
    }
    facts
}

fn how_to_meet(message: &Message) -> Vec<Labelled> {
    let record = &message.subject_matter;
    let event = &record.event;
    let how = event.meeting_type.map(|kind| match kind {
        MeetingType::VideoCall => "Video call",
        MeetingType::PhoneCall => "Phone call",
        MeetingType::InPerson => "In person",
        _ => "Meeting",
    });
    let phone = match message.to.role {
        RecipientRole::Guest => "Your phone",
        _ => "Phone",
    };
    let known = [
        ("How", how),
        ("Where", event.location.as_deref()),
        (LINK, event.meeting_link.as_deref()),
        (phone, record.booking.guest.phone.as_deref()),
    ];
    let known = known.into_iter();
    known
        .filter_map(|(label, value)| Some(labelled(label, one_line(value?))))
        .collect()
}

fn note(message: &Message) -> Option<Labelled> {
    let note = message.subject_matter.booking.note.as_deref()?;
    let label = match message.to.role {
        RecipientRole::Guest => "Your note".to_owned(),
        _ => format!("Note from {}", other_side(message).name),
    };
    let text = note.replace("\r\n", "\n");
    let text = text.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "");
    Some(labelled(label, text))
}

/// Where to go from here; a guest has nothing left to do with a cancelled meeting.
fn action(message: &Message, links: &Links) -> Option<Labelled> {
    let over = message.kind == MessageKind::Cancellation;
    match message.to.role {
        RecipientRole::Guest if over => None,
        RecipientRole::Guest => {
            let link = (links.manage)(&message.subject_matter.booking);
            Some(labelled("Move or cancel", link))
        }
        _ => Some(labelled("See your bookings", &links.dashboard)),
    }
}

/// How to reach the other side.
fn closing(other: &Recipient, replies: bool) -> String {
    if replies {
        format!("Reply to this mail to write to {}.", other.name)
    } else {
        format!("Write to {} to reach {}.", other.email, other.name)
    }
}

fn labelled(label: impl Into<String>, value: impl Into<String>) -> Labelled {
    Labelled {
        label: label.into(),
        value: value.into(),
    }
}
