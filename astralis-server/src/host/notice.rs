use axum::http::StatusCode;

use crate::desk::DeskError;
use crate::errors::Incident;
use crate::pages::PageError;
use astralis_core::scheduler::BookError;

/// What to tell a host whose change was not made, on the page they came from.
#[derive(Debug)]
pub(super) struct Notice {
    pub(super) status: StatusCode,
    pub(super) lines: Vec<String>,
}

impl Notice {
    /// What to say, if there is anything to say.
    pub(super) fn lines(notice: Option<&Self>) -> Vec<String> {
        notice.map_or_else(Vec::new, |notice| notice.lines.clone())
    }

    /// Sorts what a page can say beside its form from what needs a page of its own.
    ///
    /// # Errors
    ///
    /// [`PageError`] for the latter.
    pub(super) fn of(error: DeskError) -> Result<Self, PageError> {
        let said = |status, line: &str| Self {
            status,
            lines: vec![line.to_owned()],
        };
        match error {
            DeskError::Invalid(fields) => Ok(Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                lines: fields
                    .iter()
                    .map(|error| format!("{}: expected {}.", label(error.field), error.expected))
                    .collect(),
            }),
            DeskError::Stale => Ok(said(
                StatusCode::CONFLICT,
                "This was changed somewhere else meanwhile. Here is how it is now; please make your change again.",
            )),
            DeskError::NotFound(what) => Err(PageError::NoSuchThing(what)),
            DeskError::Book(error) => match *error {
                BookError::Refused(_) => Ok(said(
                    StatusCode::CONFLICT,
                    "This booking is over, or was cancelled already. Nothing was changed.",
                )),
                BookError::Store(error) => Err(error.into()),
                other => Err(PageError::Incident(Incident::of(&other))),
            },
            DeskError::Calendar(error) => Err(PageError::Incident(Incident::of(&*error))),
            DeskError::Store(error) => Err(error.into()),
        }
    }
}

/// What the forms call a field.
fn label(field: &'static str) -> &'static str {
    match field {
        "startTime" => "From",
        "endTime" => "To",
        "timezone" => "Time zone",
        "date" => "Date",
        "rule" => "Repeat rule",
        "firstDate" => "First date",
        "name" => "Name",
        "email" => "Mail address",
        "slug" => "Address",
        "url" => "Calendar address",
        "title" => "Title",
        "description" => "Description",
        "location" => "Location",
        "durationMinutes" => "Durations",
        "stepMinutes" => "Step between starts",
        "bufferBeforeMinutes" => "Buffers",
        "minimumNoticeMinutes" => "Minimum notice",
        "bookingWindow" => "Days ahead",
        "reminderMinutes" => "Reminders",
        other => other,
    }
}
