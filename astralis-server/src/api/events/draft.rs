//! A meeting as it is sent.

use astralis_core::model::{FieldError, InvalidEmail, Transparency, UserId};
use astralis_core::scheduler::{
    EventDraft, EventTime, Invited, Invitee, MAX_PARTICIPANTS, OnClash, Scope,
};
use astralis_core::time::TimeZoneName;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
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
    extra: Option<Vec<String>>,
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

/// A draft with what of it could not be read, where something stands in that the scheduler refuses
/// as well: so it concludes nothing from it, and can be asked about the rest.
pub(super) struct ReadDraft {
    pub(super) draft: EventDraft,
    pub(super) on_clash: OnClash,
    pub(super) unreadable: Findings,
}

/// What was found wrong so far.
#[derive(Default)]
pub(super) struct Findings(Vec<FieldError>);

impl Findings {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// With what was found of the fields that could be read.
    pub(super) fn and(mut self, mut others: Vec<FieldError>) -> ApiError {
        others.retain(|other| self.0.iter().all(|one| one.field != other.field));
        self.0.extend(others);
        ApiError::Invalid(self.0)
    }

    fn or<T>(&mut self, parsed: Result<T, FieldError>, stand_in: T) -> T {
        parsed.unwrap_or_else(|error| {
            self.0.push(error);
            stand_in
        })
    }
}

impl DraftBody {
    /// The draft; `usual` are the participants of a body that names none.
    pub(super) fn read(self, state: &AppState, usual: Vec<Invited>) -> ReadDraft {
        let mut found = Findings::default();
        let title = required("title", self.title.as_deref()).map(str::to_owned);
        let title = found.or(title, String::new());
        let zone = required("timezone", self.timezone.as_deref());
        let zone = zone.and_then(|name| known_zone(state, name));
        let zone = found.or(zone, no_zone());
        let days = self.all_day.as_ref();
        let time = match days {
            Some(days) => days.read(zone, &mut found),
            None => self.stretch(zone, &mut found),
        };
        let kind = self.meeting_type.as_deref().map(meeting_type).transpose();
        let extra = self.extra.map(|texts| {
            let dates = extra_dates(&texts, days.is_some());
            found.or(dates, Vec::new())
        });
        let participants = match self.participants {
            Some(bodies) => invited(&bodies, &mut found),
            None => usual,
        };
        let draft = EventDraft {
            title,
            description: self.description,
            location: self.location,
            meeting_type: found.or(kind, None),
            meeting_link: self.meeting_link,
            time,
            rule: self.recurrence.filter(|rule| !rule.trim().is_empty()),
            extra,
            participants,
            transparency: found.or(
                transparency(self.transparency.as_deref()),
                Transparency::Opaque,
            ),
        };
        ReadDraft {
            draft,
            on_clash: found.or(on_clash(self.on_clash.as_deref()), OnClash::Refuse),
            unreadable: found,
        }
    }

    fn stretch(&self, time_zone: TimeZoneName, found: &mut Findings) -> EventTime {
        let mut at = |field, text: &Option<String>| {
            let text = required(field, text.as_deref());
            let instant = text.and_then(|text| instant(field, text));
            found.or(instant, no_date().and_time(NaiveTime::MIN).and_utc())
        };
        EventTime::Timed {
            start: at("startTime", &self.start_time),
            end: at("endTime", &self.end_time),
            time_zone,
        }
    }
}

impl DaysBody {
    fn read(&self, time_zone: TimeZoneName, found: &mut Findings) -> EventTime {
        let mut date = |field, text: &Option<String>| {
            let text = required(field, text.as_deref());
            found.or(text.and_then(|text| parsed_date(field, text)), no_date())
        };
        EventTime::AllDay {
            first: date("allDay.first", &self.first),
            end: date("allDay.end", &self.end),
            time_zone,
        }
    }
}

/// A zone that no zone data have.
fn no_zone() -> TimeZoneName {
    "Unreadable".parse().expect("letters are a name")
}

/// A date long before those that meetings can have.
const fn no_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).expect("a date")
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

/// Of too many, one too many is read: that is enough to say so.
fn invited(bodies: &[InvitedBody], found: &mut Findings) -> Vec<Invited> {
    let mut all = Vec::new();
    for (place, body) in bodies.iter().take(MAX_PARTICIPANTS + 1).enumerate() {
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

/// The dates that no rule names. Of those that cannot be read, the first is spoken of: there may be
/// as many as fit into a request.
fn extra_dates(texts: &[String], is_of_days: bool) -> Result<Vec<NaiveDateTime>, FieldError> {
    let read = |(place, text): (usize, &String)| {
        extra_date(text, is_of_days).map_err(|expected| {
            let expected = format!("at place {place}: {expected}");
            FieldError::new("extra", "malformed", expected)
        })
    };
    texts.iter().enumerate().map(read).collect()
}

/// A wall-clock time, or the date of whole days; or else what was expected.
fn extra_date(text: &str, is_of_days: bool) -> Result<NaiveDateTime, &'static str> {
    let (date, expected) = if is_of_days {
        let date = text.parse().map(|date: NaiveDate| date.into());
        (date, "a date such as 2026-03-29")
    } else {
        let expected = "a time on the clock of the time zone, such as 2026-03-29T10:00:00";
        (text.parse(), expected)
    };
    date.map_err(|_| expected)
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
