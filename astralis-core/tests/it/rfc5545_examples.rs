//! Every example of RFC 5545 §3.8.5.3, under its own words. All start at nine in New York.

use astralis_core::recurrence::{Length, Series, Start};
use astralis_core::time::ZoneDatabase;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

const NINE: &str = "1997-09-02T09:00:00";

fn series(start: &str, rule: &str) -> Series {
    let zones = ZoneDatabase::bundled();
    let zone = zones.zone(&"America/New_York".parse().unwrap()).unwrap();
    let start = Start::Zoned(start.parse().unwrap(), zone.clone());
    let mut series = Series::new(start, &zone, Length::elapsed(TimeDelta::minutes(1)));
    series.repeat(rule.parse().unwrap()).unwrap();
    series
}

/// The wall-clock times until the end of a year, as `1997-09-02 09:00`.
fn listed(series: &Series, until: &str) -> Vec<String> {
    let end: DateTime<Utc> = format!("{until}T00:00:00Z").parse().unwrap();
    let window = format!("1990-01-01T00:00Z/{}", end.format("%Y-%m-%dT%H:%MZ"));
    let found = series.occurrences(window.parse().unwrap()).unwrap();
    let civil = |start| -> NaiveDateTime { series.zone().to_civil(start) };
    let found = found.iter().map(|one| civil(one.during.start()));
    found
        .map(|at| at.format("%Y-%m-%d %H:%M").to_string())
        .collect()
}

/// Month by month: `1997-09: 2 9 16`, always at nine.
fn by_month(series: &Series, until: &str) -> Vec<String> {
    let mut months: Vec<String> = Vec::new();
    for time in listed(series, until) {
        let (date, clock) = time.split_once(' ').unwrap();
        assert_eq!(clock, "09:00");
        let (month, day) = date.rsplit_once('-').unwrap();
        let day = day.trim_start_matches('0');
        match months.last_mut().filter(|known| known.starts_with(month)) {
            Some(known) => known.push_str(&format!(" {day}")),
            None => months.push(format!("{month}: {day}")),
        }
    }
    months
}

#[track_caller]
fn check(start: &str, rule: &str, until: &str, expected: &[&str]) {
    assert_eq!(by_month(&series(start, rule), until), expected, "{rule}");
}

/// All days of a month from one to another, as the RFC writes `2-30`.
fn days(month: &str, first: u32, last: u32) -> String {
    let days: Vec<_> = (first..=last).map(|day| day.to_string()).collect();
    format!("{month}: {}", days.join(" "))
}

#[test]
fn daily_for_10_occurrences() {
    check(
        NINE,
        "FREQ=DAILY;COUNT=10",
        "2000-01-01",
        &["1997-09: 2 3 4 5 6 7 8 9 10 11"],
    );
}

#[test]
fn daily_until_december_24_1997() {
    let expected = [
        days("1997-09", 2, 30),
        days("1997-10", 1, 31),
        days("1997-11", 1, 30),
        days("1997-12", 1, 23),
    ];
    let rule = "FREQ=DAILY;UNTIL=19971224T000000Z";
    assert_eq!(by_month(&series(NINE, rule), "2000-01-01"), expected);
}

#[test]
fn every_other_day_forever() {
    check(
        NINE,
        "FREQ=DAILY;INTERVAL=2",
        "1997-12-05",
        &[
            "1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30",
            "1997-10: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30",
            "1997-11: 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29",
            "1997-12: 1 3",
        ],
    );
}

#[test]
fn every_10_days_5_occurrences() {
    let rule = "FREQ=DAILY;INTERVAL=10;COUNT=5";
    check(
        NINE,
        rule,
        "2000-01-01",
        &["1997-09: 2 12 22", "1997-10: 2 12"],
    );
}

#[test]
fn every_day_in_january_for_3_years() {
    let expected = ["1998-01", "1999-01", "2000-01"].map(|month| days(month, 1, 31));
    for rule in [
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
    ] {
        let series = series("1998-01-01T09:00:00", rule);
        assert_eq!(by_month(&series, "2005-01-01"), expected);
    }
}

#[test]
fn weekly_for_10_occurrences() {
    let expected = ["1997-09: 2 9 16 23 30", "1997-10: 7 14 21 28", "1997-11: 4"];
    check(NINE, "FREQ=WEEKLY;COUNT=10", "2000-01-01", &expected);
}

#[test]
fn weekly_until_december_24_1997() {
    let expected = [
        "1997-09: 2 9 16 23 30",
        "1997-10: 7 14 21 28",
        "1997-11: 4 11 18 25",
        "1997-12: 2 9 16 23",
    ];
    check(
        NINE,
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "2000-01-01",
        &expected,
    );
}

#[test]
fn every_other_week_forever() {
    let expected = [
        "1997-09: 2 16 30",
        "1997-10: 14 28",
        "1997-11: 11 25",
        "1997-12: 9 23",
        "1998-01: 6 20",
        "1998-02: 3 17",
    ];
    check(
        NINE,
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1998-03-01",
        &expected,
    );
}

#[test]
fn weekly_on_tuesday_and_thursday_for_five_weeks() {
    for rule in [
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
    ] {
        let expected = ["1997-09: 2 4 9 11 16 18 23 25 30", "1997-10: 2"];
        check(NINE, rule, "2000-01-01", &expected);
    }
}

#[test]
fn every_other_week_on_monday_wednesday_and_friday_until_december_24_1997() {
    check(
        "1997-09-01T09:00:00",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "2000-01-01",
        &[
            "1997-09: 1 3 5 15 17 19 29",
            "1997-10: 1 3 13 15 17 27 29 31",
            "1997-11: 10 12 14 24 26 28",
            "1997-12: 8 10 12 22",
        ],
    );
}

#[test]
fn every_other_week_on_tuesday_and_thursday_for_8_occurrences() {
    let rule = "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH";
    check(
        NINE,
        rule,
        "2000-01-01",
        &["1997-09: 2 4 16 18 30", "1997-10: 2 14 16"],
    );
}

#[test]
fn monthly_on_the_first_friday_for_10_occurrences() {
    check(
        "1997-09-05T09:00:00",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "2000-01-01",
        &[
            "1997-09: 5",
            "1997-10: 3",
            "1997-11: 7",
            "1997-12: 5",
            "1998-01: 2",
            "1998-02: 6",
            "1998-03: 6",
            "1998-04: 3",
            "1998-05: 1",
            "1998-06: 5",
        ],
    );
}

#[test]
fn monthly_on_the_first_friday_until_december_24_1997() {
    check(
        "1997-09-05T09:00:00",
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "2000-01-01",
        &["1997-09: 5", "1997-10: 3", "1997-11: 7", "1997-12: 5"],
    );
}

#[test]
fn every_other_month_on_the_first_and_last_sunday_for_10_occurrences() {
    check(
        "1997-09-07T09:00:00",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "2000-01-01",
        &[
            "1997-09: 7 28",
            "1997-11: 2 30",
            "1998-01: 4 25",
            "1998-03: 1 29",
            "1998-05: 3 31",
        ],
    );
}

#[test]
fn monthly_on_the_second_to_last_monday_for_6_months() {
    check(
        "1997-09-22T09:00:00",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "2000-01-01",
        &[
            "1997-09: 22",
            "1997-10: 20",
            "1997-11: 17",
            "1997-12: 22",
            "1998-01: 19",
            "1998-02: 16",
        ],
    );
}

#[test]
fn monthly_on_the_third_to_the_last_day_forever() {
    check(
        "1997-09-28T09:00:00",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1998-03-01",
        &[
            "1997-09: 28",
            "1997-10: 29",
            "1997-11: 28",
            "1997-12: 29",
            "1998-01: 29",
            "1998-02: 26",
        ],
    );
}

#[test]
fn monthly_on_the_2nd_and_15th_for_10_occurrences() {
    check(
        NINE,
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "2000-01-01",
        &[
            "1997-09: 2 15",
            "1997-10: 2 15",
            "1997-11: 2 15",
            "1997-12: 2 15",
            "1998-01: 2 15",
        ],
    );
}

#[test]
fn monthly_on_the_first_and_last_day_for_10_occurrences() {
    check(
        "1997-09-30T09:00:00",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "2000-01-01",
        &[
            "1997-09: 30",
            "1997-10: 1 31",
            "1997-11: 1 30",
            "1997-12: 1 31",
            "1998-01: 1 31",
            "1998-02: 1",
        ],
    );
}

#[test]
fn every_18_months_on_the_10th_to_the_15th_for_10_occurrences() {
    check(
        "1997-09-10T09:00:00",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "2005-01-01",
        &["1997-09: 10 11 12 13 14 15", "1999-03: 10 11 12 13"],
    );
}

#[test]
fn every_tuesday_every_other_month() {
    check(
        NINE,
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1998-04-01",
        &[
            "1997-09: 2 9 16 23 30",
            "1997-11: 4 11 18 25",
            "1998-01: 6 13 20 27",
            "1998-03: 3 10 17 24 31",
        ],
    );
}

#[test]
fn yearly_in_june_and_july_for_10_occurrences() {
    check(
        "1997-06-10T09:00:00",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "2010-01-01",
        &[
            "1997-06: 10",
            "1997-07: 10",
            "1998-06: 10",
            "1998-07: 10",
            "1999-06: 10",
            "1999-07: 10",
            "2000-06: 10",
            "2000-07: 10",
            "2001-06: 10",
            "2001-07: 10",
        ],
    );
}

#[test]
fn every_other_year_on_january_february_and_march_for_10_occurrences() {
    check(
        "1997-03-10T09:00:00",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "2010-01-01",
        &[
            "1997-03: 10",
            "1999-01: 10",
            "1999-02: 10",
            "1999-03: 10",
            "2001-01: 10",
            "2001-02: 10",
            "2001-03: 10",
            "2003-01: 10",
            "2003-02: 10",
            "2003-03: 10",
        ],
    );
}

#[test]
fn every_third_year_on_the_1st_100th_and_200th_day_for_10_occurrences() {
    check(
        "1997-01-01T09:00:00",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "2020-01-01",
        &[
            "1997-01: 1",
            "1997-04: 10",
            "1997-07: 19",
            "2000-01: 1",
            "2000-04: 9",
            "2000-07: 18",
            "2003-01: 1",
            "2003-04: 10",
            "2003-07: 19",
            "2006-01: 1",
        ],
    );
}

#[test]
fn every_20th_monday_of_the_year_forever() {
    let expected = ["1997-05: 19", "1998-05: 18", "1999-05: 17"];
    check(
        "1997-05-19T09:00:00",
        "FREQ=YEARLY;BYDAY=20MO",
        "2000-01-01",
        &expected,
    );
}

#[test]
fn monday_of_week_number_20_forever() {
    let expected = ["1997-05: 12", "1998-05: 11", "1999-05: 17"];
    check(
        "1997-05-12T09:00:00",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "2000-01-01",
        &expected,
    );
}

#[test]
fn every_thursday_in_march_forever() {
    let expected = [
        "1997-03: 13 20 27",
        "1998-03: 5 12 19 26",
        "1999-03: 4 11 18 25",
    ];
    check(
        "1997-03-13T09:00:00",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "2000-01-01",
        &expected,
    );
}

#[test]
fn every_thursday_but_only_during_june_july_and_august_forever() {
    check(
        "1997-06-05T09:00:00",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "2000-01-01",
        &[
            "1997-06: 5 12 19 26",
            "1997-07: 3 10 17 24 31",
            "1997-08: 7 14 21 28",
            "1998-06: 4 11 18 25",
            "1998-07: 2 9 16 23 30",
            "1998-08: 6 13 20 27",
            "1999-06: 3 10 17 24",
            "1999-07: 1 8 15 22 29",
            "1999-08: 5 12 19 26",
        ],
    );
}

#[test]
fn every_friday_the_13th_forever() {
    let mut series = series(NINE, "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13");
    series.exclude("1997-09-02T13:00:00Z".parse().unwrap());
    let expected = [
        "1998-02: 13",
        "1998-03: 13",
        "1998-11: 13",
        "1999-08: 13",
        "2000-10: 13",
    ];
    assert_eq!(by_month(&series, "2001-01-01"), expected);
}

#[test]
fn the_first_saturday_that_follows_the_first_sunday_of_the_month_forever() {
    check(
        "1997-09-13T09:00:00",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1998-07-01",
        &[
            "1997-09: 13",
            "1997-10: 11",
            "1997-11: 8",
            "1997-12: 13",
            "1998-01: 10",
            "1998-02: 7",
            "1998-03: 7",
            "1998-04: 11",
            "1998-05: 9",
            "1998-06: 13",
        ],
    );
}

#[test]
fn every_4_years_the_first_tuesday_after_a_monday_in_november_forever() {
    check(
        "1996-11-05T09:00:00",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "2005-01-01",
        &["1996-11: 5", "2000-11: 7", "2004-11: 2"],
    );
}

#[test]
fn the_third_instance_of_tuesday_wednesday_or_thursday_for_the_next_3_months() {
    let rule = "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3";
    let expected = ["1997-09: 4", "1997-10: 7", "1997-11: 6"];
    check("1997-09-04T09:00:00", rule, "2000-01-01", &expected);
}

#[test]
fn the_second_to_last_weekday_of_the_month() {
    check(
        "1997-09-29T09:00:00",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1998-04-01",
        &[
            "1997-09: 29",
            "1997-10: 30",
            "1997-11: 27",
            "1997-12: 30",
            "1998-01: 29",
            "1998-02: 26",
            "1998-03: 30",
        ],
    );
}

/// The times of one day, the whole list of a rule that ends.
#[track_caller]
fn check_times(rule: &str, expected: &[&str]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|time| format!("1997-09-02 {time}"))
        .collect();
    assert_eq!(
        listed(&series(NINE, rule), "2000-01-01"),
        expected,
        "{rule}"
    );
}

/// Erratum 3883: the RFC prints UNTIL=19970902T170000Z, which is 13:00 in New York.
#[test]
fn every_3_hours_from_9_to_5_on_a_specific_day() {
    let rule = "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z";
    check_times(rule, &["09:00", "12:00", "15:00"]);
}

#[test]
fn every_15_minutes_for_6_occurrences() {
    let expected = ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"];
    check_times("FREQ=MINUTELY;INTERVAL=15;COUNT=6", &expected);
}

#[test]
fn every_hour_and_a_half_for_4_occurrences() {
    let expected = ["09:00", "10:30", "12:00", "13:30"];
    check_times("FREQ=MINUTELY;INTERVAL=90;COUNT=4", &expected);
}

#[test]
fn every_20_minutes_from_9_00_to_16_40_every_day() {
    let expected: Vec<_> = [2, 3]
        .into_iter()
        .flat_map(|day| (9..17).map(move |hour| (day, hour)))
        .flat_map(|(day, hour)| [0, 20, 40].map(|minute| (day, hour, minute)))
        .map(|(day, hour, minute)| format!("1997-09-0{day} {hour:02}:{minute:02}"))
        .collect();
    for rule in [
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
    ] {
        assert_eq!(listed(&series(NINE, rule), "1997-09-04"), expected);
    }
}

#[test]
fn the_days_that_are_generated_make_a_difference_because_of_wkst() {
    let start = "1997-08-05T09:00:00";
    let rule = |wkst: &str| format!("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST={wkst}");
    check(start, &rule("MO"), "2000-01-01", &["1997-08: 5 10 19 24"]);
    check(start, &rule("SU"), "2000-01-01", &["1997-08: 5 17 19 31"]);
}

#[test]
fn an_invalid_date_is_ignored() {
    check(
        "2007-01-15T09:00:00",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2010-01-01",
        &["2007-01: 15 30", "2007-02: 15", "2007-03: 15 30"],
    );
}
