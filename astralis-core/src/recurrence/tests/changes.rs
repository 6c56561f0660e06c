//! Occurrences changed one by one, or from one on.

use super::*;

#[test]
fn a_changed_occurrence_takes_place_at_its_own_time_and_keeps_its_id() {
    let mut daily = series("2026-05-01T08:00:00", "UTC", &["FREQ=DAILY;COUNT=3"]);
    let id = "2026-05-02T08:00:00Z".parse().unwrap();
    daily.change(id, window("2026-06-01T10:00Z/2026-06-01T12:00Z"));
    check(
        &daily,
        YEAR_2026,
        &[
            "2026-05-01T08:00Z",
            "2026-05-03T08:00Z",
            "2026-06-01T10:00Z",
        ],
    );
    let june = daily.occurrences(window("2026-06-01T11:00Z/2026-07-01T00:00Z"));
    assert_eq!(june.unwrap()[0].recurrence_id, id);
}

#[test]
fn what_is_excluded_does_not_take_place_where_it_was_moved_either() {
    let mut daily = series("2026-05-01T08:00:00", "UTC", &["FREQ=DAILY;COUNT=2"]);
    let id = "2026-05-02T08:00:00Z".parse().unwrap();
    daily.change(id, window("2026-06-01T10:00Z/2026-06-01T12:00Z"));
    daily.exclude(id);
    check(&daily, YEAR_2026, &["2026-05-01T08:00Z"]);
}

#[test]
fn a_change_of_this_and_all_that_follow_is_a_change_of_the_second_part() {
    let mut weekly = series(
        "2026-03-18T09:00:00",
        "Europe/Paris",
        &["FREQ=WEEKLY;COUNT=4"],
    );
    weekly.change(
        "2026-04-08T07:00:00Z".parse().unwrap(),
        window("2026-04-10T07:00Z/2026-04-10T08:00Z"),
    );
    let (earlier, later) = weekly.split("2026-03-25T08:00:00Z".parse().unwrap());
    check(&earlier, YEAR_2026, &["2026-03-18T08:00Z"]);
    check(
        &later,
        YEAR_2026,
        &[
            "2026-03-25T08:00Z",
            "2026-04-01T07:00Z",
            "2026-04-10T07:00Z",
        ],
    );
    // Two hours later on the wall clock, also after it springs forward on the 29th.
    let moved = later.moved(TimeDelta::hours(2), Length::elapsed(TimeDelta::minutes(30)));
    check(
        &moved,
        YEAR_2026,
        &[
            "2026-03-25T10:00Z",
            "2026-04-01T09:00Z",
            "2026-04-10T07:00Z",
        ],
    );
    let found = moved
        .occurrences(window("2026-04-01T09:29Z/2026-04-02T00:00Z"))
        .unwrap();
    assert_eq!(
        found[0].recurrence_id.to_rfc3339(),
        "2026-04-01T07:00:00+00:00"
    );
    assert_eq!(
        moved
            .occurrences(window("2026-04-01T09:30Z/2026-04-02T00:00Z"))
            .unwrap(),
        []
    );
}
