use super::*;
use crate::time::ZoneDatabase;

fn described(zone: &str, from: &str) -> String {
    let zone = ZoneDatabase::bundled()
        .zone(&zone.parse().unwrap())
        .unwrap();
    let mut text = String::new();
    write(&mut text, &zone, from.parse().unwrap()).unwrap();
    text.replace("\r\n ", "").replace("\r\n", "\n")
}

#[test]
fn a_zone_with_summer_time_is_two_rules() {
    insta::assert_snapshot!(described("Europe/Paris", "2026-01-05T08:00:00Z"));
}

#[test]
fn the_greater_offset_is_called_daylight() {
    let text = described("Europe/Dublin", "2026-01-05T08:00:00Z");
    assert!(
        text.contains("BEGIN:DAYLIGHT\nDTSTART:20260329T010000\nTZOFFSETFROM:+0000\n"),
        "{text}"
    );
}

#[test]
fn a_zone_whose_clock_is_not_set_any_more_is_one_offset() {
    insta::assert_snapshot!(described("Asia/Kathmandu", "2026-01-05T08:00:00Z"));
    insta::assert_snapshot!(described("Etc/GMT+5", "2026-01-05T08:00:00Z"));
}

#[test]
fn changes_that_follow_no_rule_are_listed() {
    let text = described("Asia/Gaza", "2080-01-05T08:00:00Z");
    insta::assert_snapshot!(text);
}

#[test]
fn changes_from_before_a_rule_holds_are_listed() {
    insta::assert_snapshot!(described("America/New_York", "2006-01-05T08:00:00Z"));
}

#[test]
fn a_rule_that_runs_over_the_end_of_a_month_is_one_rule_for_each_month() {
    let text = described("Africa/Cairo", "2026-01-05T08:00:00Z");
    insta::assert_snapshot!(text);
}
