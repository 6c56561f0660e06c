use std::fmt::{Display, Write};
use std::ops::RangeInclusive;

use astralis_core::recurrence::{RecurrenceRule, RecurringDates};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

const FREQUENCIES: [&str; 7] = [
    "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY",
];

/// The text of a rule of the given frequency that RFC 5545 allows: every part that may stand in
/// it, alone and with others, with few values each.
pub fn rule_text(frequency: &'static str) -> impl Strategy<Value = String> {
    let is_sub_daily = matches!(frequency, "SECONDLY" | "MINUTELY" | "HOURLY");
    let allows = |part: &str| match part {
        "BYWEEKNO" => frequency == "YEARLY",
        "BYYEARDAY" => is_sub_daily || frequency == "YEARLY",
        "BYMONTHDAY" => frequency != "WEEKLY",
        _ => true,
    };
    let days = (
        list("BYMONTH", 0.25, (1..=12_i16).boxed()),
        list("BYWEEKNO", weight(allows("BYWEEKNO"), 0.3), edges(53)),
        list("BYYEARDAY", weight(allows("BYYEARDAY"), 0.15), edges(366)),
        list("BYMONTHDAY", weight(allows("BYMONTHDAY"), 0.25), edges(31)),
        list(
            "BYDAY",
            0.4,
            prop::sample::select(WEEKDAYS.as_slice()).boxed(),
        ),
        ordinals(frequency),
    );
    let times = (
        list("BYHOUR", 0.15, (0..=23_u8).boxed()),
        list("BYMINUTE", 0.15, (0..=59_u8).boxed()),
        list("BYSECOND", 0.15, (0..=60_u8).boxed()),
    );
    let frame = (
        prop_oneof![3 => Just(1_u16), 2 => 2..=4_u16, 1 => 5..=100_u16],
        prop::option::weighted(0.3, 1..=60_u32),
        list("BYSETPOS", 0.2, edges(6)),
        prop::option::weighted(0.4, prop::sample::select(WEEKDAYS.as_slice())),
    );
    (days, times, frame).prop_map(
        move |(days, times, (interval, count, positions, week_start))| {
            let (months, weeks, year_days, month_days, plain, ordinal) = days;
            let weekdays = if weeks.is_empty() && !ordinal.is_empty() {
                ordinal
            } else {
                plain
            };
            let (hours, minutes, seconds) = times;
            let parts = [
                months, weeks, year_days, month_days, weekdays, hours, minutes, seconds,
            ];
            let mut text = format!("FREQ={frequency};INTERVAL={interval}");
            if let Some(count) = count {
                write!(text, ";COUNT={count}").expect("a String takes anything");
            }
            let parts = parts.concat();
            text.push_str(&parts);
            if !parts.is_empty() {
                text.push_str(&positions);
            }
            if let Some(day) = week_start {
                write!(text, ";WKST={day}").expect("a String takes anything");
            }
            text
        },
    )
}

/// A rule of any frequency.
pub fn recurrence_rule() -> impl Strategy<Value = RecurrenceRule> {
    prop::sample::select(FREQUENCIES.as_slice())
        .prop_flat_map(rule_text)
        .prop_map(|text| text.parse().expect("the RFC allows it"))
}

/// Dates that recur from some years before `around` to some days after it, by a rule without times
/// of the day: those that name many of the days around it as often as all others.
pub fn recurring_dates(around: NaiveDate) -> impl Strategy<Value = RecurringDates> {
    let any_rule = prop::sample::select(&FREQUENCIES[..4]).prop_flat_map(rule_text);
    let days = list(
        "BYDAY",
        0.7,
        prop::sample::select(WEEKDAYS.as_slice()).boxed(),
    );
    let dense = (prop::sample::select(&FREQUENCIES[2..4]), 1..=3_u8, days).prop_map(
        |(frequency, interval, days)| format!("FREQ={frequency};INTERVAL={interval}{days}"),
    );
    let first = prop_oneof![0..7_u64, 0..800_u64]
        .prop_map(move |days| around + Days::new(4) - Days::new(days));
    let until = prop::option::weighted(
        0.3,
        (0..6_u64).prop_map(move |days| around - Days::new(2) + Days::new(days)),
    );
    let parts = (prop_oneof![any_rule, dense], first, until);
    parts.prop_filter_map("not a rule of dates", |(text, first, until)| {
        let is_of_days = |part: &&str| {
            !["BYHOUR", "BYMINUTE", "BYSECOND"]
                .iter()
                .any(|name| part.starts_with(name))
        };
        let parts: Vec<_> = text.split(';').filter(is_of_days).collect();
        let text = match until {
            Some(until) if !text.contains("COUNT") => {
                format!("{};UNTIL={}", parts.join(";"), until.format("%Y%m%d"))
            }
            _ => parts.join(";"),
        };
        RecurringDates::new(text.parse().ok()?, first).ok()
    })
}

/// `;NAME=1,2,3`, or nothing.
fn list<T: Display + std::fmt::Debug + 'static>(
    name: &'static str,
    weight: f64,
    value: BoxedStrategy<T>,
) -> BoxedStrategy<String> {
    if weight == 0.0 {
        return Just(String::new()).boxed();
    }
    let values = prop::collection::vec(value, 1..=3).prop_map(move |values| {
        let values: Vec<_> = values.iter().map(ToString::to_string).collect();
        format!(";{name}={}", values.join(","))
    });
    let values = prop::option::weighted(weight, values);
    values.prop_map(Option::unwrap_or_default).boxed()
}

const fn weight(is_allowed: bool, weight: f64) -> f64 {
    if is_allowed { weight } else { 0.0 }
}

/// Numbers from ±1 to ±`most`, those at both ends most often.
fn edges(most: i16) -> BoxedStrategy<i16> {
    let near = |range: RangeInclusive<i16>| range.prop_flat_map(|n| prop_oneof![Just(n), Just(-n)]);
    prop_oneof![
        1 => near(1..=most),
        1 => near(1..=5.min(most)),
        1 => near((most - 4).max(1)..=most),
    ]
    .boxed()
}

/// `2MO,-1FR`, with or without plain days beside them.
fn ordinals(frequency: &'static str) -> impl Strategy<Value = String> {
    let (most, is_counting) = match frequency {
        "YEARLY" => (53, true),
        "MONTHLY" => (6, true),
        _ => (1, false),
    };
    let day = prop::sample::select(WEEKDAYS.as_slice());
    let nth = prop::option::weighted(0.8, edges(most));
    let one = (nth, day).prop_map(|(nth, day)| match nth {
        None => day.to_owned(),
        Some(nth) => format!("{nth}{day}"),
    });
    list("BYDAY", weight(is_counting, 0.4), one.boxed())
}
