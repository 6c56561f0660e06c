use astralis_core::model::{EventType, FieldError, Guest, MeetingType};
use astralis_core::time::TimeZoneName;
use serde::Deserialize;

use crate::pages::meeting_type_in_words;

/// What a guest typed, as they typed it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct BookForm {
    /// The time that was chosen.
    pub(super) start: String,
    /// Another time, chosen by one of the buttons that a refusal offers.
    pub(super) instead: String,
    /// Minutes; empty: the default length.
    pub(super) duration: String,
    pub(super) timezone: String,
    pub(super) hours: String,
    /// The same in every copy of one form: sending it twice books once.
    pub(super) key: String,
    pub(super) guest_name: String,
    pub(super) guest_email: String,
    pub(super) guest_phone: String,
    pub(super) description: String,
    pub(super) meeting_type: String,
    /// Not shown at first; programs fill it in. No name that a browser knows how to fill in.
    pub(super) leave_empty: String,
}

/// What a guest can fill in.
const FIELDS: [&str; 6] = [
    "guestName",
    "guestEmail",
    "guestPhone",
    "meetingType",
    "description",
    "leaveEmpty",
];

/// What is wrong with a form, by field.
#[derive(Debug, Default)]
pub(super) struct FormErrors(Vec<FieldError>);

impl FormErrors {
    pub(super) fn new(errors: Vec<FieldError>) -> Self {
        Self(errors)
    }

    /// What to say beside a field.
    pub(super) fn of(&self, field: &str) -> Option<String> {
        let found = self.0.iter().find(|error| error.field == field)?;
        Some(message(found))
    }

    /// Everything, each with where to mend it: a field on the page, or another page.
    pub(super) fn all(&self, change_time: &str) -> Vec<(String, String)> {
        let place = |error: &FieldError| match error.field {
            field if FIELDS.contains(&field) => format!("#{field}"),
            _ => change_time.to_owned(),
        };
        let all = self.0.iter().map(|error| (place(error), message(error)));
        all.collect()
    }
}

fn message(error: &FieldError) -> String {
    match (error.field, error.code) {
        ("guestName", "required") => "Please tell us your name.".to_owned(),
        ("guestEmail", "required") => "Please tell us your mail address.".to_owned(),
        ("guestEmail", _) => {
            "This does not look like a mail address. It should be like ada@example.org.".to_owned()
        }
        ("leaveEmpty", _) => {
            "Something filled in a field that must stay empty. It is empty again; please send the form once more.".to_owned()
        }
        (_, "durationNotOffered") => {
            "Meetings of this length are no longer offered. Please choose another length and time."
                .to_owned()
        }
        ("timezone", _) => "We do not know this time zone. Please choose the time again.".to_owned(),
        ("startTime" | "endTime", _) => "This time cannot be booked. Please choose another one.".to_owned(),
        (_, "required") => "Please fill this in.".to_owned(),
        _ => format!("Expected {}.", error.expected),
    }
}

/// A way to meet that can be chosen.
pub(super) struct MeetingChoice {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    pub(super) chosen: bool,
}

impl BookForm {
    /// The time that is wanted: the last one that was clicked.
    pub(super) fn wanted_start(&self) -> &str {
        if self.instead.is_empty() {
            &self.start
        } else {
            &self.instead
        }
    }

    /// The guest, if the form says well enough who it is.
    pub(super) fn guest(&self, time_zone: TimeZoneName) -> Result<Guest, Vec<FieldError>> {
        let mut errors = Vec::new();
        let required = |field| FieldError::new(field, "required", "a value");
        if self.guest_name.trim().is_empty() {
            errors.push(required("guestName"));
        }
        let email = self.guest_email.trim();
        let email = match email.parse() {
            Ok(email) => Some(email),
            Err(_) if email.is_empty() => {
                errors.push(required("guestEmail"));
                None
            }
            Err(_) => {
                let expected = "a mail address such as ada@example.org";
                errors.push(FieldError::new("guestEmail", "invalidEmail", expected));
                None
            }
        };
        if !self.leave_empty.is_empty() {
            errors.push(FieldError::new("leaveEmpty", "notEmpty", "nothing"));
        }
        match email {
            Some(email) if errors.is_empty() => Ok(Guest {
                name: self.guest_name.clone(),
                email,
                phone: some(&self.guest_phone),
                time_zone,
            }),
            _ => Err(errors),
        }
    }

    pub(super) fn note(&self) -> Option<String> {
        some(&self.description)
    }

    pub(super) fn meeting_type(&self) -> Result<Option<MeetingType>, Vec<FieldError>> {
        let word = some(&self.meeting_type);
        let parse = |word: String| {
            serde_json::from_value(word.into()).map_err(|_| {
                vec![FieldError::new(
                    "meetingType",
                    "unknown",
                    "one of the ways offered",
                )]
            })
        };
        word.map(parse).transpose()
    }

    pub(super) fn meeting_choices(&self, event_type: &EventType) -> Vec<MeetingChoice> {
        let ways = &event_type.meeting_types;
        let typed = ways.iter().any(|way| way.as_str() == self.meeting_type);
        ways.iter()
            .enumerate()
            .map(|(index, way)| MeetingChoice {
                chosen: way.as_str() == self.meeting_type || !typed && index == 0,
                value: way.as_str(),
                label: meeting_type_in_words(*way),
            })
            .collect()
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
