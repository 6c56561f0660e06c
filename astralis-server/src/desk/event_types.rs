use astralis_core::model::{
    BookingWindow, EventType, EventTypeId, FieldError, Limit, MeetingType, Slug, User, check_text,
};
use chrono::TimeDelta;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::state::AppState;

/// No list of an event type is longer.
const LONGEST_LIST: usize = 20;

/// What a host can say about an event type. When editing, what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventTypeDraft {
    /// The last part of its address. Needed for a new one.
    pub slug: Option<String>,
    /// What guests read.
    pub title: Option<String>,
    /// What guests read below it; empty: nothing.
    pub description: Option<String>,
    /// The durations a guest can choose, the default first. Needed for a new one.
    pub duration_minutes: Option<Vec<i32>>,
    /// Time between two starts; 0: the duration.
    pub step_minutes: Option<i32>,
    /// Kept free before.
    pub buffer_before_minutes: Option<i32>,
    /// Kept free after.
    pub buffer_after_minutes: Option<i32>,
    /// How long before the start it can still be booked.
    pub minimum_notice_minutes: Option<i32>,
    /// How far ahead it can be booked.
    pub booking_window: Option<BookingWindow>,
    /// How much of it there may be.
    pub limits: Option<Vec<Limit>>,
    /// How people meet.
    pub meeting_types: Option<Vec<MeetingType>>,
    /// Where; empty: nothing said.
    pub location: Option<String>,
    /// How long before the start reminders go out.
    pub reminder_minutes: Option<Vec<i32>>,
    /// Whether it can be booked.
    pub active: Option<bool>,
    /// The version that was read, if the change must not overwrite a newer one.
    pub version: Option<u32>,
}

/// One of the host's own event types.
///
/// # Errors
///
/// [`DeskError::NotFound`] for anybody else's.
pub async fn event_type(
    state: &AppState,
    user: &User,
    id: EventTypeId,
) -> Result<EventType, DeskError> {
    let all = state.store().event_types(user.org, user.id).await?;
    all.into_iter()
        .find(|each| each.id == id)
        .ok_or(DeskError::NotFound("event type"))
}

/// Adds an event type to the host's page.
///
/// # Errors
///
/// [`DeskError`].
pub async fn add_event_type(
    state: &AppState,
    user: &User,
    draft: &EventTypeDraft,
) -> Result<EventType, DeskError> {
    let required = |field| DeskError::invalid(field, "required", "a value");
    let slug = draft.slug.as_deref().ok_or_else(|| required("slug"))?;
    let minutes = draft.duration_minutes.as_deref().unwrap_or_default();
    let duration = minutes.first().ok_or_else(|| required("durationMinutes"))?;
    let event_type = EventType::builder(
        state.scheduler.next_id().into(),
        user.org,
        user.id,
        parse_slug(slug)?,
        TimeDelta::minutes((*duration).into()),
    )
    .build()?;
    let event_type = draft.applied_to(event_type)?;
    state.store().save_event_type(&event_type).await?;
    Ok(event_type)
}

/// Changes what `draft` names. Bookings that exist are not touched.
///
/// # Errors
///
/// [`DeskError::Stale`] if the draft names an older version, or as for any change.
pub async fn edit_event_type(
    state: &AppState,
    user: &User,
    id: EventTypeId,
    draft: &EventTypeDraft,
) -> Result<EventType, DeskError> {
    let found = event_type(state, user, id).await?;
    if draft
        .version
        .is_some_and(|version| version != found.version)
    {
        return Err(DeskError::Stale);
    }
    let mut changed = draft.applied_to(found)?;
    changed.version += 1;
    state.store().save_event_type(&changed).await?;
    Ok(changed)
}

impl EventTypeDraft {
    fn applied_to(&self, mut to: EventType) -> Result<EventType, DeskError> {
        self.check_lists()?;
        if let Some(slug) = &self.slug {
            to.slug = parse_slug(slug)?;
        }
        if let Some(title) = &self.title {
            to.title = text("title", title, 1, 200)?.unwrap_or_default();
        }
        if let Some(description) = &self.description {
            to.description = text("description", description, 0, 2000)?;
        }
        if let Some(location) = &self.location {
            to.location = text("location", location, 0, 500)?;
        }
        let list = |list: &[i32]| list.iter().copied().map(minutes).collect();
        set(
            &mut to.durations,
            self.duration_minutes.as_deref().map(list),
        );
        set(
            &mut to.reminders,
            self.reminder_minutes.as_deref().map(list),
        );
        let step = self.step_minutes;
        set(
            &mut to.step,
            step.map(|step| (step != 0).then(|| minutes(step))),
        );
        set(
            &mut to.buffer_before,
            self.buffer_before_minutes.map(minutes),
        );
        set(&mut to.buffer_after, self.buffer_after_minutes.map(minutes));
        set(
            &mut to.minimum_notice,
            self.minimum_notice_minutes.map(minutes),
        );
        set(&mut to.booking_window, self.booking_window);
        set(&mut to.limits, self.limits.clone());
        set(&mut to.meeting_types, self.meeting_types.clone());
        set(&mut to.active, self.active);
        to.check()?;
        Ok(to)
    }

    fn check_lists(&self) -> Result<(), DeskError> {
        let length = |list: Option<usize>| list.unwrap_or_default();
        let lists = [
            (
                "durationMinutes",
                length(self.duration_minutes.as_ref().map(Vec::len)),
            ),
            (
                "reminderMinutes",
                length(self.reminder_minutes.as_ref().map(Vec::len)),
            ),
            ("limits", length(self.limits.as_ref().map(Vec::len))),
            (
                "meetingTypes",
                length(self.meeting_types.as_ref().map(Vec::len)),
            ),
        ];
        let errors: Vec<_> = lists
            .into_iter()
            .filter(|(_, length)| *length > LONGEST_LIST)
            .map(|(field, _)| {
                FieldError::new(field, "tooMany", format!("at most {LONGEST_LIST} entries"))
            })
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(DeskError::Invalid(errors))
        }
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn minutes(minutes: i32) -> TimeDelta {
    TimeDelta::minutes(minutes.into())
}

/// Checked and trimmed; `None` if nothing is left.
fn text(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<Option<String>, DeskError> {
    let text =
        check_text(field, text, min, max).map_err(|error| DeskError::Invalid(vec![error]))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn parse_slug(slug: &str) -> Result<Slug, DeskError> {
    slug.parse().map_err(|_| {
        DeskError::invalid(
            "slug",
            "invalidSlug",
            "1 to 64 lower-case letters, digits and inner hyphens that are no UUID",
        )
    })
}
