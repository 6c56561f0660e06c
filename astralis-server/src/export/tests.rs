use std::sync::Arc;

use astralis_core::icalendar::{CalendarOwner, read};
use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
use astralis_core::model::{MeetingType, ParticipationStatus, Transparency, UserId};
use astralis_core::scheduler::{
    ChangeEvent, CreateEvent, EventDraft, EventTime, ImportRequest, Invited, Invitee, OnClash,
    Scope,
};
use astralis_core::time::ZoneDatabase;
use astralis_testkit::scenario::{Scenario, scenario};
use chrono::{DateTime, TimeDelta, Utc};

use super::*;

const IMPORTED: &[u8] = b"BEGIN:VCALENDAR
BEGIN:VEVENT
UID:dentist
SUMMARY:Dentist
DTSTART:20260402T080000Z
DTEND:20260402T090000Z
END:VEVENT
END:VCALENDAR
";

/// A host in Paris, `host-1-1`, on Saturday, 28 March 2026: with a meeting every Monday at ten, and
/// something imported.
async fn scheduler() -> Scheduler {
    world().await.1
}

async fn world() -> (Scenario, Scheduler) {
    let store = Arc::new(MemoryStore::new());
    let world = scenario().host_in("Europe/Paris").offering(30);
    let world = world.set_up(&*store).await;
    let scheduler = Scheduler::new(
        store,
        ZoneDatabase::bundled(),
        Arc::new(ManualClock::at(world.now())),
        Arc::new(SequentialIds::series(99)),
    );
    let host = world.hosts()[0].user.id;
    let start: DateTime<Utc> = "2026-03-30T08:00:00Z".parse().unwrap();
    let request = CreateEvent {
        command: world.next_id().into(),
        org: world.org(),
        organizer: host,
        draft: draft(host, start, Some("FREQ=WEEKLY")),
        on_clash: OnClash::Refuse,
    };
    scheduler.create_event(&request).await.unwrap();
    let request = ImportRequest {
        command: world.next_id().into(),
        org: world.org(),
        user: host,
        source: "private.ics".to_owned(),
        bytes: IMPORTED.to_vec(),
    };
    scheduler.import(&request).await.unwrap();
    (world, scheduler)
}

fn draft(host: UserId, start: DateTime<Utc>, rule: Option<&str>) -> EventDraft {
    EventDraft {
        title: "Secret plans".to_owned(),
        description: None,
        location: None,
        meeting_type: Some(MeetingType::InPerson),
        meeting_link: None,
        time: EventTime::Timed {
            start,
            end: start + TimeDelta::hours(1),
            time_zone: "Europe/Paris".parse().unwrap(),
        },
        rule: rule.map(ToOwned::to_owned),
        extra: None,
        participants: vec![Invited {
            who: Invitee::User(host),
            optional: false,
        }],
        transparency: Transparency::Opaque,
    }
}

fn command(busy_only: bool, from: Option<&str>, to: Option<&str>) -> ExportCommand {
    let date = |text: &str| text.parse().unwrap();
    ExportCommand {
        user: "host-1-1".to_owned(),
        from: from.map(date),
        to: to.map(date),
        busy_only,
        file: None,
    }
}

fn busy(text: &str, window: &str) -> Vec<String> {
    let zones = ZoneDatabase::bundled();
    let owner = CalendarOwner {
        zone: &zones.zone(&"Europe/Paris".parse().unwrap()).unwrap(),
        addresses: &[],
        zones: &zones,
    };
    let file = read(text.as_bytes(), &owner).unwrap();
    assert_eq!(file.findings, []);
    let window = window.parse().unwrap();
    let mut busy: Vec<String> = file
        .events
        .iter()
        .flat_map(|event| event.busy(window).unwrap())
        .map(|during| during.to_string())
        .collect();
    busy.sort_unstable();
    busy
}

#[tokio::test]
async fn meetings_are_exported_with_their_rules_and_what_was_imported_is_not() {
    let scheduler = scheduler().await;
    let text = export(&scheduler, &command(false, None, None))
        .await
        .unwrap();
    assert!(text.contains("\r\nSUMMARY:Secret plans\r\n") && text.contains("RRULE:FREQ=WEEKLY"));
    assert!(!text.contains("Dentist"));
    assert_eq!(
        busy(&text, "2035-10-22T00:00Z/2035-11-06T00:00Z"),
        [
            "2035-10-22T08:00:00Z/2035-10-22T09:00:00Z",
            "2035-10-29T09:00:00Z/2035-10-29T10:00:00Z",
            "2035-11-05T09:00:00Z/2035-11-05T10:00:00Z",
        ]
    );
}

#[tokio::test]
async fn what_was_moved_is_exported_wherever_the_days_end() {
    let (world, scheduler) = world().await;
    let (org, host) = (world.org(), world.hosts()[0].user.id);
    let days = "2026-03-30T00:00Z/2026-03-31T00:00Z".parse().unwrap();
    let store = scheduler.store();
    let series = store.events_between(org, host, days).await.unwrap();
    let tuesday: DateTime<Utc> = "2026-04-14T08:00:00Z".parse().unwrap();
    let move_to_tuesday = ChangeEvent {
        command: world.next_id().into(),
        org,
        event: series[0].id,
        expected_version: series[0].version,
        scope: Scope::This(tuesday - TimeDelta::days(1)),
        draft: draft(host, tuesday, None),
        on_clash: OnClash::Refuse,
    };
    scheduler.change_event(&move_to_tuesday).await.unwrap();

    let first = command(false, Some("2026-03-30"), Some("2026-03-31"));
    let text = export(&scheduler, &first).await.unwrap();

    assert_eq!(
        busy(&text, "2026-04-13T00:00Z/2026-04-20T00:00Z"),
        ["2026-04-14T08:00:00Z/2026-04-14T09:00:00Z"]
    );
}

#[tokio::test]
async fn what_the_user_declined_is_not_exported() {
    let (world, scheduler) = world().await;
    let mut meeting = world.meeting("2026-04-03T08:00Z/2026-04-03T09:00Z");
    meeting.event.participants[0].status = ParticipationStatus::Declined;
    meeting.write(&**scheduler.store()).await.unwrap();

    let text = export(&scheduler, &command(false, None, None))
        .await
        .unwrap();

    let friday = "2026-04-03T00:00Z/2026-04-04T00:00Z";
    assert_eq!(busy(&text, friday), [] as [&str; 0]);
}

#[tokio::test]
async fn busy_time_has_no_words_and_knows_of_everything() {
    let scheduler = scheduler().await;
    let all = command(true, Some("2026-03-30"), Some("2026-04-07"));
    let text = export(&scheduler, &all).await.unwrap();
    assert!(
        !text.contains("Secret") && !text.contains("Dentist"),
        "{text}"
    );
    assert_eq!(
        busy(&text, "2026-03-01T00:00Z/2027-03-01T00:00Z"),
        [
            "2026-03-30T08:00:00Z/2026-03-30T09:00:00Z",
            "2026-04-02T08:00:00Z/2026-04-02T09:00:00Z",
            "2026-04-06T08:00:00Z/2026-04-06T09:00:00Z",
        ]
    );
    // Nobody claimed so far ahead.
    let later = command(true, Some("2030-03-31"), Some("2030-04-02"));
    let text = export(&scheduler, &later).await.unwrap();
    assert_eq!(
        busy(&text, "2030-01-01T00:00Z/2031-01-01T00:00Z"),
        ["2030-04-01T08:00:00Z/2030-04-01T09:00:00Z"]
    );
}

#[tokio::test]
async fn what_cannot_be_exported_is_said() {
    let scheduler = scheduler().await;
    let backwards = command(false, Some("2026-04-07"), Some("2026-03-30"));
    let said = export(&scheduler, &backwards)
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(said, "there is no time from 2026-04-07 to 2026-03-30");
    let nobody = ExportCommand {
        user: "nobody".to_owned(),
        ..command(false, None, None)
    };
    let said = export(&scheduler, &nobody).await.unwrap_err().to_string();
    assert_eq!(said, "there is no user \"nobody\"");
}
