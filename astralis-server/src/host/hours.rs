use askama::Template;
use astralis_core::availability::{AvailabilityRule, LocalWindow, RuleDays, Schedule};
use astralis_core::model::{RuleId, User};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDate, Weekday};
use serde::Deserialize;

use crate::desk::{self, DeskError, RuleDraft};
use crate::host::hours::recurring::RecurringRow;
use crate::host::notice::Notice;
use crate::host::session::SignedIn;
use crate::pages::{PageError, Reader, ZoneChoice, render};
use crate::state::AppState;

mod recurring;

pub(super) use recurring::add_recurring_rule;

const PATH: &str = "/calendar/availability";

const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

/// Weekly hours, those of dates that recur, date overrides and their zone.
#[derive(Template)]
#[template(path = "host_hours.html")]
struct HoursPage {
    notice: Vec<String>,
    version: u32,
    zone: ZoneChoice,
    days: Vec<Day>,
    added: Entry,
    recurring: Vec<RecurringRow>,
    added_recurring: Entry,
    overrides: Vec<OverrideRow>,
    dated: Entry,
}

struct Day {
    name: &'static str,
    rules: Vec<Entry>,
}

/// One form of the page: as things are, or as it was sent, with what is wrong with it.
struct Entry {
    /// The rule's id, or a name of its own on the page.
    id: String,
    form: HoursForm,
    error: Option<String>,
}

struct OverrideRow {
    date: NaiveDate,
    words: String,
    hours: String,
}

/// A rule, or the hours of a date, as the forms send them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct HoursForm {
    version: u32,
    day: String,
    rule: String,
    first_date: String,
    date: String,
    from: String,
    to: String,
    next_day: Option<String>,
    active: Option<String>,
    closed: Option<String>,
    timezone: String,
}

/// Which form was sent, and what it said.
enum Sent {
    Rule(RuleId, HoursForm),
    Added(HoursForm),
    AddedRecurring(HoursForm),
    Dated(HoursForm),
    /// Nothing that anybody typed.
    Button,
}

/// `GET /calendar/availability`
pub(super) async fn show(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&state, &user, &headers, None, Sent::Button).await
}

/// `POST /calendar/availability`
pub(super) async fn add_rule(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
    Form(form): Form<HoursForm>,
) -> Result<Response, PageError> {
    let done = match form.rule(true) {
        Ok(draft) => desk::add_rule(&state, &user, Some(form.version), draft).await,
        Err(error) => Err(error),
    };
    answer(&state, &user, &headers, done, Sent::Added(form)).await
}

/// `POST /calendar/availability/{id}`
pub(super) async fn replace_rule(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<HoursForm>,
) -> Result<Response, PageError> {
    let id: RuleId = id.parse().map_err(|_| PageError::NoSuchThing("rule"))?;
    let done = match form.rule(form.active.is_some()) {
        Ok(draft) => desk::replace_rule(&state, &user, Some(form.version), id, draft).await,
        Err(error) => Err(error),
    };
    answer(&state, &user, &headers, done, Sent::Rule(id, form)).await
}

/// `POST /calendar/availability/{id}/remove`
pub(super) async fn remove_rule(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<HoursForm>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| PageError::NoSuchThing("rule"))?;
    let done = desk::remove_rule(&state, &user, Some(form.version), id).await;
    answer(&state, &user, &headers, done, Sent::Button).await
}

/// `POST /calendar/availability/overrides`
pub(super) async fn set_override(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
    Form(form): Form<HoursForm>,
) -> Result<Response, PageError> {
    let done = match form.date_hours() {
        Ok((date, windows)) => {
            desk::set_override(&state, &user, Some(form.version), date, windows).await
        }
        Err(error) => Err(error),
    };
    answer(&state, &user, &headers, done, Sent::Dated(form)).await
}

/// `POST /calendar/availability/overrides/{date}/remove`
pub(super) async fn remove_override(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(date): Path<String>,
    headers: HeaderMap,
    Form(form): Form<HoursForm>,
) -> Result<Response, PageError> {
    let date = date.parse().map_err(|_| PageError::NoSuchThing("date"))?;
    let done = desk::remove_override(&state, &user, Some(form.version), date).await;
    answer(&state, &user, &headers, done, Sent::Button).await
}

/// `POST /calendar/availability/time-zone`
pub(super) async fn set_time_zone(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
    Form(form): Form<HoursForm>,
) -> Result<Response, PageError> {
    let done = desk::set_time_zone(&state, &user, Some(form.version), &form.timezone).await;
    answer(&state, &user, &headers, done, Sent::Button).await
}

async fn answer<T>(
    state: &AppState,
    user: &User,
    headers: &HeaderMap,
    done: Result<T, DeskError>,
    sent: Sent,
) -> Result<Response, PageError> {
    match done {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(error) => page(state, user, headers, Some(Notice::of(error)?), sent).await,
    }
}

async fn page(
    state: &AppState,
    user: &User,
    headers: &HeaderMap,
    notice: Option<Notice>,
    sent: Sent,
) -> Result<Response, PageError> {
    let profile = state.store().host(user.org, user.id).await?;
    let schedule = &profile.schedule;
    let zones = state.scheduler.zones();
    let own_zone = Some(schedule.time_zone.as_str());
    let (reader, unknown) = Reader::new(zones, &user.time_zone, own_zone, None, headers);
    let forms = Forms::of(schedule).with(sent, notice.as_ref());
    let view = HoursPage {
        version: profile.schedule_version,
        zone: ZoneChoice::new(zones, &reader, state.scheduler.now(), unknown),
        days: forms.days,
        added: forms.added,
        recurring: recurring::rows(schedule, &reader),
        added_recurring: forms.added_recurring,
        overrides: overrides(schedule, &reader),
        dated: forms.dated,
        notice: notice.as_ref().map(|n| n.lines.clone()).unwrap_or_default(),
    };
    Ok(render(notice.map_or(StatusCode::OK, |n| n.status), &view))
}

/// Every form of the page in which hours are typed.
struct Forms {
    days: Vec<Day>,
    added: Entry,
    added_recurring: Entry,
    dated: Entry,
}

impl Forms {
    fn of(schedule: &Schedule) -> Self {
        Self {
            days: days(schedule),
            added: Entry::fresh("added", HoursForm::default()),
            added_recurring: Entry::fresh("recurring", HoursForm::default()),
            dated: Entry::to_date(),
        }
    }

    /// The same with the form that was sent as it was typed, and what is wrong with it.
    fn with(mut self, sent: Sent, notice: Option<&Notice>) -> Self {
        let error = notice.map(|notice| notice.lines.join(" "));
        let invalid =
            notice.is_some_and(|notice| notice.status == StatusCode::UNPROCESSABLE_ENTITY);
        match sent {
            Sent::Added(form) => self.added = self.added.sent(form, error),
            Sent::AddedRecurring(form) => {
                self.added_recurring = self.added_recurring.sent(form, error);
            }
            Sent::Dated(form) => self.dated = self.dated.sent(form, error),
            // A rule that was changed meanwhile is shown as it is now.
            Sent::Rule(id, form) if invalid => {
                let mut rules = self.days.iter_mut().flat_map(|day| &mut day.rules);
                if let Some(entry) = rules.find(|entry| entry.id == id.to_string()) {
                    (entry.form, entry.error) = (form, error);
                }
            }
            Sent::Rule(..) | Sent::Button => {}
        }
        self
    }
}

fn days(schedule: &Schedule) -> Vec<Day> {
    let rules_of = |day: Weekday| {
        let mut rules: Vec<_> = schedule
            .rules
            .iter()
            .filter(|rule| rule.days == RuleDays::Weekly(day))
            .collect();
        rules.sort_unstable_by_key(|rule| (rule.window.start(), rule.id));
        rules.into_iter().map(Entry::of_rule).collect()
    };
    DAYS.iter()
        .map(|(day, name)| Day {
            name,
            rules: rules_of(*day),
        })
        .collect()
}

fn overrides(schedule: &Schedule, reader: &Reader) -> Vec<OverrideRow> {
    let rows = schedule.overrides.iter().map(|entry| OverrideRow {
        date: entry.date,
        words: reader.date(entry.date),
        hours: match entry.windows.as_slice() {
            [] => "closed".to_owned(),
            windows => windows.iter().map(hours).collect::<Vec<_>>().join(", "),
        },
    });
    rows.collect()
}

/// `09:00–12:00`
fn hours(window: &LocalWindow) -> String {
    let next_day = if window.ends_next_day() {
        " of the next day"
    } else {
        ""
    };
    format!("{}–{}{next_day}", window.start(), window.end())
}

impl Entry {
    fn of_rule(rule: &AvailabilityRule) -> Self {
        let checked = |on: bool| on.then(|| "yes".to_owned());
        let form = HoursForm {
            from: rule.window.start().to_string(),
            to: rule.window.end().to_string(),
            next_day: checked(rule.window.ends_next_day()),
            active: checked(rule.active),
            ..HoursForm::default()
        };
        Self {
            id: rule.id.to_string(),
            form,
            error: None,
        }
    }

    /// The form for a date: most often a day off.
    fn to_date() -> Self {
        let closed = HoursForm {
            closed: Some("yes".to_owned()),
            ..HoursForm::default()
        };
        Self::fresh("dated", closed)
    }

    /// A form for what is not there yet.
    fn fresh(id: &str, form: HoursForm) -> Self {
        let form = HoursForm {
            from: "09:00".to_owned(),
            to: "17:00".to_owned(),
            ..form
        };
        Self {
            id: id.to_owned(),
            form,
            error: None,
        }
    }

    fn sent(self, form: HoursForm, error: Option<String>) -> Self {
        Self {
            form,
            error,
            ..self
        }
    }
}

impl HoursForm {
    fn rule(&self, active: bool) -> Result<RuleDraft, DeskError> {
        let day = DAYS.iter().find(|(_, name)| *name == self.day);
        let (day, _) =
            day.ok_or_else(|| DeskError::invalid("day", "unknown", "a day from Monday to Sunday"))?;
        Ok(RuleDraft {
            days: (*day).into(),
            window: self.window()?,
            active,
        })
    }

    fn date_hours(&self) -> Result<(NaiveDate, Vec<LocalWindow>), DeskError> {
        let date = self
            .date
            .parse()
            .map_err(|_| DeskError::invalid("date", "malformed", "a date such as 2026-03-29"))?;
        let windows = if self.closed.is_some() {
            Vec::new()
        } else {
            vec![self.window()?]
        };
        Ok((date, windows))
    }

    fn window(&self) -> Result<LocalWindow, DeskError> {
        let time = |field, text: &str| {
            text.parse().map_err(|_| {
                DeskError::invalid(field, "malformed", "a time from 00:00 to 24:00 as HH:MM")
            })
        };
        let (from, to) = (time("startTime", &self.from)?, time("endTime", &self.to)?);
        let window = if self.next_day.is_some() {
            LocalWindow::until_next_day(from, to)
        } else {
            LocalWindow::new(from, to)
        };
        Ok(window?)
    }
}
