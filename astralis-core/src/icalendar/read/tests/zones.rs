//! Zones: unknown ones, the file's own, and the names they go by.

use super::*;

#[test]
fn an_unknown_zone_blocks_every_occurrence_wherever_it_may_be() {
    let unknown = Problem::UnknownZone {
        name: "Nowhere/Land".to_owned(),
    };
    check(
        "DTSTART;TZID=Nowhere/Land:20260401T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2
EXDATE;TZID=Nowhere/Land:20260408T100000\nRDATE;TZID=Nowhere/Land:20260415T230000",
        &[
            "2026-03-31T10:00:00Z/2026-04-02T12:00:00Z",
            // From 23:00 to midnight.
            "2026-04-14T10:00:00Z/2026-04-16T12:00:00Z",
        ],
        &[unknown],
    );
}

#[test]
fn a_date_in_another_unknown_zone_frees_nothing_and_blocks_wherever_it_may_be() {
    let daily = "DTSTART:20260401T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\n";
    let both = [
        "2026-04-01T08:00:00Z/2026-04-01T09:00:00Z",
        "2026-04-02T08:00:00Z/2026-04-02T09:00:00Z",
    ];
    let unreadable = |property| Problem::UnreadableDate { property };
    check(
        &format!("{daily}EXDATE;TZID=Nowhere/Land:20260402T080000"),
        &both,
        &[unreadable("EXDATE")],
    );
    let change = "BEGIN:VEVENT\nUID:one\nRECURRENCE-ID;TZID=Nowhere/Land:20260402T080000\nDTSTART:20260402T080000Z\nSTATUS:CANCELLED";
    check(
        &format!("{daily}END:VEVENT\n{change}"),
        &both,
        &[unreadable("RECURRENCE-ID")],
    );
    check(
        "DTSTART:20260401T080000Z\nDURATION:PT1H\nRDATE;TZID=Nowhere/Land:20260410T230000",
        &[
            "2026-03-31T10:00:00Z/2026-04-02T12:00:00Z",
            "2026-04-09T10:00:00Z/2026-04-11T12:00:00Z",
        ],
        &[Problem::UnknownZone {
            name: "Nowhere/Land".to_owned(),
        }],
    );
}

#[test]
fn the_zone_of_the_file_is_used_only_where_it_can_be_read_without_doubt() {
    let zone = |parts: &str| {
        format!(
            "BEGIN:VTIMEZONE\nTZID:Ours\n{parts}\nEND:VTIMEZONE
BEGIN:VEVENT\nUID:one\nDTSTART;TZID=Ours:20260401T100000\nDURATION:PT1H\nEND:VEVENT"
        )
    };
    let fixed = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD";
    let read = |parts: &str| read_in_paris(&calendar(&zone(parts))).unwrap();
    assert_eq!(
        busy(&read(fixed)),
        ["2026-04-01T04:30:00Z/2026-04-01T05:30:00Z"]
    );
    let west = fixed.replace("+0530", "-0330");
    assert_eq!(
        busy(&read(&west)),
        ["2026-04-01T13:30:00Z/2026-04-01T14:30:00Z"]
    );
    for doubtful in [
        String::new(),
        fixed.replace("1970", "2027"),
        fixed.replace("+0530", "+5"),
        format!(
            "{fixed}\n{}",
            fixed.replace("TZOFFSETTO:+0530", "TZOFFSETTO:+0630")
        ),
        fixed.replace("END:STANDARD", "RDATE:20260101T000000\nEND:STANDARD"),
    ] {
        let file = read(&doubtful);
        assert_eq!(
            busy(&file),
            ["2026-03-31T10:00:00Z/2026-04-02T12:00:00Z"],
            "{doubtful}"
        );
        assert_eq!(file.findings.len(), 1);
    }
}

#[test]
fn zones_have_many_names() {
    let berlin = ["2026-04-01T08:00:00Z/2026-04-01T09:00:00Z"];
    for name in [
        "Europe/Berlin",
        "europe/berlin",
        "\"Europe/Berlin\"",
        "W. Europe Standard Time",
        "\"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\"",
        "\"(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\"",
        "/freeassociation.sourceforge.net/Europe/Berlin",
    ] {
        check(
            &format!("DTSTART;TZID={name}:20260401T100000\nDURATION:PT1H"),
            &berlin,
            &[],
        );
    }
    let utc = ["2026-04-01T10:00:00Z/2026-04-01T11:00:00Z"];
    for name in ["UTC", "Etc/UTC", "GMT", "\"tzone://Microsoft/Utc\""] {
        check(
            &format!("DTSTART;TZID={name}:20260401T100000\nDURATION:PT1H"),
            &utc,
            &[],
        );
    }
}

#[test]
fn a_length_between_two_unknown_zones_is_unknown() {
    check(
        "DTSTART;TZID=Nowhere/Land:20260401T100000\nDTEND;TZID=Elsewhere:20260401T110000",
        &["2026-03-31T10:00:00Z/2026-04-03T12:00:00Z"],
        &[
            Problem::UnknownZone {
                name: "Nowhere/Land".to_owned(),
            },
            Problem::UnusableEnd,
        ],
    );
}
