use astralis_core::availability::{
    AvailabilityRule, DateOverride, LocalWindow, RuleDays, Schedule,
};
use astralis_core::model::{RuleId, User};
use astralis_core::ports::HostProfile;
use astralis_core::recurrence::{InvalidRule, RecurrenceRule, RecurringDates};
use astralis_core::time::TimeZoneName;
use chrono::NaiveDate;

use crate::desk::DeskError;
use crate::state::AppState;

/// Nobody has more rules than this, nor more overrides.
const MOST_ENTRIES: usize = 500;

/// An availability rule before it has an id.
#[derive(Debug, Clone)]
pub struct RuleDraft {
    /// The dates on which it begins.
    pub days: RuleDays,
    /// The hours.
    pub window: LocalWindow,
    /// Whether it opens anything.
    pub active: bool,
}

/// The dates that a recurrence rule names from a first one on, both as somebody wrote them.
///
/// # Errors
///
/// [`DeskError::Invalid`] about the field `rule`, with what is wrong in it and where, or about
/// `firstDate`.
pub fn recurring_days(rule: &str, first_date: &str) -> Result<RuleDays, DeskError> {
    let flawed = |code, flaw: &dyn std::error::Error| {
        let expected = format!("a recurrence rule that names dates, but {flaw}");
        DeskError::invalid("rule", code, expected)
    };
    let rule: Result<RecurrenceRule, InvalidRule> = rule.trim().parse();
    let rule = rule.map_err(|flaw| flawed("malformed", &flaw))?;
    let first = first_date.parse();
    let first = first
        .map_err(|_| DeskError::invalid("firstDate", "malformed", "a date such as 2026-01-06"))?;
    let dates = RecurringDates::new(rule, first);
    let dates = dates.map_err(|flaw| flawed("notOfDates", &flaw))?;
    Ok(dates.into())
}

/// The host's hours, with their version.
///
/// # Errors
///
/// [`DeskError`].
pub async fn hours(state: &AppState, user: &User) -> Result<HostProfile, DeskError> {
    Ok(state.store().host(user.org, user.id).await?)
}

/// Adds a rule.
///
/// # Errors
///
/// [`DeskError`].
pub async fn add_rule(
    state: &AppState,
    user: &User,
    expected_version: Option<u32>,
    draft: RuleDraft,
) -> Result<AvailabilityRule, DeskError> {
    let rule = rule(state.scheduler.next_id().into(), draft);
    edit(state, user, expected_version, |schedule| {
        schedule.rules.push(rule.clone());
        Ok(rule)
    })
    .await
}

/// Replaces a rule.
///
/// # Errors
///
/// [`DeskError::NotFound`] if the host has no rule with this id, or as for any change.
pub async fn replace_rule(
    state: &AppState,
    user: &User,
    expected_version: Option<u32>,
    id: RuleId,
    draft: RuleDraft,
) -> Result<AvailabilityRule, DeskError> {
    edit(state, user, expected_version, |schedule| {
        let found = schedule.rules.iter_mut().find(|rule| rule.id == id);
        let found = found.ok_or(DeskError::NotFound("availability rule"))?;
        let valid = found.valid;
        *found = AvailabilityRule {
            valid,
            ..rule(id, draft)
        };
        Ok(found.clone())
    })
    .await
}

/// Removes a rule.
///
/// # Errors
///
/// [`DeskError::NotFound`] if the host has no rule with this id, or as for any change.
pub async fn remove_rule(
    state: &AppState,
    user: &User,
    expected_version: Option<u32>,
    id: RuleId,
) -> Result<(), DeskError> {
    edit(state, user, expected_version, |schedule| {
        let before = schedule.rules.len();
        schedule.rules.retain(|rule| rule.id != id);
        if schedule.rules.len() < before {
            Ok(())
        } else {
            Err(DeskError::NotFound("availability rule"))
        }
    })
    .await
}

/// Gives one date hours of its own in place of what its rules say; none means closed.
///
/// # Errors
///
/// [`DeskError`].
pub async fn set_override(
    state: &AppState,
    user: &User,
    expected_version: Option<u32>,
    date: NaiveDate,
    windows: Vec<LocalWindow>,
) -> Result<DateOverride, DeskError> {
    let entry = DateOverride {
        id: state.scheduler.next_id().into(),
        date,
        windows,
    };
    edit(state, user, expected_version, |schedule| {
        schedule.overrides.retain(|entry| entry.date != date);
        schedule.overrides.push(entry.clone());
        schedule.overrides.sort_unstable_by_key(|entry| entry.date);
        Ok(entry)
    })
    .await
}

/// Gives one date the hours of its rules back.
///
/// # Errors
///
/// [`DeskError::NotFound`] if the date has no hours of its own, or as for any change.
pub async fn remove_override(
    state: &AppState,
    user: &User,
    expected_version: Option<u32>,
    date: NaiveDate,
) -> Result<(), DeskError> {
    edit(state, user, expected_version, |schedule| {
        let before = schedule.overrides.len();
        schedule.overrides.retain(|entry| entry.date != date);
        if schedule.overrides.len() < before {
            Ok(())
        } else {
            Err(DeskError::NotFound("date override"))
        }
    })
    .await
}

/// Changes the zone whose clock the hours are read on. The hours keep their wall-clock times;
/// bookings that exist stay where they are.
///
/// # Errors
///
/// [`DeskError`]; an unknown zone is invalid.
pub async fn set_time_zone(
    state: &AppState,
    user: &User,
    expected_version: Option<u32>,
    name: &str,
) -> Result<TimeZoneName, DeskError> {
    let zone = known_zone(state, name)?;
    edit(state, user, expected_version, |schedule| {
        schedule.time_zone = zone.clone();
        Ok(zone)
    })
    .await
}

pub(super) fn known_zone(state: &AppState, name: &str) -> Result<TimeZoneName, DeskError> {
    let found = name
        .parse()
        .and_then(|name: TimeZoneName| state.scheduler.zones().zone(&name));
    let zone = found.map_err(|_| {
        DeskError::invalid(
            "timezone",
            "unknownTimeZone",
            "the name of a time zone such as Europe/Paris",
        )
    })?;
    Ok(zone.name().clone())
}

fn rule(id: RuleId, draft: RuleDraft) -> AvailabilityRule {
    AvailabilityRule {
        id,
        days: draft.days,
        window: draft.window,
        active: draft.active,
        valid: None,
    }
}

/// One change of the schedule: reads, changes, checks, and saves it if nobody was faster.
async fn edit<T>(
    state: &AppState,
    user: &User,
    expected_version: Option<u32>,
    change: impl FnOnce(&mut Schedule) -> Result<T, DeskError>,
) -> Result<T, DeskError> {
    let HostProfile {
        mut schedule,
        schedule_version,
        ..
    } = hours(state, user).await?;
    if expected_version.is_some_and(|expected| expected != schedule_version) {
        return Err(DeskError::Stale);
    }
    let changed = change(&mut schedule)?;
    schedule.check()?;
    if schedule.rules.len().max(schedule.overrides.len()) > MOST_ENTRIES {
        let expected = format!("at most {MOST_ENTRIES} entries");
        return Err(DeskError::invalid("availability", "tooMany", expected));
    }
    state
        .store()
        .save_schedule(user.org, user.id, &schedule, schedule_version)
        .await?;
    Ok(changed)
}
