use astralis_core::model::{BookingWindow, EventType, MeetingType};
use chrono::TimeDelta;
use serde::Deserialize;

use crate::desk::{DeskError, EventTypeDraft};

/// An event type as the form sends it. Everything stays text, so that what cannot be read can be
/// shown again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EventTypeForm {
    pub(super) version: u32,
    pub(super) title: String,
    pub(super) slug: String,
    pub(super) description: String,
    pub(super) location: String,
    /// Minutes, separated by commas.
    pub(super) durations: String,
    pub(super) step: String,
    pub(super) buffer_before: String,
    pub(super) buffer_after: String,
    pub(super) notice: String,
    /// Empty: no end.
    pub(super) days_ahead: String,
    pub(super) reminders: String,
    pub(super) video: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) in_person: Option<String>,
    pub(super) active: Option<String>,
    /// The booking window is one that this form cannot show; it stays as it is.
    pub(super) keeps_window: Option<String>,
}

impl EventTypeForm {
    /// The form filled in from what is stored.
    pub(super) fn of(event_type: &EventType) -> Self {
        let minutes = |delta: &TimeDelta| delta.num_minutes().to_string();
        let list = |list: &[TimeDelta]| list.iter().map(minutes).collect::<Vec<_>>().join(", ");
        let yes = |way| {
            event_type
                .meeting_types
                .contains(&way)
                .then(|| "yes".to_owned())
        };
        let (days_ahead, keeps_window) = match event_type.booking_window {
            BookingWindow::Rolling { days } => (days.to_string(), None),
            BookingWindow::Unbounded => (String::new(), None),
            _ => (String::new(), Some("yes".to_owned())),
        };
        Self {
            version: event_type.version,
            title: event_type.title.clone(),
            slug: event_type.slug.to_string(),
            description: event_type.description.clone().unwrap_or_default(),
            location: event_type.location.clone().unwrap_or_default(),
            durations: list(&event_type.durations),
            step: event_type.step.as_ref().map(minutes).unwrap_or_default(),
            buffer_before: minutes(&event_type.buffer_before),
            buffer_after: minutes(&event_type.buffer_after),
            notice: minutes(&event_type.minimum_notice),
            days_ahead,
            reminders: list(&event_type.reminders),
            video: yes(MeetingType::VideoCall),
            phone: yes(MeetingType::PhoneCall),
            in_person: yes(MeetingType::InPerson),
            active: event_type.active.then(|| "yes".to_owned()),
            keeps_window,
        }
    }

    /// A form for something new.
    pub(super) fn fresh() -> Self {
        Self {
            durations: "30".to_owned(),
            buffer_before: "0".to_owned(),
            buffer_after: "0".to_owned(),
            notice: "0".to_owned(),
            days_ahead: "60".to_owned(),
            reminders: "1440, 60".to_owned(),
            video: Some("yes".to_owned()),
            active: Some("yes".to_owned()),
            ..Self::default()
        }
    }

    /// What the form asks for.
    ///
    /// # Errors
    ///
    /// [`DeskError::Invalid`] if a number is none.
    pub(super) fn draft(&self) -> Result<EventTypeDraft, DeskError> {
        let window = match self.days_ahead.trim() {
            _ if self.keeps_window.is_some() => None,
            "" => Some(BookingWindow::Unbounded),
            days => Some(BookingWindow::Rolling {
                days: days.parse().map_err(|_| not_a_number("bookingWindow"))?,
            }),
        };
        let ways = [
            (&self.video, MeetingType::VideoCall),
            (&self.phone, MeetingType::PhoneCall),
            (&self.in_person, MeetingType::InPerson),
        ];
        let ways = ways.into_iter().filter(|(ticked, _)| ticked.is_some());
        Ok(EventTypeDraft {
            slug: Some(self.slug.trim().to_owned()),
            title: Some(self.title.clone()),
            description: Some(self.description.clone()),
            location: Some(self.location.clone()),
            duration_minutes: Some(list("durationMinutes", &self.durations)?),
            step_minutes: Some(number("stepMinutes", &self.step)?),
            buffer_before_minutes: Some(number("bufferBeforeMinutes", &self.buffer_before)?),
            buffer_after_minutes: Some(number("bufferBeforeMinutes", &self.buffer_after)?),
            minimum_notice_minutes: Some(number("minimumNoticeMinutes", &self.notice)?),
            booking_window: window,
            limits: None,
            meeting_types: Some(ways.map(|(_, way)| way).collect()),
            reminder_minutes: Some(list("reminderMinutes", &self.reminders)?),
            active: Some(self.active.is_some()),
            version: (self.version > 0).then_some(self.version),
        })
    }
}

fn number(field: &'static str, text: &str) -> Result<i32, DeskError> {
    match text.trim() {
        "" => Ok(0),
        text => text.parse().map_err(|_| not_a_number(field)),
    }
}

fn list(field: &'static str, text: &str) -> Result<Vec<i32>, DeskError> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().map_err(|_| not_a_number(field)))
        .collect()
}

fn not_a_number(field: &'static str) -> DeskError {
    DeskError::invalid(field, "malformed", "whole numbers")
}
