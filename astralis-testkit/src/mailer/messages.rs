use astralis_core::model::{
    Booking, BookingRecord, BookingState, CalendarEvent, EventStatus, Guest, MeetingType, Message,
    MessageKind, Origin, Participant, ParticipationStatus, Recipient, RecipientRole, Transparency,
    UserId, When,
};
use astralis_core::time::Interval;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Every kind of message, once for each side.
#[must_use]
pub fn all_kinds() -> Vec<Message> {
    let before = TimeDelta::hours(1);
    let kinds = [
        MessageKind::Confirmation,
        MessageKind::Reschedule,
        MessageKind::Cancellation,
        MessageKind::Reminder { before },
        MessageKind::Conflict,
    ];
    let sides = [RecipientRole::Guest, RecipientRole::Host];
    let both = |kind| sides.map(|side| message(kind, side));
    kinds.into_iter().flat_map(both).collect()
}

/// A message about one meeting: Ada Lovelace in New York books Grace Hopper in Paris for
/// Thursday 2 April 2026, 10:30 to 11:00 in Paris. Before a move it was an hour earlier.
///
/// Each kind and side has an id of its own, always the same.
#[must_use]
pub fn message(kind: MessageKind, to: RecipientRole) -> Message {
    let record = record(kind);
    let host = Recipient {
        role: RecipientRole::Host,
        name: "Grace Hopper".to_owned(),
        email: "grace@example.com".parse().expect("a mail address"),
        time_zone: "Europe/Paris".parse().expect("a zone name"),
    };
    let guest = Recipient {
        role: RecipientRole::Guest,
        name: record.booking.guest.name.clone(),
        email: record.booking.guest.email.clone(),
        time_zone: record.booking.guest.time_zone.clone(),
    };
    let moved = matches!(kind, MessageKind::Reschedule);
    Message {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{kind} {to:?}").as_bytes()).into(),
        org: record.event.org,
        event: record.event.id,
        booking: record.booking.id,
        kind,
        to: match to {
            RecipientRole::Host => host.clone(),
            _ => guest,
        },
        host,
        sequence: record.event.sequence,
        previous: moved.then(|| interval("2026-04-02T07:30Z/2026-04-02T08:00Z")),
        due_at: record.event.updated_at,
        subject_matter: record,
    }
}

/// A confirmation in which every text that people choose tries to be more than a text.
#[must_use]
pub fn hostile(to: RecipientRole) -> Message {
    const NAME: &str = "\"Eve\";CN=x:y,\r\nBcc: all@example.net\r\n\r\nATTENDEE:mailto:eve@example.net\0 =?utf-8?q?boo?= <b>&";
    let mut message = message(MessageKind::Confirmation, to);
    let record = &mut message.subject_matter;
    NAME.clone_into(&mut record.booking.guest.name);
    NAME.clone_into(&mut record.event.title);
    record.booking.note = Some(NAME.to_owned());
    record.event.description = Some(NAME.to_owned());
    record.event.location = Some(NAME.to_owned());
    for participant in &mut record.event.participants {
        NAME.clone_into(&mut participant.name);
    }
    NAME.clone_into(&mut message.host.name);
    NAME.clone_into(&mut message.to.name);
    message
}

fn record(kind: MessageKind) -> BookingRecord {
    let event = event(kind);
    let guest = &event.participants[1];
    let booking = Booking {
        id: Uuid::from_u128(0xb001).into(),
        org: event.org,
        event: event.id,
        event_type: Uuid::from_u128(0xe771).into(),
        event_type_version: 1,
        guest: Guest {
            name: guest.name.clone(),
            email: guest.email.clone(),
            phone: Some("+1 212 555 0100".to_owned()),
            time_zone: "America/New_York".parse().expect("a zone name"),
        },
        note: event.description.clone(),
        state: match kind {
            MessageKind::Cancellation => BookingState::Cancelled,
            _ => BookingState::Confirmed,
        },
        link_generation: 1,
        version: event.version,
        created_at: event.created_at,
    };
    BookingRecord { booking, event }
}

fn event(kind: MessageKind) -> CalendarEvent {
    let during = interval("2026-04-02T08:30Z/2026-04-02T09:00Z");
    let host = UserId::new(Uuid::from_u128(0xa001));
    let sequence = match kind {
        MessageKind::Reschedule | MessageKind::Cancellation => 1,
        _ => 0,
    };
    CalendarEvent {
        id: Uuid::from_u128(0xe001).into(),
        org: Uuid::from_u128(0x0001).into(),
        title: "Intro call: Ada Lovelace and Grace Hopper".to_owned(),
        description: Some("I would like to talk about the engine.\nBring numbers!".to_owned()),
        when: When::Timed {
            local_start: during.start().naive_utc() + TimeDelta::hours(2),
            time_zone: "Europe/Paris".parse().expect("a zone name"),
            during,
            zone_data: "2026e".to_owned(),
        },
        recurrence: None,
        occurrence_of: None,
        organizer: host,
        participants: vec![
            participant(Some(host), "Grace Hopper", "grace@example.com"),
            participant(None, "Ada Lovelace", "ada@example.org"),
        ],
        location: None,
        meeting_type: Some(MeetingType::VideoCall),
        meeting_link: Some("https://meet.example.com/intro".to_owned()),
        status: match kind {
            MessageKind::Cancellation => EventStatus::Cancelled,
            _ => EventStatus::Confirmed,
        },
        conflicts: Vec::new(),
        transparency: Transparency::Opaque,
        uid: "00000000-0000-0000-0000-00000000e001@astralis".to_owned(),
        sequence,
        version: sequence + 1,
        origin: Origin::Booked,
        created_at: instant("2026-03-01T12:00:00Z"),
        updated_at: instant("2026-03-01T12:00:00Z") + TimeDelta::days(sequence.into()),
    }
}

fn participant(user: Option<UserId>, name: &str, email: &str) -> Participant {
    Participant {
        user,
        email: email.parse().expect("a mail address"),
        name: name.to_owned(),
        status: ParticipationStatus::Accepted,
        optional: false,
    }
}

fn interval(text: &str) -> Interval {
    text.parse().expect("an interval")
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}
