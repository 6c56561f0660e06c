//! The slot search in any situation, against trying every minute with every claim.
#![no_main]

use astralis_core::availability::Schedule;
use astralis_core::model::{Claim, EventType, SubjectId, Tally};
use astralis_core::policy::{Admission, HostHours, Situation};
use astralis_core::slots::search;
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_fuzz::Draw;
use astralis_testkit::generators::{claims, event_type, host};
use astralis_testkit::twins::NaivePolicy;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use uuid::Uuid;

static ZONES: LazyLock<ZoneDatabase> = LazyLock::new(ZoneDatabase::bundled);

/// In minutes.
const DAY: i64 = 24 * 60;

/// What a [`Situation`] borrows, and the question.
#[derive(Debug)]
struct Question {
    event_type: EventType,
    schedules: [Schedule; 2],
    two_hosts: bool,
    inactive: bool,
    claims: Vec<Claim>,
    tallies: Vec<Tally>,
    now: DateTime<Utc>,
    duration: TimeDelta,
    window: Interval,
}

fn question(bytes: &[u8]) -> Option<Question> {
    let mut draw = Draw::from(bytes);
    let (zone, date) = (draw.zone(&ZONES)?, draw.date()?);
    let from = date.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1);
    // A day and a half at most: the twin tries every minute of it.
    let start = from + TimeDelta::minutes(draw.between(0..2 * DAY)?);
    let length = TimeDelta::minutes(draw.between(1..3 * DAY / 2)?);
    let event_type = draw.made_by(event_type(zone.clone(), date))?;
    let claims = [
        draw.made_by(claims(host().into(), from))?,
        draw.made_by(claims(second_host(), from))?,
    ];
    Some(Question {
        window: Interval::starting_at(start, length).ok()?,
        now: from + TimeDelta::minutes(draw.between(-DAY..3 * DAY)?),
        two_hosts: draw.between(0..4)? == 3,
        inactive: draw.between(0..32)? == 31,
        duration: draw.made_by(prop::sample::select(event_type.durations.clone()))?,
        event_type,
        schedules: [draw.schedule(&zone, date)?, draw.schedule(&zone, date)?],
        claims: claims.concat(),
        tallies: draw.made_by(tallies(from))?,
    })
}

fn second_host() -> SubjectId {
    Uuid::from_u128(9).into()
}

fn tallies(from: DateTime<Utc>) -> impl Strategy<Value = Vec<Tally>> {
    let tally = (0_i64..4 * 24, 15_i64..60).prop_map(move |(hour, minutes)| Tally {
        start: from + TimeDelta::hours(hour),
        duration: TimeDelta::minutes(minutes),
        booking: Uuid::from_u128(77).into(),
    });
    prop::collection::vec(tally, 0..4)
}

fuzz_target!(|bytes: &[u8]| {
    let Some(question) = question(bytes) else {
        return;
    };
    let [first_hours, second_hours] = &question.schedules;
    let hosts = [
        HostHours {
            subject: host().into(),
            schedule: first_hours,
        },
        HostHours {
            subject: second_host(),
            schedule: second_hours,
        },
    ];
    let gone = [host().into()];
    let situation = Situation {
        event_type: &question.event_type,
        hosts: if question.two_hosts {
            &hosts
        } else {
            &hosts[..1]
        },
        claims: &question.claims,
        tallies: &question.tallies,
        inactive: if question.inactive { &gone } else { &[] },
        now: question.now,
        moving: None,
        zones: &ZONES,
    };
    listed_is_what_nothing_speaks_against(situation, question.window, question.duration);
});

fn listed_is_what_nothing_speaks_against(
    situation: Situation<'_>,
    window: Interval,
    duration: TimeDelta,
) {
    let slots = search(&situation, window, duration).expect("a well-formed situation");
    let listed: Vec<_> = slots.iter().map(|slot| slot.start()).collect();
    let admission = Admission::prepare(&situation, window, duration).expect("as for the search");
    let naive = NaivePolicy::new(situation);

    let mut found = Vec::new();
    for minute in 0..window.duration().num_minutes() {
        let start = window.start() + TimeDelta::minutes(minute);
        let reasons = admission.reasons(start);
        let codes: BTreeSet<_> = reasons.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes, naive.objections(start, duration), "at {start}");
        found.extend(codes.is_empty().then_some(start));
    }
    assert_eq!(listed, found);
}
