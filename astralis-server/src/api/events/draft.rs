//! A meeting as it is sent.

use astralis_core::model::{FieldError, InvalidEmail, Transparency, UserId};
use astralis_core::scheduler::{EventDraft, EventTime, Invited, Invitee, OnClash, Scope};
use astralis_core::time::TimeZoneName;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::api::ApiError;
use crate::api::book::meeting_type;
use crate::api::slots::{instant, known_zone};
use crate::state::AppState;

/// What `POST` and `PUT` take. Everything can be left out here, so that every field that is
/// missing can be named at once; what an answer has besides is not read, so that one can be sent
/// back with changes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct DraftBody {
    pub(super) version: Option<u32>,
    title: Option<String>,
    description: Option<String>,
    location: Option<String>,
    meeting_link: Option<String>,
    meeting_type: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    all_day: Option<DaysBody>,
    timezone: Option<String>,
    recurrence: Option<String>,
    participants: Option<Vec<InvitedBody>>,
    transparency: Option<String>,
    on_clash: Option<String>,
}

#[derive(Debug, Deserialize)]
struct DaysBody {
    first: Option<String>,
    end: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvitedBody {
    user_id: Option<String>,
    email: Option<String>,
    name: Option<String>,
    #[serde(default)]
    optional: bool,
}

/// Which occurrences a request is about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct ScopeParams {
    scope: Option<String>,
    recurrence_id: Option<String>,
}

/// What was found wrong so far.
#[derive(Default)]
struct Findings(Vec<FieldError>);

impl Findings {
    fn keep<T>(&mut self, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.0.push(error)).ok()
    }
}

impl DraftBody {
    /// The draft, if every field has the shape it needs; `usual` are the participants of a body
    /// that names none.
    pub(super) fn checked(
        self,
        state: &AppState,
        usual: Vec<Invited>,
    ) -> Result<(EventDraft, OnClash), ApiError> {
        let mut found = Findings::default();
        let title = found.keep(required("title", self.title.as_deref()).map(str::to_owned));
        let zone = required("timezone", self.timezone.as_deref());
        let zone = found.keep(zone.and_then(|name| known_zone(state, name)));
        let span = match &self.all_day {
            Some(days) => days.checked(&mut found),
            None => Span::timed(
                self.start_time.as_deref(),
                self.end_time.as_deref(),
                &mut found,
            ),
        };
        let kind = self.meeting_type.as_deref().map(meeting_type).transpose();
        let kind = found.keep(kind);
        let transparency = found.keep(transparency(self.transparency.as_deref()));
        let on_clash = found.keep(on_clash(self.on_clash.as_deref()));
        let participants = match self.participants {
            Some(bodies) => invited(&bodies, &mut found),
            None => usual,
        };
        match (title, zone, span, kind, transparency, on_clash) {
            (
                Some(title),
                Some(zone),
                Some(span),
                Some(meeting_type),
                Some(transparency),
                Some(on_clash),
            ) if found.0.is_empty() => {
                let draft = EventDraft {
                    title,
                    description: self.description,
                    location: self.location,
                    meeting_type,
                    meeting_link: self.meeting_link,
                    time: span.on_the_clock_of(zone),
                    rule: self.recurrence.filter(|rule| !rule.trim().is_empty()),
                    participants,
                    transparency,
                };
                Ok((draft, on_clash))
            }
            _ => Err(ApiError::Invalid(found.0)),
        }
    }
}

/// From when to when, in no zone yet.
enum Span {
    Timed(DateTime<Utc>, DateTime<Utc>),
    Days(NaiveDate, NaiveDate),
}

impl Span {
    fn timed(start: Option<&str>, end: Option<&str>, found: &mut Findings) -> Option<Self> {
        let mut at = |field, text| {
            let text = required(field, text);
            found.keep(text.and_then(|text| instant(field, text)))
        };
        let (start, end) = (at("startTime", start), at("endTime", end));
        Some(Self::Timed(start?, end?))
    }

    fn on_the_clock_of(self, time_zone: TimeZoneName) -> EventTime {
        match self {
            Self::Timed(start, end) => EventTime::Timed {
                start,
                end,
                time_zone,
            },
            Self::Days(first, end) => EventTime::AllDay {
                first,
                end,
                time_zone,
            },
        }
    }
}

impl DaysBody {
    fn checked(&self, found: &mut Findings) -> Option<Span> {
        let mut date = |field, text: &Option<String>| {
            let text = required(field, text.as_deref());
            found.keep(text.and_then(|text| parsed_date(field, text)))
        };
        let (first, end) = (
            date("allDay.first", &self.first),
            date("allDay.end", &self.end),
        );
        Some(Span::Days(first?, end?))
    }
}

impl InvitedBody {
    /// Whom it names, or what is wrong with it.
    fn checked(&self) -> Result<Invitee, String> {
        match (given(&self.user_id), given(&self.email)) {
            // An answer names both; who is one of ours is known by their id.
            (Some(id), _) => {
                let id: Result<UserId, _> = id.parse();
                id.map(Invitee::User)
                    .map_err(|flaw| format!("a user's id, but: {flaw}"))
            }
            (None, Some(email)) => match email.parse() {
                Ok(email) => Ok(Invitee::Guest {
                    email,
                    name: self.name.clone().unwrap_or_default(),
                }),
                Err(InvalidEmail) => Err("a mail address such as ada@example.org".to_owned()),
            },
            (None, None) => Err("a user's id or a mail address".to_owned()),
        }
    }
}

fn invited(bodies: &[InvitedBody], found: &mut Findings) -> Vec<Invited> {
    let mut all = Vec::with_capacity(bodies.len());
    for (place, body) in bodies.iter().enumerate() {
        match body.checked() {
            Ok(who) => all.push(Invited {
                who,
                optional: body.optional,
            }),
            Err(expected) => {
                let expected = format!("at place {place}: {expected}");
                let error = FieldError::new("participants", "malformed", expected);
                found.0.push(error);
            }
        }
    }
    all
}

impl ScopeParams {
    /// Whoever names an occurrence says whether it is about that one or those that follow, too:
    /// nothing is changed that was not meant.
    pub(super) fn checked(&self) -> Result<Scope, ApiError> {
        let id = given(&self.recurrence_id).map(|text| instant("recurrenceId", text));
        let id = id.transpose();
        let id = id.map_err(|error| ApiError::Invalid(vec![error]))?;
        let wrong = |field, code, expected| {
            let error = FieldError::new(field, code, expected);
            Err(ApiError::Invalid(vec![error]))
        };
        match (given(&self.scope), id) {
            (None | Some("ALL"), None) => Ok(Scope::All),
            (Some("THIS"), Some(id)) => Ok(Scope::This(id)),
            (Some("THIS_AND_FOLLOWING"), Some(id)) => Ok(Scope::ThisAndFollowing(id)),
            (Some("THIS" | "THIS_AND_FOLLOWING"), None) => {
                wrong("recurrenceId", "required", "the occurrence that is meant")
            }
            (None | Some("ALL"), Some(_)) => {
                let expected = "THIS or THIS_AND_FOLLOWING, beside a recurrenceId";
                wrong("scope", "notOfOne", expected)
            }
            (Some(_), _) => wrong("scope", "unknown", "ALL, THIS or THIS_AND_FOLLOWING"),
        }
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn required<'a>(field: &'static str, text: Option<&'a str>) -> Result<&'a str, FieldError> {
    text.filter(|text| !text.trim().is_empty())
        .ok_or_else(|| FieldError::new(field, "required", "a value"))
}

fn parsed_date(field: &'static str, text: &str) -> Result<NaiveDate, FieldError> {
    text.parse()
        .map_err(|_| FieldError::new(field, "malformed", "a date such as 2026-03-29"))
}

fn transparency(word: Option<&str>) -> Result<Transparency, FieldError> {
    match word {
        None | Some("OPAQUE") => Ok(Transparency::Opaque),
        Some("TRANSPARENT") => Ok(Transparency::Transparent),
        Some(_) => {
            let expected = "OPAQUE or TRANSPARENT";
            Err(FieldError::new("transparency", "unknown", expected))
        }
    }
}

fn on_clash(word: Option<&str>) -> Result<OnClash, FieldError> {
    match word {
        None | Some("REFUSE") => Ok(OnClash::Refuse),
        Some("LEAVE_OUT") => Ok(OnClash::LeaveOut),
        Some(_) => {
            let expected = "REFUSE or LEAVE_OUT";
            Err(FieldError::new("onClash", "unknown", expected))
        }
    }
}
