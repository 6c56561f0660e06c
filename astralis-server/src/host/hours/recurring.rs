use astralis_core::availability::{AvailabilityRule, RuleDays, Schedule};
use astralis_core::model::RuleId;
use astralis_core::recurrence::RecurringDates;
use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{HoursForm, Sent, answer, hours};
use crate::desk::{self, DeskError, RuleDraft};
use crate::host::rule_words::in_words;
use crate::host::session::SignedIn;
use crate::pages::{PageError, Reader};
use crate::state::AppState;

/// Hours of dates that recur, as the page lists them.
pub(super) struct RecurringRow {
    pub(super) id: RuleId,
    /// Which dates, if there are words for them.
    pub(super) words: Option<String>,
    /// The rule as it is written.
    pub(super) rule: String,
    pub(super) first: String,
    pub(super) hours: String,
    pub(super) active: bool,
}

/// `POST /calendar/availability/recurring`
pub(in crate::host) async fn add_recurring_rule(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
    Form(form): Form<HoursForm>,
) -> Result<Response, PageError> {
    let done = match form.recurring_rule() {
        Ok(draft) => desk::add_rule(&state, &user, Some(form.version), draft).await,
        Err(error) => Err(error),
    };
    answer(&state, &user, &headers, done, Sent::AddedRecurring(form)).await
}

/// Those of a schedule, in the order in which they begin.
pub(super) fn rows(schedule: &Schedule, reader: &Reader) -> Vec<RecurringRow> {
    let recurring = schedule.rules.iter().filter_map(|rule| match &rule.days {
        RuleDays::Recurring(dates) => Some((rule, dates)),
        RuleDays::Weekly(_) => None,
    });
    let mut recurring: Vec<_> = recurring.collect();
    recurring.sort_unstable_by_key(|(rule, dates)| (dates.first(), rule.window.start(), rule.id));
    let rows = recurring.into_iter();
    rows.map(|(rule, dates)| row(rule, dates, reader)).collect()
}

fn row(rule: &AvailabilityRule, dates: &RecurringDates, reader: &Reader) -> RecurringRow {
    RecurringRow {
        id: rule.id,
        words: in_words(dates.rule()),
        rule: dates.rule().to_string(),
        first: reader.date(dates.first()),
        hours: hours(&rule.window),
        active: rule.active,
    }
}

impl HoursForm {
    fn recurring_rule(&self) -> Result<RuleDraft, DeskError> {
        Ok(RuleDraft {
            days: desk::recurring_days(&self.rule, &self.first_date)?,
            window: self.window()?,
            active: true,
        })
    }
}
