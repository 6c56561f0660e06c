//! Calendar files that are large or odd on purpose: what can be read is read, the rest is reported,
//! and the work stays within bounds.

use astralis_core::icalendar::{Certainty, Problem};
use astralis_core::recurrence::Budget;
use astralis_core::time::Interval;
use astralis_testkit::calendars::{
    MEETING, calendar, event, excluded_dates, extra_dates, long_lines, nested, time_zones,
    times_of_every_second,
};

use crate::written_calendars::expected::read_by_us;

fn window() -> Interval {
    "2026-01-01T00:00Z/2028-01-01T00:00Z".parse().unwrap()
}

/// How many intervals the only event blocks within two years, and what finding them takes.
#[track_caller]
fn busy_and_spent(text: &str) -> (usize, usize) {
    let file = read_by_us(text);
    let [event] = &file.events[..] else {
        panic!("expected one event, got {}", file.events.len());
    };
    let whole = Budget::default();
    let mut budget = whole;
    let busy = event.busy_within(window(), &mut budget).unwrap();
    (busy.len(), budget.spent_of(&whole))
}

#[test]
fn a_hundred_thousand_excluded_dates_leave_what_they_do_not_name() {
    // The last of them is 16 October 2026.
    assert_eq!(busy_and_spent(&excluded_dates()), (441, 1462));
}

#[test]
fn a_hundred_thousand_extra_dates_are_looked_at_once() {
    assert_eq!(busy_and_spent(&extra_dates()), (289, 0));
}

#[test]
fn rules_that_name_little_or_nothing_take_few_steps() {
    let start = "DTSTART:19000101T080000Z\r\nDURATION:PT1H\r\nRRULE:";
    for (rule, busy, most) in [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 0, 10),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 0, 1000),
        ("FREQ=DAILY;INTERVAL=4294967295", 0, 10),
        ("FREQ=DAILY;COUNT=4294967295", 730, 1500),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366,-366",
            0,
            1000,
        ),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=4000000000", 1, 1000),
    ] {
        let (found, spent) = busy_and_spent(&calendar(&event("one", &format!("{start}{rule}"))));
        assert_eq!(found, busy, "{rule}");
        assert!(spent <= most, "{rule} took {spent}");
    }
}

#[test]
fn rules_that_name_too_much_block_their_first_day_and_say_so() {
    let times = times_of_every_second();
    for rule in [
        format!("FREQ=DAILY;{times}"),
        format!("FREQ=YEARLY;{times}"),
        format!("FREQ=SECONDLY;{times}"),
        "FREQ=MINUTELY".to_owned(),
        format!("FREQ=DAILY;BYHOUR={}1", "1,".repeat(100_000)),
    ] {
        let text = calendar(&event("one", &format!("{MEETING}\r\nRRULE:{rule}")));
        let file = read_by_us(&text);
        let certainty = file.events[0].certainty;
        let problems = file.findings.iter().map(|one| &one.problem);
        let problems: Vec<&Problem> = problems.collect();
        let is_told = matches!(
            problems[..],
            [Problem::SubDaily | Problem::CannotExpand { .. } | Problem::BadRule { .. }]
        );
        let is_read = problems.is_empty() && certainty == Certainty::Exact;
        assert!(
            is_read || (is_told && certainty == Certainty::FirstDay),
            "{problems:?}"
        );
        let busy = file.events[0].busy(window()).unwrap();
        assert!(
            busy.iter()
                .any(|one| one.contains("2026-04-01T08:30:00Z".parse().unwrap()))
        );
    }
}

#[test]
fn what_is_nested_without_end_hides_no_event() {
    for text in nested() {
        let file = read_by_us(&text);
        assert_eq!(file.events.len(), 1);
        assert_eq!(file.events[0].uid, "one");
        assert_eq!(file.events[0].busy(window()).unwrap().len(), 1);
    }
}

#[test]
fn a_line_of_megabytes_is_a_line() {
    let (files, title) = long_lines();
    for text in files {
        let file = read_by_us(&text);
        assert_eq!(file.events[0].title, title);
        assert_eq!(file.findings, []);
    }
}

#[test]
fn of_too_many_zones_the_first_are_known_and_no_time_is_lost() {
    let file = read_by_us(&time_zones(2000));
    let first_of = |place: usize| file.events[place].busy(window()).unwrap()[0].to_string();
    assert_eq!(first_of(0), "2026-04-01T08:00:00Z/2026-04-01T09:00:00Z");
    assert_eq!(first_of(1), "2026-03-31T10:00:00Z/2026-04-02T12:00:00Z");
    assert_eq!(file.findings.len(), 1);
}
