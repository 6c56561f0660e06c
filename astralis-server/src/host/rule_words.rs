use astralis_core::recurrence::{By, End, Frequency, NthWeekday, RecurrenceRule, Until};
use chrono::Weekday;

/// A rule of dates as people say it: "every 2 weeks on Tuesday, 10 times". `None` for what is
/// better read as it is written.
pub(super) fn in_words(rule: &RecurrenceRule) -> Option<String> {
    let unit = match rule.frequency() {
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
        _ => return None,
    };
    let every = match rule.interval().get() {
        1 => format!("every {unit}"),
        interval => format!("every {interval} {unit}s"),
    };
    let end = match rule.end() {
        End::Never => String::new(),
        End::Count(count) => format!(", {count} times"),
        End::Until(Until::Date(date)) => format!(", until {}", date.format("%-d %B %Y")),
        End::Until(_) => return None,
    };
    Some(format!("{every}{}{end}", days_in_words(rule)?))
}

fn days_in_words(rule: &RecurrenceRule) -> Option<String> {
    let By {
        weekdays,
        month_days,
        set_positions,
        ..
    } = rule.by();
    let mut others = rule.by().clone();
    others.weekdays.clear();
    others.month_days.clear();
    others.set_positions.clear();
    // Where weeks begin decides only which of several weeks are meant.
    let counts_weeks = rule.frequency() == Frequency::Weekly && rule.interval().get() > 1;
    let is_unusual = counts_weeks && rule.week_start() != Weekday::Mon;
    if others != By::default() || is_unusual {
        return None;
    }
    match (&**weekdays, &**month_days, &**set_positions) {
        ([], [], []) => Some(String::new()),
        ([], [day], []) if *day > 0 => Some(format!(" on day {day}")),
        ([], [-1], []) => Some(" on the last day".to_owned()),
        (days, [], []) => {
            let days: Option<Vec<_>> = days.iter().map(weekday_in_words).collect();
            Some(format!(" on {}", days?.join(", ")))
        }
        (days, [], [position]) if is_workweek(days) => {
            Some(format!(" on the {} working day", ordinal(*position)?))
        }
        _ => None,
    }
}

fn is_workweek(days: &[NthWeekday]) -> bool {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};

    days.iter().all(|one| one.nth.is_none())
        && days.iter().map(|one| one.day).eq([Mon, Tue, Wed, Thu, Fri])
}

fn weekday_in_words(one: &NthWeekday) -> Option<String> {
    let name = match one.day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    };
    match one.nth {
        None => Some(name.to_owned()),
        Some(nth) => Some(format!("the {} {name}", ordinal(nth)?)),
    }
}

fn ordinal(number: i16) -> Option<&'static str> {
    match number {
        1 => Some("first"),
        2 => Some("second"),
        3 => Some("third"),
        4 => Some("fourth"),
        5 => Some("fifth"),
        -1 => Some("last"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_rules_have_words_and_the_others_are_left_as_they_are() {
        for (rule, words) in [
            ("FREQ=DAILY", Some("every day")),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
                Some("every 2 weeks on Tuesday"),
            ),
            (
                "FREQ=WEEKLY;BYDAY=TU,MO;COUNT=10",
                Some("every week on Monday, Tuesday, 10 times"),
            ),
            (
                "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231",
                Some("every month on the last Friday, until 31 December 2026"),
            ),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
                Some("every month on the first working day"),
            ),
            ("FREQ=MONTHLY;BYMONTHDAY=15", Some("every month on day 15")),
            (
                "FREQ=MONTHLY;BYMONTHDAY=-1",
                Some("every month on the last day"),
            ),
            ("FREQ=YEARLY", Some("every year")),
            ("FREQ=YEARLY;BYDAY=20MO", None),
            ("FREQ=YEARLY;BYWEEKNO=20", None),
            ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", None),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", None),
        ] {
            assert_eq!(in_words(&rule.parse().unwrap()).as_deref(), words, "{rule}");
        }
    }
}
