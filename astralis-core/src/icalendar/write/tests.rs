mod publishing;
mod recurring;

use calcard::icalendar::{
    ICalendar, ICalendarEntry, ICalendarParameterName, ICalendarParameterValue, ICalendarProperty,
    ICalendarValue,
};
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::model::{
    EventStatus, MeetingType, Origin, Participant, ParticipationStatus, Transparency, UserId, When,
};
use crate::time::{Interval, TimeZoneName};

fn paris() -> TimeZoneName {
    "Europe/Paris".parse().unwrap()
}

pub(in crate::icalendar) fn meeting() -> CalendarEvent {
    let during: Interval = "2026-04-02T08:30Z/2026-04-02T09:00Z".parse().unwrap();
    let host = UserId::new(Uuid::from_u128(1));
    let participant = |user, email: &str, name: &str, status| Participant {
        user,
        email: email.parse().unwrap(),
        name: name.to_owned(),
        status,
        optional: false,
    };
    CalendarEvent {
        id: Uuid::from_u128(10).into(),
        org: Uuid::from_u128(11).into(),
        title: "Intro call".to_owned(),
        description: Some("About the engine.\nBring numbers.".to_owned()),
        when: When::Timed {
            local_start: during.start().naive_utc() + TimeDelta::hours(2),
            time_zone: paris(),
            during,
            zone_data: "2026e".to_owned(),
        },
        recurrence: None,
        occurrence_of: None,
        organizer: host,
        participants: vec![
            participant(
                Some(host),
                "grace@example.com",
                "Grace Hopper",
                ParticipationStatus::Accepted,
            ),
            participant(
                None,
                "ada@example.org",
                "Ada Lovelace",
                ParticipationStatus::NeedsAction,
            ),
        ],
        location: None,
        meeting_type: Some(MeetingType::VideoCall),
        meeting_link: Some("https://meet.example.com/intro?room=1".to_owned()),
        status: EventStatus::Confirmed,
        conflicts: Vec::new(),
        transparency: Transparency::Opaque,
        uid: "0195f0c2-8e70-7000-8000-000000000010@astralis.example".to_owned(),
        sequence: 0,
        version: 1,
        origin: Origin::Booked,
        created_at: "2026-03-01T12:00:00Z".parse().unwrap(),
        updated_at: "2026-03-01T12:00:00.123456Z".parse().unwrap(),
    }
}

pub(in crate::icalendar) fn all_day() -> CalendarEvent {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    CalendarEvent {
        when: When::AllDay {
            first: date("2026-04-02"),
            end: date("2026-04-04"),
            time_zone: paris(),
            during: "2026-04-01T22:00Z/2026-04-03T22:00Z".parse().unwrap(),
            zone_data: "2026e".to_owned(),
        },
        transparency: Transparency::Transparent,
        ..meeting()
    }
}

fn invitation(event: &CalendarEvent) -> String {
    Invitation(Meeting::new(event, &ZoneDatabase::bundled())).to_string()
}

fn cancellation(event: &CalendarEvent) -> String {
    Cancellation(Meeting::new(event, &ZoneDatabase::bundled())).to_string()
}

fn publication(event: &CalendarEvent) -> String {
    Publication(Meeting::new(event, &ZoneDatabase::bundled())).to_string()
}

#[test]
fn an_invitation_asks_every_participant() {
    insta::assert_snapshot!(invitation(&meeting()));
}

#[test]
fn a_cancellation_keeps_the_uid_and_raises_the_sequence() {
    let mut event = meeting();
    event.sequence = 1;
    event.status = EventStatus::Cancelled;
    insta::assert_snapshot!(cancellation(&event));
}

#[test]
fn a_publication_names_no_attendee() {
    insta::assert_snapshot!(publication(&meeting()));
}

#[test]
fn whole_days_are_dates_without_a_zone() {
    let text = invitation(&all_day());
    assert!(text.contains("\r\nDTSTART;VALUE=DATE:20260402\r\nDTEND;VALUE=DATE:20260404\r\n"));
    assert!(text.contains("\r\nTRANSP:TRANSPARENT\r\n"));
}

#[test]
fn a_link_that_is_no_plain_uri_is_only_a_location() {
    let mut event = meeting();
    event.meeting_link = Some("https://meet.example.com/a b\r\nX-EVIL:1".to_owned());
    let text = invitation(&event);
    assert!(!text.contains("\r\nURL:") && !text.contains("\r\nX-EVIL"));
    assert!(text.contains("\r\nLOCATION:https://meet.example.com/a b\\nX-EVIL:1\r\n"));
}

#[test]
fn a_link_that_is_not_the_location_is_in_the_description() {
    let mut event = meeting();
    event.location = Some("Room 1".to_owned());
    let text = invitation(&event).replace("\r\n ", "");
    let link = "https://meet.example.com/intro?room=1";
    let description = format!("About the engine.\\nBring numbers.\\n\\n{link}");
    assert!(
        text.contains(&format!(
            "\r\nDESCRIPTION:{description}\r\nLOCATION:Room 1\r\n"
        )),
        "{text}"
    );
    event.description = None;
    let text = invitation(&event).replace("\r\n ", "");
    assert!(
        text.contains(&format!("\r\nDESCRIPTION:{link}\r\n")),
        "{text}"
    );
}

/// The names of the properties, one for each unfolded line.
fn property_names(text: &str) -> Vec<String> {
    let unfolded = text.replace("\r\n ", "");
    let lines = unfolded.strip_suffix("\r\n").unwrap().split("\r\n");
    lines
        .map(|line| line.split([';', ':']).next().unwrap().to_owned())
        .collect()
}

fn entries(text: &str) -> Vec<ICalendarEntry> {
    let calendar = ICalendar::parse(text).expect("what we write can be read");
    let events = calendar.components.into_iter();
    events.flat_map(|each| each.entries).collect()
}

fn text_of(entries: &[ICalendarEntry], name: ICalendarProperty) -> String {
    let entry = entries.iter().find(|entry| entry.name == name).unwrap();
    match &entry.values[..] {
        [ICalendarValue::Text(text)] => text.clone(),
        [] => String::new(),
        values => panic!("expected one text, got {values:?}"),
    }
}

fn common_names(entries: &[ICalendarEntry]) -> Vec<String> {
    let parameters = entries.iter().flat_map(|entry| &entry.params);
    let names = parameters.filter(|parameter| parameter.name == ICalendarParameterName::Cn);
    names
        .map(|parameter| match &parameter.value {
            // This reader leaves the escapes of RFC 6868 as they are.
            ICalendarParameterValue::Text(text) => {
                let parts: Vec<_> = text
                    .split("^^")
                    .map(|part| part.replace("^'", "\""))
                    .collect();
                parts.join("^")
            }
            ICalendarParameterValue::Null => String::new(),
            value => panic!("expected text, got {value:?}"),
        })
        .collect()
}

/// Any text, with a taste for the characters that mean something in a calendar.
fn hostile() -> impl Strategy<Value = String> {
    let telling = prop::sample::select(
        "\";:,\\^'=\r\n\t \0\u{7f}\u{85}\u{2028}éN老"
            .chars()
            .collect::<Vec<_>>(),
    );
    let character = prop_oneof![telling, any::<char>()];
    prop::collection::vec(character, 0..120).prop_map(String::from_iter)
}

/// What is left of a text once its control characters are gone: line breaks are `\n`.
fn kept(text: &str) -> String {
    let lines = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    lines.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "")
}

/// What is left of a name: line breaks and tabs are spaces, backslashes slashes.
fn kept_name(text: &str) -> String {
    let spaces = text.replace(['\r', '\n', '\t', '\u{2028}', '\u{2029}'], " ");
    spaces.replace('\\', "/").replace(char::is_control, "")
}

proptest! {
    #[test]
    fn whatever_people_type_stays_a_value(
        title in hostile(),
        description in hostile(),
        location in hostile(),
        name in hostile(),
    ) {
        let mut event = meeting();
        event.location = Some("Room 1".to_owned());
        let expected = property_names(&invitation(&event));
        event.title = title;
        event.description = Some(description);
        event.location = Some(location);
        for participant in &mut event.participants {
            participant.name.clone_from(&name);
        }

        let text = invitation(&event);

        prop_assert_eq!(property_names(&text), expected);
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 75));
        prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        let entries = entries(&text);
        prop_assert_eq!(text_of(&entries, ICalendarProperty::Summary), kept(&event.title));
        let link = event.meeting_link.as_deref().unwrap();
        let description = format!("{}\n\n{link}", event.description.as_deref().unwrap());
        prop_assert_eq!(text_of(&entries, ICalendarProperty::Description), kept(&description));
        let location = event.location.as_deref().unwrap();
        prop_assert_eq!(text_of(&entries, ICalendarProperty::Location), kept(location));
        prop_assert_eq!(common_names(&entries), vec![kept_name(&name); 3]);
    }
}
