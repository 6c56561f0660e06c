//! Whatever the bytes are, nothing panics and no event is lost.

use proptest::prelude::*;

use super::*;

/// Where a VEVENT begins.
fn event_lines(bytes: &[u8]) -> Vec<usize> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| line.trim_ascii_end() == b"BEGIN:VEVENT")
        .map(|(index, _)| index + 1)
        .collect()
}

fn accounted_for(file: &CalendarFile, line: usize) -> bool {
    file.events.iter().any(|one| one.line == line)
        || file.not_blocking.iter().any(|one| one.line == line)
        || file.findings.iter().any(|one| one.line == line)
}

/// Pieces of calendars in any order.
fn scraps() -> impl Strategy<Value = Vec<u8>> {
    let scrap = prop_oneof![
        4 => prop::sample::select(vec![
            "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM",
            "END:VALARM", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD", "END:STANDARD",
            "UID:one", "DTSTART:20260401T080000Z", "DTSTART;VALUE=DATE:20260401", "DTEND:20260401T090000Z",
            "DTSTART;TZID=X:20260401T080000", "DURATION:P1D", "DURATION:P99999999999W", "TZID:X",
            "TZOFFSETFROM:+0100", "TZOFFSETTO:-9959", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY;BYDAY=5MO,-5SU;BYSETPOS=-366", "RDATE;VALUE=PERIOD:20260401T080000Z/PT1H",
            "RDATE;VALUE=RECUR:FREQ=DAILY", "DTSTART;VALUE=DURATION:P1D", "EXDATE:", "RECURRENCE-ID:20260401T080000Z",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.org", "DTSTART:00000101T000000Z",
            "DTEND:99991231T235959Z", "DTSTART:99991231T235959", " folded", "\\", "\"", ";:,=",
        ]).prop_map(|line| line.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(scrap, 0..60).prop_map(|lines| lines.join(&b"\r\n"[..]))
}

fn exercise(bytes: &[u8]) {
    let Ok(file) = read_in_paris(bytes) else {
        return;
    };
    for line in event_lines(bytes) {
        assert!(
            accounted_for(&file, line),
            "the event of line {line} is lost"
        );
    }
    let month = "2026-04-01T00:00Z/2026-05-01T00:00Z".parse().unwrap();
    for event in file.events {
        if event.busy(month).is_err() {
            event
                .without_rules()
                .busy(month)
                .expect("without rules nothing is too long");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        exercise(&bytes);
        exercise(&[&b"BEGIN:VEVENT\n"[..], &bytes].concat());
    }

    #[test]
    fn of_scraps_of_calendars_no_event_is_lost(bytes in scraps()) {
        exercise(&[&b"BEGIN:VCALENDAR\r\n"[..], &bytes].concat());
    }

    #[test]
    fn damage_never_reaches_back(
        file in prop::sample::select(astralis_testkit::calendars::producers()),
        at in any::<prop::sample::Index>(),
        damage in prop::collection::vec(any::<u8>(), 0..60),
        cut in any::<bool>(),
    ) {
        let file = &file.bytes[..];
        let at = at.index(file.len());
        let rest = if cut { &[][..] } else { &file[(at + damage.len()).min(file.len())..] };
        let damaged = [&file[..at], &damage, rest].concat();
        exercise(&damaged);
        let before = event_lines(&file[..at]);
        let (Ok(whole), Ok(read)) = (read_in_paris(file), read_in_paris(&damaged)) else {
            return Ok(());
        };
        // All that ended before the damage still blocks, unless what it left of a changed
        // occurrence now reads as a newer revision of the whole.
        let complete = &before[..before.len().saturating_sub(1)];
        for event in whole.events.iter().filter(|event| complete.contains(&event.line)) {
            let superseded = NotBlocking {
                line: event.line,
                uid: event.uid.clone(),
                reason: WhyFree::Superseded,
            };
            prop_assert!(
                read.events.iter().any(|one| one.line == event.line)
                    || read.not_blocking.contains(&superseded),
                "the event of line {} is lost", event.line
            );
        }
    }
}
