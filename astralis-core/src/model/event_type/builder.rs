use chrono::TimeDelta;

use crate::availability::Schedule;
use crate::model::{
    BookingWindow, BufferRule, BusyPolicy, EventType, EventTypeError, HostRule, Limit, MeetingType,
};

/// Puts an [`EventType`] together; see [`EventType::builder`].
#[derive(Debug, Clone)]
pub struct EventTypeBuilder {
    pub(super) event_type: EventType,
}

macro_rules! part {
    ($(#[$doc:meta])* $name:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $type) -> Self {
            self.event_type.$name = $name;
            self
        }
    };
}

impl EventTypeBuilder {
    part!(
        /// See [`EventType::hosts`].
        hosts: HostRule
    );
    part!(
        /// See [`EventType::durations`].
        durations: Vec<TimeDelta>
    );
    part!(
        /// See [`EventType::buffer_before`].
        buffer_before: TimeDelta
    );
    part!(
        /// See [`EventType::buffer_after`].
        buffer_after: TimeDelta
    );
    part!(
        /// See [`EventType::buffer_rule`].
        buffer_rule: BufferRule
    );
    part!(
        /// See [`EventType::minimum_notice`].
        minimum_notice: TimeDelta
    );
    part!(
        /// See [`EventType::booking_window`].
        booking_window: BookingWindow
    );
    part!(
        /// See [`EventType::limits`].
        limits: Vec<Limit>
    );
    part!(
        /// See [`EventType::busy_policy`].
        busy_policy: BusyPolicy
    );
    part!(
        /// See [`EventType::meeting_types`].
        meeting_types: Vec<MeetingType>
    );
    part!(
        /// See [`EventType::reminders`].
        reminders: Vec<TimeDelta>
    );

    /// See [`EventType::title`].
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.event_type.title = title.into();
        self
    }

    /// See [`EventType::step`].
    #[must_use]
    pub fn step(mut self, step: TimeDelta) -> Self {
        self.event_type.step = Some(step);
        self
    }

    /// See [`EventType::hours`].
    #[must_use]
    pub fn hours(mut self, hours: Schedule) -> Self {
        self.event_type.hours = Some(hours);
        self
    }

    /// See [`EventType::location`].
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.event_type.location = Some(location.into());
        self
    }

    /// The event type, checked.
    ///
    /// # Errors
    ///
    /// An [`EventTypeError`] that names the first part that cannot be as it is.
    pub fn build(self) -> Result<EventType, EventTypeError> {
        self.event_type.check()?;
        Ok(self.event_type)
    }
}
