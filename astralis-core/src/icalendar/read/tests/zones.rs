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
        fixed.replace("END:STANDARD", "RDATE:2026\nEND:STANDARD"),
        fixed.replace("END:STANDARD", "RRULE:FREQ=MONTHLY\nEND:STANDARD"),
        // Summer time without an end.
        fixed.replace("STANDARD", "DAYLIGHT"),
        // Nothing leads from the one to the other.
        format!(
            "{fixed}\n{}",
            fixed.replace("1970", "1980").replace("+0530", "+0630")
        ),
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
fn a_zone_of_the_file_may_list_its_changes_and_end_its_rules() {
    let part = |name: &str, lines: &str| format!("BEGIN:{name}\n{lines}\nEND:{name}\n");
    let winter = "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n";
    let summer = "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n";
    let zone = [
        part(
            "STANDARD",
            &format!("{winter}DTSTART:20251026T030000\nRDATE:20260601T030000,20270601T030000"),
        ),
        part(
            "DAYLIGHT",
            &format!(
                "{summer}DTSTART:20250301T020000\nRRULE:FREQ=YEARLY;UNTIL=20270301T010000Z;BYMONTH=3;BYMONTHDAY=1"
            ),
        ),
    ];
    let file = read_in_paris(&calendar(&format!(
        "BEGIN:VTIMEZONE\nTZID:Ours\n{}END:VTIMEZONE
BEGIN:VEVENT\nUID:one\nDTSTART;TZID=Ours:20260115T100000\nDURATION:PT1H
RRULE:FREQ=MONTHLY;BYMONTH=1,4,7;COUNT=9\nEND:VEVENT",
        zone.concat()
    )));
    let starts: Vec<_> = busy(&file.unwrap())
        .iter()
        .map(|one| one[..16].to_owned())
        .collect();
    assert_eq!(
        starts,
        [
            "2026-01-15T09:00",
            "2026-04-15T08:00",
            "2026-07-15T09:00",
            "2027-01-15T09:00",
            "2027-04-15T08:00",
            "2027-07-15T09:00",
            // No more summers are told of.
            "2028-01-15T09:00",
            "2028-04-15T09:00",
            "2028-07-15T09:00",
        ]
    );
}

#[test]
fn the_first_date_of_a_yearly_change_may_be_none_of_its_rule() {
    let part = |name: &str, from: &str, to: &str, rule: &str| {
        format!(
            "BEGIN:{name}\nDTSTART:16010101T020000\nTZOFFSETFROM:{from}\nTZOFFSETTO:{to}\nRRULE:FREQ=YEARLY;INTERVAL=1;{rule}\nEND:{name}\n"
        )
    };
    let zone = part("STANDARD", "+0400", "+0300", "BYDAY=-1SU;BYMONTH=10")
        + &part("DAYLIGHT", "+0300", "+0400", "BYDAY=-1SU;BYMONTH=3");
    for (date, hour) in [("26000115", "07"), ("26000715", "06")] {
        let file = read_in_paris(&calendar(&format!(
            "BEGIN:VTIMEZONE\nTZID:Ours\n{zone}END:VTIMEZONE
BEGIN:VEVENT\nUID:one\nDTSTART;TZID=Ours:{date}T100000\nDURATION:PT1H\nEND:VEVENT"
        )));
        let first = file.unwrap().events[0].series.first().unwrap();
        assert_eq!(first.start().format("%H").to_string(), hour);
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
