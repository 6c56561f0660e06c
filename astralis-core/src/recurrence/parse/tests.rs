use proptest::prelude::*;

use super::*;

/// `rule` is refused at the first of its bytes that `^` stands under, for a reason that begins so.
#[track_caller]
fn check(rule: &str, at: usize, reason: &str) {
    let error = rule.parse::<RecurrenceRule>().unwrap_err();
    assert!(error.to_string().starts_with(reason), "{rule}: {error}");
    assert_eq!(error.at, at, "{rule}: {error}");
}

#[test]
fn every_must_of_the_rfc_is_kept() {
    check("", 0, "the rule has no FREQ");
    check("COUNT=3", 7, "the rule has no FREQ");
    check("FREQ=DAILY;FREQ=DAILY", 11, "the part FREQ appears twice");
    check("FREQ=DAILY;BYMOON=1", 11, "the part BYMOON is not known");
    check("FREQ=DAILY;X-MINE=1", 11, "the part X-MINE is not known");
    check(
        "FREQ=DAILY;COUNT",
        11,
        "expected NAME=VALUE, found \"COUNT\"",
    );
    check(
        "FREQ=DAILY;COUNT=1;UNTIL=20260101",
        25,
        "COUNT and UNTIL exclude",
    );
    check(
        "FREQ=DAILY;UNTIL=20260101;COUNT=1",
        17,
        "COUNT and UNTIL exclude",
    );
}

#[test]
fn values_have_their_range() {
    for (rule, at, found, expected) in [
        ("FREQ=FORTNIGHTLY", 5, "FORTNIGHTLY", "SECONDLY to YEARLY"),
        ("FREQ=", 5, "", "SECONDLY to YEARLY"),
        ("FREQ=DAILY;INTERVAL=0", 20, "0", "a number from 1"),
        ("FREQ=DAILY;INTERVAL=+2", 20, "+2", "a number from 1"),
        ("FREQ=DAILY;INTERVAL=1,2", 20, "1,2", "a number from 1"),
        (
            "FREQ=DAILY;INTERVAL=4294967296",
            20,
            "4294967296",
            "a number from 1",
        ),
        ("FREQ=DAILY;COUNT=0", 17, "0", "a number from 1"),
        ("FREQ=DAILY;COUNT=-1", 17, "-1", "a number from 1"),
        ("FREQ=DAILY;BYSECOND=61", 20, "61", "numbers from 0 to 60"),
        ("FREQ=DAILY;BYMINUTE=60", 20, "60", "numbers from 0 to 59"),
        ("FREQ=DAILY;BYHOUR=9,24", 20, "24", "numbers from 0 to 23"),
        ("FREQ=DAILY;BYHOUR=9,,10", 20, "", "numbers from 0 to 23"),
        ("FREQ=DAILY;BYMONTH=0", 19, "0", "numbers from 1 to 12"),
        ("FREQ=DAILY;BYMONTH=-1", 19, "-1", "numbers from 1 to 12"),
        ("FREQ=DAILY;BYMONTHDAY=0", 22, "0", "numbers from ±1 to ±31"),
        (
            "FREQ=DAILY;BYMONTHDAY=1,-32",
            24,
            "-32",
            "numbers from ±1 to ±31",
        ),
        (
            "FREQ=YEARLY;BYYEARDAY=367",
            22,
            "367",
            "numbers from ±1 to ±366",
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=54",
            21,
            "54",
            "numbers from ±1 to ±53",
        ),
        ("FREQ=YEARLY;BYDAY=54MO", 18, "54MO", "MO to SU"),
        ("FREQ=YEARLY;BYDAY=0MO", 18, "0MO", "MO to SU"),
        ("FREQ=YEARLY;BYDAY=MO,2", 21, "2", "MO to SU"),
        ("FREQ=YEARLY;BYDAY=é", 18, "é", "MO to SU"),
        (
            "FREQ=DAILY;BYHOUR=1;BYSETPOS=0",
            29,
            "0",
            "numbers from ±1 to ±366",
        ),
        ("FREQ=DAILY;WKST=1MO", 16, "1MO", "MO to SU"),
        ("FREQ=YEARLY;RSCALE=HEBREW", 19, "HEBREW", "GREGORIAN"),
        (
            "FREQ=YEARLY;RSCALE=GREGORIAN;SKIP=FORWARD",
            34,
            "FORWARD",
            "OMIT",
        ),
    ] {
        let part = rule[..at].rsplit(';').next().unwrap();
        let part = part.split('=').next().unwrap();
        check(
            rule,
            at,
            &format!("{part} is {found:?}, expected {expected}"),
        );
    }
}

#[test]
fn parts_that_exclude_each_other_do_not_stand_together() {
    check(
        "FREQ=MONTHLY;BYWEEKNO=2",
        22,
        "BYWEEKNO cannot stand in a MONTHLY rule",
    );
    for frequency in ["DAILY", "WEEKLY", "MONTHLY"] {
        let rule = format!("FREQ={frequency};BYYEARDAY=2");
        let reason = format!("BYYEARDAY cannot stand in a {frequency} rule");
        check(&rule, rule.len() - 1, &reason);
    }
    check(
        "FREQ=WEEKLY;BYMONTHDAY=3",
        23,
        "BYMONTHDAY cannot stand in a WEEKLY rule",
    );
    check(
        "FREQ=DAILY;BYDAY=-1MO",
        17,
        "-1MO counts weekdays, which a DAILY rule cannot",
    );
    check(
        "FREQ=WEEKLY;BYDAY=TU,2MO",
        21,
        "2MO counts weekdays, which a WEEKLY rule",
    );
    check(
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO",
        30,
        "1MO counts weekdays, which a rule with BYW",
    );
    check("FREQ=MONTHLY;BYSETPOS=-1", 22, "BYSETPOS stands alone");
}

#[test]
fn a_rule_is_written_in_one_order() {
    for (read, written) in [
        ("freq=weekly", "FREQ=WEEKLY"),
        (" FREQ = DAILY ; COUNT = 3 ; ", "FREQ=DAILY;COUNT=3"),
        ("COUNT=3;FREQ=DAILY;INTERVAL=01", "FREQ=DAILY;COUNT=3"),
        (
            "FREQ=MONTHLY;BYDAY=FR,-1MO,+2MO,MO,FR;WKST=SU",
            "FREQ=MONTHLY;BYDAY=MO,FR,-1MO,2MO;WKST=SU",
        ),
        (
            "FREQ=YEARLY;BYSETPOS=1,-1;BYSECOND=60,0;BYMINUTE=5;BYHOUR=9;BYMONTHDAY=-1;BYYEARDAY=366;BYMONTH=12,1",
            "FREQ=YEARLY;BYMONTH=1,12;BYYEARDAY=366;BYMONTHDAY=-1;BYHOUR=9;BYMINUTE=5;BYSECOND=0,60;BYSETPOS=-1,1",
        ),
        ("FREQ=YEARLY;RSCALE=GREGORIAN;SKIP=OMIT", "FREQ=YEARLY"),
    ] {
        let rule: RecurrenceRule = read.parse().unwrap();
        assert_eq!(rule.to_string(), written);
        assert_eq!(written.parse(), Ok(rule));
    }
}

#[test]
fn until_is_read_in_every_form_and_in_no_other() {
    for until in [
        "20260502",
        "20260502T080000",
        "20260502T080000Z",
        "00010101",
    ] {
        let text = format!("FREQ=DAILY;UNTIL={until}");
        assert_eq!(text.parse::<RecurrenceRule>().unwrap().to_string(), text);
    }
    let leap_second: RecurrenceRule = "FREQ=DAILY;UNTIL=20161231T235960Z".parse().unwrap();
    assert_eq!(leap_second.to_string(), "FREQ=DAILY;UNTIL=20161231T235959Z");
    for until in [
        "",
        "never",
        "2026",
        "20260532",
        "20260229",
        "2026-05-02",
        "20260502T",
        "20260502T0800",
        "20260502T240000",
        "20260502T086100",
        "20260502T080061",
        "20260502T080000+0200",
        "+0260502",
        "20260502T080000ZZ",
        "２０２６０５０２",
    ] {
        check(&format!("FREQ=DAILY;UNTIL={until}"), 17, "UNTIL is ");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_rule_that_reads_back_or_an_error_with_a_place(
        text in "(FREQ=(DAILY|YEARLY|MONTHLY);)?((BY[A-Z]{2,8}|UNTIL|COUNT|é| )=?[-0-9A-Zé,]{0,6};?){0,4}",
    ) {
        match text.parse::<RecurrenceRule>() {
            Ok(rule) => prop_assert_eq!(rule.to_string().parse(), Ok(rule)),
            Err(error) => prop_assert!(text.is_char_boundary(error.at), "{}", error),
        }
    }
}
