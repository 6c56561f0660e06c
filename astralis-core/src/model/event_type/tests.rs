use uuid::Uuid;

use super::*;

fn half_hour() -> EventTypeBuilder {
    let (org, owner) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
    let slug = "intro".parse().unwrap();
    EventType::builder(
        Uuid::from_u128(3).into(),
        org,
        owner,
        slug,
        TimeDelta::minutes(30),
    )
}

#[track_caller]
fn check(builder: EventTypeBuilder, expected: &EventTypeError) {
    assert_eq!(builder.build().as_ref(), Err(expected));
}

#[test]
fn every_part_that_cannot_be_as_asked_is_named() {
    use EventTypeError as E;

    let minutes = TimeDelta::minutes;
    let host = SubjectId::new(Uuid::from_u128(2));
    check(half_hour().hosts(HostRule::All(vec![])), &E::Hosts);
    check(
        half_hour().hosts(HostRule::All(vec![host, host])),
        &E::Hosts,
    );
    check(half_hour().durations(vec![]), &E::Durations);
    check(
        half_hour().durations(vec![TimeDelta::seconds(90)]),
        &E::Durations,
    );
    check(
        half_hour().durations(vec![MAX_DURATION + minutes(1)]),
        &E::Durations,
    );
    check(half_hour().step(minutes(0)), &E::Step);
    check(half_hour().buffer_before(minutes(-5)), &E::Buffers);
    check(
        half_hour().buffer_after(MAX_BUFFER + minutes(1)),
        &E::Buffers,
    );
    check(
        half_hour().minimum_notice(TimeDelta::days(367)),
        &E::MinimumNotice,
    );
    check(
        half_hour().booking_window(BookingWindow::Rolling { days: 3661 }),
        &E::BookingWindow,
    );
    let none = Limit {
        period: LimitPeriod::Day,
        amount: LimitAmount::Bookings(0),
    };
    check(half_hour().limits(vec![none]), &E::Limits);
    check(
        half_hour().reminders(vec![TimeDelta::days(29)]),
        &E::Reminders,
    );
    assert!(matches!(half_hour().title("").build(), Err(E::Text(error)) if error.field == "title"));
}

#[test]
fn hours_of_its_own_must_not_contradict_themselves() {
    let mut hours = Schedule::closed("Europe/Paris".parse().unwrap());
    let closed = crate::availability::DateOverride {
        id: Uuid::nil().into(),
        date: NaiveDate::from_ymd_opt(2026, 12, 24).unwrap(),
        windows: vec![],
    };
    hours.overrides = vec![closed.clone(), closed];
    let error = half_hour().hours(hours).build().unwrap_err();
    assert!(matches!(
        error,
        EventTypeError::Hours(ScheduleError::OverrideTwice(_))
    ));
}

#[cfg(feature = "serde")]
#[test]
fn its_form_on_the_wire_is_the_documented_one() {
    let limit = Limit {
        period: LimitPeriod::Week,
        amount: LimitAmount::Bookings(4),
    };
    let event_type = half_hour()
        .limits(vec![limit])
        .step(TimeDelta::minutes(15))
        .build()
        .unwrap();
    let wire = serde_json::to_value(&event_type).unwrap();
    for (field, expected) in [
        ("durationMinutes", "[30]"),
        ("stepMinutes", "15"),
        ("bufferAfterMinutes", "0"),
        ("bookingWindow", r#"{"days":60,"kind":"ROLLING"}"#),
        ("limits", r#"[{"amount":{"bookings":4},"period":"WEEK"}]"#),
        (
            "hosts",
            r#"{"rule":"ALL","subjects":["00000000-0000-0000-0000-000000000002"]}"#,
        ),
        ("meetingTypes", r#"["VIDEO_CALL"]"#),
        ("reminderMinutes", "[1440,60]"),
    ] {
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(wire[field], expected, "{field}");
    }
    assert_eq!(
        serde_json::from_value::<EventType>(wire.clone()).unwrap(),
        event_type
    );
    let mut misspelled = wire;
    misspelled["bufferMinutes"] = 5.into();
    assert!(serde_json::from_value::<EventType>(misspelled).is_err());
}
