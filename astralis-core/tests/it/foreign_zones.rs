//! Zones that a file describes itself: read when somebody asks for them, within one bound for the file.

use astralis_core::icalendar::{CalendarFile, Certainty, Problem};
use astralis_core::time::Interval;

use crate::written_calendars::expected::read_by_us;

/// Paris since 1601, under a name of its own: two rules over 400 years.
fn zone(number: usize) -> String {
    format!(
        "BEGIN:VTIMEZONE\r\nTZID:Ours {number}\r\n\
         BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n\
         BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    )
}

fn meeting(tzid: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{tzid}\r\nDTSTART;TZID={tzid}:20260401T100000\r\nDURATION:PT1H\r\n\
         END:VEVENT\r\n"
    )
}

/// A calendar with so many zones, and a meeting for each of the names.
fn read_with(zones: usize, names: impl Iterator<Item = String>) -> CalendarFile {
    let zones: String = (0..zones).map(zone).collect();
    let meetings: String = names.map(|name| meeting(&name)).collect();
    read_by_us(&format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{zones}{meetings}END:VCALENDAR\r\n"
    ))
}

fn ours(number: usize) -> String {
    format!("Ours {number}")
}

#[track_caller]
fn takes_place(file: &CalendarFile, place: usize, during: &str) {
    let april: Interval = "2026-03-01T00:00Z/2026-05-01T00:00Z".parse().unwrap();
    let busy = file.events[place].busy(april).unwrap();
    assert_eq!(busy, [during.parse().unwrap()], "meeting {place}");
}

const TEN_IN_PARIS: &str = "2026-04-01T08:00Z/2026-04-01T09:00Z";

/// All that can be 1 April somewhere.
const ANYWHERE: &str = "2026-03-31T10:00Z/2026-04-02T12:00Z";

#[test]
fn of_many_zones_one_that_is_named_is_known_wherever_it_stands() {
    // All of them would be more than a file may take.
    let file = read_with(500, [ours(499)].into_iter());
    assert_eq!(file.findings, []);
    takes_place(&file, 0, TEN_IN_PARIS);
}

#[test]
fn zones_share_one_bound_in_the_order_in_which_they_are_named() {
    let named = (0..300).rev();
    let file = read_with(300, named.map(ours));
    assert_eq!(file.events.len(), 300);
    let is_known = |place: &usize| file.events[*place].certainty == Certainty::Exact;
    let known = (0..300).take_while(is_known).count();
    // 100,000 times of changes of the clock, some 800 for each.
    assert!((100..150).contains(&known), "{known}");
    takes_place(&file, 0, TEN_IN_PARIS);
    takes_place(&file, known - 1, TEN_IN_PARIS);
    for place in known..300 {
        takes_place(&file, place, ANYWHERE);
    }
    let problems = file.findings.iter().map(|one| one.problem.clone());
    let unknown = |number| Problem::UnknownZone { name: ours(number) };
    let expected = (0..300).rev().skip(known).map(unknown);
    assert_eq!(Vec::from_iter(problems), Vec::from_iter(expected));
}

#[test]
fn a_zone_that_many_name_is_read_once() {
    let file = read_with(1, std::iter::repeat_with(|| ours(0)).take(1000));
    assert_eq!(file.findings, []);
    takes_place(&file, 999, TEN_IN_PARIS);
}

#[test]
fn names_that_everybody_knows_take_nothing_of_the_bound() {
    let known = ["Europe/Paris", "W. Europe Standard Time"].map(str::to_owned);
    let described = |name: &String| zone(0).replace("Ours 0", name).replace("+02", "+07");
    let zones: String = known.iter().map(described).collect();
    // What the file says of them is not asked, even though it is wrong.
    let meetings = known.iter().cycle().take(1000);
    let meetings: String = meetings.map(|name| meeting(name)).collect();
    let file = read_by_us(&format!(
        "BEGIN:VCALENDAR\r\n{zones}{}{meetings}{}END:VCALENDAR\r\n",
        zone(1),
        meeting("Ours 1")
    ));
    assert_eq!(file.findings, []);
    for place in [0, 1, 1000] {
        takes_place(&file, place, TEN_IN_PARIS);
    }
}
