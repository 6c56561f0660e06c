use chrono::{Datelike, NaiveDate, Weekday};

use crate::recurrence::RecurringDates;

/// On which dates a rule's hours begin.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(try_from = "wire::RuleDays", into = "wire::RuleDays")
)]
pub enum RuleDays {
    /// On one day of every week.
    Weekly(Weekday),
    /// On the dates that a recurrence rule names.
    Recurring(RecurringDates),
}

impl RuleDays {
    /// Whether `date` is one of them.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        match self {
            Self::Weekly(day) => *day == date.weekday(),
            Self::Recurring(dates) => dates.contains(date),
        }
    }
}

impl From<Weekday> for RuleDays {
    fn from(day: Weekday) -> Self {
        Self::Weekly(day)
    }
}

impl From<RecurringDates> for RuleDays {
    fn from(dates: RecurringDates) -> Self {
        Self::Recurring(dates)
    }
}

/// `"day": "MONDAY"`, or `"rule": "FREQ=…"` with `"firstDate": "2026-01-06"`.
#[cfg(feature = "serde")]
mod wire {
    use chrono::{NaiveDate, Weekday};

    use crate::recurrence::{RecurrenceRule, RecurringDates};

    const NAMES: [(&str, Weekday); 7] = [
        ("MONDAY", Weekday::Mon),
        ("TUESDAY", Weekday::Tue),
        ("WEDNESDAY", Weekday::Wed),
        ("THURSDAY", Weekday::Thu),
        ("FRIDAY", Weekday::Fri),
        ("SATURDAY", Weekday::Sat),
        ("SUNDAY", Weekday::Sun),
    ];

    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct RuleDays {
        #[serde(skip_serializing_if = "Option::is_none")]
        day: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rule: Option<RecurrenceRule>,
        #[serde(skip_serializing_if = "Option::is_none")]
        first_date: Option<NaiveDate>,
    }

    impl From<super::RuleDays> for RuleDays {
        fn from(days: super::RuleDays) -> Self {
            let (day, dates) = match days {
                super::RuleDays::Weekly(day) => (Some(name_of(day)), None),
                super::RuleDays::Recurring(dates) => (None, Some(dates)),
            };
            Self {
                day,
                rule: dates.as_ref().map(|dates| dates.rule().clone()),
                first_date: dates.map(|dates| dates.first()),
            }
        }
    }

    impl TryFrom<RuleDays> for super::RuleDays {
        type Error = String;

        fn try_from(wire: RuleDays) -> Result<Self, Self::Error> {
            match (wire.day, wire.rule, wire.first_date) {
                (Some(name), None, None) => weekday(&name).map(Self::Weekly),
                (None, Some(rule), Some(first)) => RecurringDates::new(rule, first)
                    .map(Self::Recurring)
                    .map_err(|error| error.to_string()),
                _ => Err("expected either day, or rule and firstDate".to_owned()),
            }
        }
    }

    fn name_of(day: Weekday) -> String {
        NAMES[day.num_days_from_monday() as usize].0.to_owned()
    }

    fn weekday(text: &str) -> Result<Weekday, String> {
        let found = NAMES.iter().find(|(name, _)| *name == text);
        let expected = || format!("expected a day from MONDAY to SUNDAY, got {text:?}");
        found.map(|(_, day)| *day).ok_or_else(expected)
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use crate::availability::AvailabilityRule;

    const ID: &str = "019c8f3a-0000-7000-8000-000000000001";

    fn read(days: &str) -> Result<AvailabilityRule, serde_json::Error> {
        let text = format!(
            r#"{{"id":"{ID}",{days},"startTime":"22:00","endTime":"02:00","untilNextDay":true,"active":true}}"#
        );
        let rule: AvailabilityRule = serde_json::from_str(&text)?;
        assert_eq!(
            serde_json::to_string(&rule)?,
            text,
            "reads as it is written"
        );
        Ok(rule)
    }

    #[test]
    fn a_rule_names_a_day_of_the_week_or_recurs_from_a_first_date() {
        let weekly = read(r#""day":"MONDAY""#).unwrap();
        let monday = "2026-03-02".parse().unwrap();
        assert!(weekly.days.contains(monday));
        let recurring = r#""rule":"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU","firstDate":"2026-01-06""#;
        let recurring = read(recurring).unwrap();
        assert!(recurring.days.contains("2026-03-03".parse().unwrap()));
        assert!(!recurring.days.contains("2026-03-10".parse().unwrap()));
    }

    #[test]
    fn days_that_are_half_said_or_said_twice_are_refused() {
        let either = "expected either day, or rule and firstDate";
        for (days, expected) in [
            (r#""valid":null"#, either),
            (r#""rule":"FREQ=DAILY""#, either),
            (r#""firstDate":"2026-01-06""#, either),
            (r#""day":"MONDAY","firstDate":"2026-01-06""#, either),
            (
                r#""day":"Monday""#,
                "expected a day from MONDAY to SUNDAY, got \"Monday\"",
            ),
            (
                r#""rule":"FREQ=DAILY;BYDAY=-1MO","firstDate":"2026-01-06""#,
                "-1MO counts weekdays, which a DAILY rule cannot (at byte 17)",
            ),
            (
                r#""rule":"FREQ=DAILY;BYHOUR=9","firstDate":"2026-01-06""#,
                "its BYHOUR speaks of times of the day",
            ),
        ] {
            let error = read(days).unwrap_err().to_string();
            assert!(error.contains(expected), "{days}: {error}");
        }
    }
}
