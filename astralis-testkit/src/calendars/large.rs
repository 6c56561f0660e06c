use chrono::{Days, NaiveDate};

use super::{MEETING, WrittenFile, calendar, event};

/// An hour each day since 1753, but not on the first 100,000 days: the last of them is 16 October
/// 2026.
#[must_use]
pub fn excluded_dates() -> String {
    let dates: Vec<String> = days_since_1753().collect();
    let lines = format!(
        "DTSTART:17530101T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\nEXDATE:{}",
        dates.join(",")
    );
    calendar(&event("one", &lines))
}

/// The same 100,000 hours, each named by a line of its own.
#[must_use]
pub fn extra_dates() -> String {
    let dates: String = days_since_1753()
        .map(|date| format!("RDATE:{date}\r\n"))
        .collect();
    let lines = format!("DTSTART:17530101T080000Z\r\nDURATION:PT1H\r\n{dates}X-END:1");
    calendar(&event("one", &lines))
}

fn days_since_1753() -> impl Iterator<Item = String> {
    let first = NaiveDate::from_ymd_opt(1753, 1, 1).expect("a date");
    let days = first.iter_days().take(100_000);
    days.map(|day| day.format("%Y%m%dT080000Z").to_string())
}

/// BYHOUR, BYMINUTE and BYSECOND of each second of a day.
#[must_use]
pub fn times_of_every_second() -> String {
    let all = |end: u8| {
        let numbers = (0..end).map(|number| number.to_string());
        numbers.collect::<Vec<_>>().join(",")
    };
    let (hours, sixty) = (all(24), all(60));
    format!("BYHOUR={hours};BYMINUTE={sixty};BYSECOND={sixty}")
}

/// One event, somewhere among 100,000 components and ends of components that nobody knows: four
/// files, nested in different ways.
#[must_use]
pub fn nested() -> [String; 4] {
    let deep = "BEGIN:X-DEEP\r\nX-LINE:1\r\n".repeat(50_000);
    let ends = "END:X-DEEP\r\n".repeat(50_000);
    let strange = "END:X-OTHER\r\n".repeat(50_000);
    let one = event("one", MEETING);
    [
        calendar(&format!("{deep}{strange}{one}")),
        calendar(&format!("{one}{deep}{ends}")),
        calendar(&event("one", &format!("{deep}{ends}{MEETING}"))),
        format!("\u{feff}{}{one}", "BEGIN:VCALENDAR\r\n".repeat(1000)),
    ]
}

/// One event with a title of two megabytes, in a single line and folded after each letter; and the
/// title.
#[must_use]
pub fn long_lines() -> ([String; 2], String) {
    let title = "é".repeat(1_000_000);
    let folded: String = title.chars().map(|c| format!("{c}\r\n ")).collect();
    let file = |title: &str| calendar(&event("one", &format!("SUMMARY:{title}\r\n{MEETING}")));
    ([file(&title), file(&folded)], title)
}

/// Two events, in the first and the last of as many zones of the file's own: each an hour from ten
/// on, on 1 April 2026, where clocks are set as in Paris.
#[must_use]
pub fn time_zones(count: usize) -> String {
    let zone = |number: usize| {
        format!(
            "BEGIN:VTIMEZONE\r\nTZID:Ours {number}\r\n\
             BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
             RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n\
             BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
             RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
        )
    };
    let zones: String = (0..count).map(zone).collect();
    let at = |number| {
        let lines = format!("DTSTART;TZID=Ours {number}:20260401T100000\r\nDURATION:PT1H");
        event(&format!("{number}"), &lines)
    };
    calendar(&format!("{zones}{}{}", at(0), at(count - 1)))
}

/// What somebody has after many years: single meetings, one an hour.
#[must_use]
pub fn meetings(count: usize) -> String {
    let hours = NaiveDate::from_ymd_opt(2025, 1, 1)
        .expect("a date")
        .iter_days()
        .flat_map(|day| (8..18).map(move |hour| day.and_hms_opt(hour, 0, 0).expect("a time")));
    let meeting = |(number, start): (usize, chrono::NaiveDateTime)| {
        let start = start.format("%Y%m%dT%H%M%S");
        let lines = format!(
            "DTSTAMP:20250101T000000Z\r\nDTSTART;TZID=Europe/Paris:{start}\r\nDURATION:PT45M\r\n\
             SUMMARY:Meeting {number}\r\nLOCATION:Room {}\r\n\
             ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org",
            number % 7
        );
        event(&format!("meeting-{number}"), &lines)
    };
    calendar(
        &hours
            .take(count)
            .enumerate()
            .map(meeting)
            .collect::<String>(),
    )
}

/// Daily series that begin on one day after the other, each with an excluded date: all of a team's.
#[must_use]
pub fn series(count: u64) -> String {
    let first = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a date");
    let one = |number: u64| {
        let start = (first + Days::new(number)).format("%Y%m%d");
        let lines = format!(
            "DTSTART;TZID=America/New_York:{start}T090000\r\nDURATION:PT15M\r\n\
             RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR\r\nEXDATE;TZID=America/New_York:20260401T090000"
        );
        event(&format!("series-{number}"), &lines)
    };
    calendar(&(0..count).map(one).collect::<String>())
}

/// All of them, of the sizes that tests and tables have.
#[must_use]
pub fn large_and_odd() -> Vec<WrittenFile> {
    let every_second = format!("{MEETING}\r\nRRULE:FREQ=DAILY;{}", times_of_every_second());
    let [nested, after, inside, calendars] = nested();
    let ([long_line, folded], _) = long_lines();
    let files = [
        ("100,000 excluded dates", excluded_dates()),
        ("100,000 extra dates", extra_dates()),
        (
            "each second of each day",
            calendar(&event("one", &every_second)),
        ),
        ("50,000 deep, before an event", nested),
        ("50,000 deep, after an event", after),
        ("50,000 deep, in an event", inside),
        ("1,000 calendars in each other", calendars),
        ("a line of 2 MB", long_line),
        ("a million folded lines", folded),
        ("2,000 zones of its own", time_zones(2000)),
        ("10,000 meetings", meetings(10_000)),
        ("150 daily series", series(150)),
    ];
    let file = |(name, text): (_, String)| WrittenFile {
        name,
        bytes: text.into_bytes(),
    };
    files.map(file).into()
}
