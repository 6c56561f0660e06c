use astralis_core::model::{MessageKind, RecipientRole};

/// What a mail says apart from its facts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// What the subject begins with.
    pub(super) opening: &'static str,
    /// The heading.
    pub(super) heading: &'static str,
    /// The first sentence.
    pub(super) lead: String,
    /// The color of the line above the facts.
    pub(super) accent: &'static str,
}

const SUCCESS: &str = "#38A169";
const CHANGE: &str = "#2B6CB0";
const WARNING: &str = "#DD6B20";
const ERROR: &str = "#E53E3E";

/// Chooses the words for a kind of message to one side; `other` is what to call the other side.
///
/// They say nothing that may be wrong by the time they are read: a reminder can arrive late, and
/// a move may have been anybody's.
pub(super) fn words(kind: MessageKind, reader: RecipientRole, other: &str) -> Words {
    let to_host = reader == RecipientRole::Host;
    match kind {
        MessageKind::Confirmation if to_host => Words {
            opening: "New booking",
            heading: "You have a new booking",
            lead: format!("{other} has booked a time with you."),
            accent: SUCCESS,
        },
        MessageKind::Confirmation => Words {
            opening: "Confirmed",
            heading: "Your meeting is confirmed",
            lead: format!("You are meeting {other}. The invitation is attached."),
            accent: SUCCESS,
        },
        MessageKind::Reschedule => Words {
            opening: "Moved",
            heading: "Your meeting has moved",
            lead: format!("Your meeting with {other} has a new time. The invitation is attached."),
            accent: CHANGE,
        },
        MessageKind::Cancellation => Words {
            opening: "Cancelled",
            heading: "Your meeting is cancelled",
            lead: format!("Your meeting with {other} will not take place."),
            accent: ERROR,
        },
        MessageKind::Reminder { .. } => Words {
            opening: "Reminder",
            heading: "Your meeting is coming up",
            lead: format!("This is a reminder of your meeting with {other}."),
            accent: CHANGE,
        },
        MessageKind::Conflict if to_host => Words {
            opening: "Conflict",
            heading: "Two events want the same time",
            lead: format!(
                "An event in your calendar takes part of the time of your meeting with {other}. \
                 The meeting stands until you move or cancel it."
            ),
            accent: WARNING,
        },
        // Guests are not told what else is in the host's calendar.
        _ => Words {
            opening: "Please note",
            heading: "Your meeting may have to move",
            lead: format!(
                "{other} may not be free for your meeting. It stands until you hear more."
            ),
            accent: WARNING,
        },
    }
}
