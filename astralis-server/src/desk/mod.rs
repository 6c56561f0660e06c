//! What a signed-in host can look at and change. The JSON API and the host's pages both call
//! these functions, so that neither can do what the other cannot.

mod bookings;
mod error;
mod event_types;
mod feeds;
mod hours;
mod meetings;
mod profile;
mod subscriptions;

pub use bookings::{HostBooking, bookings, cancel_booking};
pub use error::{DeskError, is_stale};
pub use event_types::{EventTypeDraft, add_event_type, edit_event_type, event_type};
pub use feeds::{FeedAddresses, feed_addresses, renew_feed};
pub use hours::{
    RuleDraft, add_rule, hours, recurring_days, remove_override, remove_rule, replace_rule,
    set_override, set_time_zone,
};
pub use meetings::{MeetingError, calendar_entry, changeable_meeting, meeting, whole_days};
pub use profile::{ProfileDraft, edit_profile};
pub use subscriptions::{
    SubscriptionDraft, expedite_subscription, subscribe, subscriptions, unsubscribe,
};
