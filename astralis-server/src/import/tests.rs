use std::sync::Arc;

use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
use astralis_core::time::ZoneDatabase;
use astralis_testkit::scenario::scenario;

use super::*;

/// A host in Paris, `host-1-1`, on Saturday, 28 March 2026.
async fn scheduler() -> Scheduler {
    let store = Arc::new(MemoryStore::new());
    let world = scenario().host_in("Europe/Paris").offering(30);
    let world = world.set_up(&*store).await;
    Scheduler::new(
        store,
        ZoneDatabase::bundled(),
        Arc::new(ManualClock::at(world.now())),
        Arc::new(SequentialIds::series(99)),
    )
}

async fn import_for(user: &str, bytes: &[u8]) -> Result<Summary, ImportCommandError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("work.ics");
    std::fs::write(&file, bytes).unwrap();
    let command = ImportCommand {
        file,
        user: user.to_owned(),
        source: None,
    };
    import(&scheduler().await, &command).await
}

const FILE: &[u8] = b"BEGIN:VCALENDAR
BEGIN:VEVENT
UID:one
DTSTART;TZID=Europe/Paris:20260330T100000
DTEND;TZID=Europe/Paris:20260330T110000
RRULE:FREQ=WEEKLY;COUNT=2
END:VEVENT
BEGIN:VEVENT
UID:two
DTSTART:20260331T080000Z
DTEND:20260331T090000Z
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:three\x1B[2J
DTSTART;TZID=Europe/Paris:20260401T100000
DURATION:PT1H
RRULE:FREQ=HOURLY
END:VEVENT
BEGIN:VEVENT
UID:four
DTSTART:20250401T100000Z
DURATION:PT1H
END:VEVENT
END:VCALENDAR
";

#[tokio::test]
async fn the_summary_says_what_blocks_what_does_not_and_what_was_found() {
    let summary = import_for("host-1-1", FILE).await.unwrap();
    assert_eq!(
        summary.to_string(),
        "\
imported      work.ics for host-1-1, times in Europe/Paris
covers        2026-03-27 00:00 to 2028-04-06 00:00
busy          2 events, 4 stretches of time, until 2026-04-06 11:00
not blocking  1 cancelled, 1 outside the days covered
finding       line 14: the event does not repeat as written (rules that repeat more often than \
daily are not expanded); it blocks its first day [UID three[2J]
              blocks 2026-04-01 00:00 to 2026-04-02 00:00 and 1 more
"
    );
}

#[tokio::test]
async fn a_file_that_is_no_calendar_and_a_user_that_is_nobody_are_errors() {
    let refused = import_for("host-1-1", b"<html></html>").await;
    assert!(matches!(refused, Err(ImportCommandError::Refused { .. })));
    let unknown = import_for("nobody", FILE).await;
    assert!(matches!(
        unknown,
        Err(ImportCommandError::User(NoSuchUser::Unknown { .. }))
    ));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_an_error() {
    let command = ImportCommand {
        file: "does-not-exist.ics".into(),
        user: "host-1-1".to_owned(),
        source: None,
    };
    let missing = import(&scheduler().await, &command).await;
    assert!(matches!(
        missing,
        Err(ImportCommandError::Unreadable { .. })
    ));
}
