//! The words of the domain, as plain values.
//!
//! Nothing here decides anything beyond "is this value well-formed": the rules stand in
//! [`policy`](crate::policy).

mod booking;
mod claim;
mod email;
mod event;
mod event_type;
mod ids;
mod message;
#[cfg(feature = "serde")]
pub(crate) mod minutes;
mod organization;
mod recurrence;
mod subscription;
mod text;

pub use booking::{Booking, BookingRecord, BookingState, Guest, Tally};
pub use claim::{Blocking, BusyKind, BusyPolicy, Claim};
pub use email::{EmailAddress, InvalidEmail};
pub use event::{
    CalendarEvent, Conflict, EventStatus, Origin, Participant, ParticipationStatus, Transparency,
    When,
};
pub use event_type::{
    BookingWindow, BufferRule, EventType, EventTypeBuilder, EventTypeError, HostRule, Limit,
    LimitAmount, LimitPeriod, MAX_BUFFER, MAX_DURATION, MAX_GAP, MeetingType,
};
pub use ids::{
    BookingId, ClaimId, CommandId, EventId, EventTypeId, LeaseToken, MessageId, OrgId, RuleId,
    SubjectId, SubscriptionId, UserId,
};
pub use message::{DeliveryState, Message, MessageKind, Recipient, RecipientRole};
pub use organization::{InvalidSlug, Organization, Role, Slug, User};
pub use recurrence::{ChangedOccurrence, Recurrence};
pub use subscription::{
    CalendarReading, CalendarSubscription, CalendarUrl, InvalidCalendarUrl, SubscriptionState,
    Validators,
};
pub use text::{FieldError, check_line, check_text};
