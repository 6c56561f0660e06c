use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::model::{BookingRecord, Message, MessageKind, Recipient, RecipientRole};
use crate::ports::HostProfile;
use crate::scheduler::terms::Terms;
use crate::time::Interval;

impl Terms {
    /// The messages that follow a booking or a move: the word itself to everybody, now, and the
    /// reminders that are still ahead.
    pub(super) fn invite(
        &self,
        record: &BookingRecord,
        kind: MessageKind,
        previous: Option<Interval>,
    ) -> Vec<Message> {
        let start = record.event.when.during().start();
        let mut messages = self.tell(record, kind, previous, self.now);
        for &before in &self.event_type.reminders {
            let due_at = start.checked_sub_signed(before);
            if let Some(due_at) = due_at.filter(|due_at| *due_at > self.now) {
                let reminder = MessageKind::Reminder { before };
                messages.extend(self.tell(record, reminder, None, due_at));
            }
        }
        messages
    }

    /// One message to the guest and one to each host.
    pub(super) fn tell(
        &self,
        record: &BookingRecord,
        kind: MessageKind,
        previous: Option<Interval>,
        due_at: DateTime<Utc>,
    ) -> Vec<Message> {
        let organizer = host_recipient(self.organizer());
        let guest = std::iter::once(guest_recipient(record));
        let message =
            |to: Recipient| message(record, kind, to, organizer.clone(), previous, due_at);
        guest
            .chain(self.hosts.iter().map(host_recipient))
            .map(message)
            .collect()
    }
}

/// A message whose id follows from its key: planning it again makes the same message.
pub(super) fn message(
    record: &BookingRecord,
    kind: MessageKind,
    to: Recipient,
    host: Recipient,
    previous: Option<Interval>,
    due_at: DateTime<Utc>,
) -> Message {
    let mut message = Message {
        id: Uuid::nil().into(),
        org: record.event.org,
        event: record.event.id,
        booking: record.booking.id,
        kind,
        to,
        host,
        sequence: record.event.sequence,
        subject_matter: record.clone(),
        previous,
        due_at,
    };
    message.id = Uuid::new_v5(&record.event.id.as_uuid(), message.key().as_bytes()).into();
    message
}

fn guest_recipient(record: &BookingRecord) -> Recipient {
    let guest = &record.booking.guest;
    Recipient {
        role: RecipientRole::Guest,
        name: guest.name.clone(),
        email: guest.email.clone(),
        time_zone: guest.time_zone.clone(),
    }
}

pub(super) fn host_recipient(host: &HostProfile) -> Recipient {
    Recipient {
        role: RecipientRole::Host,
        name: host.user.name.clone(),
        email: host.user.email.clone(),
        time_zone: host.user.time_zone.clone(),
    }
}
