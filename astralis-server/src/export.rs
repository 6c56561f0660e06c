//! `astralis-server export --user <slug>`: a calendar becomes a file.
//!
//! Reads the same database as a running server, and changes nothing.

use std::path::PathBuf;

use astralis_core::icalendar::{BusyCalendar, Calendar};
use astralis_core::model::User;
use astralis_core::ports::StoreError;
use astralis_core::scheduler::Scheduler;
use astralis_core::time::{Interval, UnknownTimeZone};
use chrono::{Days, NaiveDate};

use crate::named_user::{NoSuchUser, named_user};

/// How far ahead busy time is listed if no date is named, in days.
pub const BUSY_DAYS_AHEAD: u64 = 400;

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct ExportCommand {
    /// The slug or id of the user whose calendar it is.
    pub user: String,
    /// The first day, where the user is. `None`: as far back as the books go; today, for busy time.
    pub from: Option<NaiveDate>,
    /// The day after the last one. `None`: as far ahead as they go; [`BUSY_DAYS_AHEAD`] from the
    /// first day, for busy time.
    pub to: Option<NaiveDate>,
    /// Whether to tell when, and nothing of what.
    pub busy_only: bool,
    /// Where it goes; `None`: standard output.
    pub file: Option<PathBuf>,
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportCommandError {
    /// `--user` names nobody.
    #[error(transparent)]
    User(#[from] NoSuchUser),
    /// The days end before they begin, or there are no such days where the user is.
    #[error("there is no time from {from} to {to}")]
    NoDays {
        /// The first day.
        from: NaiveDate,
        /// The day after the last one.
        to: NaiveDate,
    },
    /// The zone data do not know where the user is.
    #[error("the user's days cannot be told")]
    Zone(#[from] UnknownTimeZone),
    /// The store could not answer.
    #[error("the database does not answer")]
    Store(#[from] StoreError),
}

/// The calendar as text: the meetings that overlap the days asked for, series whole, without what the
/// user declined; or when they are busy on those days, as far as no busy calendar of somebody else
/// says so.
///
/// # Errors
///
/// [`ExportCommandError`]: there is no calendar; never a shorter one.
pub async fn export(
    scheduler: &Scheduler,
    command: &ExportCommand,
) -> Result<String, ExportCommandError> {
    let user = named_user(&**scheduler.store(), &command.user).await?;
    let window = window(scheduler, command, &user)?;
    if command.busy_only {
        let busy = scheduler.published_busy_time(user.org, user.id, window);
        let calendar = BusyCalendar {
            name: &user.name,
            owner: user.id,
            id: user.id.as_uuid(),
            busy: &busy.await?,
            as_of: scheduler.now(),
            refresh: None,
        };
        return Ok(calendar.to_string());
    }
    let events = scheduler
        .published_events(user.org, user.id, window)
        .await?;
    Ok(Calendar::new(&user.name, &events, scheduler.zones()).to_string())
}

fn window(
    scheduler: &Scheduler,
    command: &ExportCommand,
    user: &User,
) -> Result<Interval, ExportCommandError> {
    let zone = scheduler.zones().zone(&user.time_zone)?;
    let today = zone.date_at(scheduler.now());
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("every year begins");
    let (first, end) = if command.busy_only {
        let first = command.from.unwrap_or(today);
        (first, first.checked_add_days(Days::new(BUSY_DAYS_AHEAD)))
    } else {
        (year(1900), Some(year(2200)))
    };
    let from = command.from.unwrap_or(first);
    let to = command.to.or(end).unwrap_or(from);
    let bounds = zone.start_of(from).zip(zone.start_of(to));
    let days = bounds.and_then(|(start, end)| Interval::new(start, end).ok());
    days.ok_or(ExportCommandError::NoDays { from, to })
}

#[cfg(test)]
mod tests;
