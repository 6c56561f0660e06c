//! Calendar files that are large or odd on purpose: what can be read is read, the rest is reported,
//! and the work stays within bounds.

use astralis_core::icalendar::{Certainty, Problem};
use astralis_core::recurrence::Budget;
use astralis_core::time::Interval;

use crate::written_calendars::expected::read_by_us;

fn window() -> Interval {
    "2026-01-01T00:00Z/2028-01-01T00:00Z".parse().unwrap()
}

fn calendar(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines}END:VCALENDAR\r\n")
}

fn event(uid: &str, lines: &str) -> String {
    format!("BEGIN:VEVENT\r\nUID:{uid}\r\n{lines}\r\nEND:VEVENT\r\n")
}

const MEETING: &str = "DTSTART:20260401T080000Z\r\nDTEND:20260401T090000Z";

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
    let day = chrono::NaiveDate::from_ymd_opt(1753, 1, 1).unwrap();
    let dates = day.iter_days().take(100_000);
    let dates: Vec<String> = dates
        .map(|day| day.format("%Y%m%dT080000Z").to_string())
        .collect();
    let lines = format!(
        "DTSTART:17530101T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\nEXDATE:{}",
        dates.join(",")
    );
    // The last date is 2026-10-16.
    assert_eq!(
        busy_and_spent(&calendar(&event("one", &lines))),
        (441, 1462)
    );
}

#[test]
fn a_hundred_thousand_extra_dates_are_looked_at_once() {
    let day = chrono::NaiveDate::from_ymd_opt(1753, 1, 1).unwrap();
    let dates = day.iter_days().take(100_000);
    let dates: String = dates
        .map(|day| day.format("RDATE:%Y%m%dT080000Z\r\n").to_string())
        .collect();
    let lines = format!("DTSTART:17530101T080000Z\r\nDURATION:PT1H\r\n{dates}X-END:1");
    let (busy, spent) = busy_and_spent(&calendar(&event("one", &lines)));
    assert_eq!((busy, spent), (289, 0));
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
    let all = |end: u8| {
        (0..end)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let times = format!(
        "BYHOUR={};BYMINUTE={};BYSECOND={}",
        all(24),
        all(60),
        all(60)
    );
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
    let deep = "BEGIN:X-DEEP\r\nX-LINE:1\r\n".repeat(50_000);
    let strange = "END:X-OTHER\r\n".repeat(50_000);
    let one = event("one", MEETING);
    for text in [
        calendar(&format!("{deep}{strange}{one}")),
        calendar(&format!("{one}{deep}{}", "END:X-DEEP\r\n".repeat(50_000))),
        calendar(&format!(
            "BEGIN:VEVENT\r\nUID:one\r\n{deep}{}{MEETING}\r\nEND:VEVENT\r\n",
            "END:X-DEEP\r\n".repeat(50_000)
        )),
        format!("\u{feff}{}{}", "BEGIN:VCALENDAR\r\n".repeat(1000), one),
    ] {
        let file = read_by_us(&text);
        assert_eq!(file.events.len(), 1);
        assert_eq!(file.events[0].uid, "one");
        assert_eq!(file.events[0].busy(window()).unwrap().len(), 1);
    }
}

#[test]
fn a_line_of_megabytes_is_a_line() {
    let title = "é".repeat(1_000_000);
    let folded: String = title.chars().map(|c| format!("{c}\r\n ")).collect();
    for written in [format!("SUMMARY:{title}"), format!("SUMMARY:{folded}")] {
        let file = read_by_us(&calendar(&event("one", &format!("{written}\r\n{MEETING}"))));
        assert_eq!(file.events[0].title, title);
        assert_eq!(file.findings, []);
    }
}

#[test]
fn of_too_many_zones_the_first_are_known_and_no_time_is_lost() {
    let zone = |number: usize| {
        format!(
            "BEGIN:VTIMEZONE\r\nTZID:Ours {number}\r\n\
             BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
             RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n\
             BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
             RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
        )
    };
    let zones: String = (0..2000).map(zone).collect();
    let at = |number| {
        let lines = format!("DTSTART;TZID=Ours {number}:20260401T100000\r\nDURATION:PT1H");
        event(&format!("{number}"), &lines)
    };
    let file = read_by_us(&calendar(&format!("{zones}{}{}", at(0), at(1999))));
    let first_of = |place: usize| file.events[place].busy(window()).unwrap()[0].to_string();
    assert_eq!(first_of(0), "2026-04-01T08:00:00Z/2026-04-01T09:00:00Z");
    assert_eq!(first_of(1), "2026-03-31T10:00:00Z/2026-04-02T12:00:00Z");
    assert_eq!(file.findings.len(), 1);
}
