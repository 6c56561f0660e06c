use astralis_core::time::Interval;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::errors::Incident;
use crate::pages::{PageError, Reader};

/// How many days one page shows.
const DAYS: i64 = 30;

/// Nobody leafs further than that.
const FURTHEST: u32 = 50;

/// How many pages further than the first one.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
pub(super) struct Leaf {
    #[serde(default)]
    page: u32,
}

/// The days that a page shows, and where it leads.
pub(super) struct Days {
    pub(super) window: Interval,
    /// Such as `Sunday 1 March 2026 to Tuesday 31 March 2026`.
    pub(super) words: String,
    pub(super) earlier: Option<String>,
    pub(super) later: Option<String>,
}

impl Leaf {
    /// The days of this page among those of `path`.
    pub(super) fn days(
        self,
        path: &str,
        now: DateTime<Utc>,
        reader: &Reader,
    ) -> Result<Days, PageError> {
        let page = self.page.min(FURTHEST);
        let from = now + TimeDelta::days(DAYS * i64::from(page));
        let window = Interval::starting_at(from, TimeDelta::days(DAYS))
            .map_err(|error| PageError::Incident(Incident::of(&error)))?;
        let date = |at| reader.date(reader.zone.date_at(at));
        Ok(Days {
            window,
            words: format!("{} to {}", date(window.start()), date(window.end())),
            earlier: page
                .checked_sub(1)
                .map(|page| format!("{path}?page={page}")),
            later: (page < FURTHEST).then(|| format!("{path}?page={}", page + 1)),
        })
    }
}
