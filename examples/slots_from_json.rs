//! Free slots from a JSON file: what another program needs to use the engine.
//!
//! `cargo run --example slots_from_json -- examples/slots.json`
//!
//! In: `now`, `eventType`, `hosts` (each a `subject` and a `schedule`), `busy` (each a `subject`,
//! the `event` that takes the time, `start`, `end`, and a `kind`, by default `BUSY`) and a `query`
//! with `from`, `to` and, if not the default, `durationMinutes`. With `explain`, a list of instants, the answer also says what
//! speaks against a meeting at each of them.
//!
//! Out: `slots` (each `start` and `end`, ascending) and `explained` (each `start` and `reasons`,
//! empty for a time that can be booked). All instants are RFC 3339 in UTC, all ranges half-open.

use std::io::Write;

use astralis::availability::Schedule;
use astralis::model::{BusyKind, Claim, EventId, EventType, SubjectId};
use astralis::policy::{self, HostHours, Refusal, Situation};
use astralis::slots::{self, Slot};
use astralis::time::{Interval, ZoneDatabase};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Question {
    now: DateTime<Utc>,
    event_type: EventType,
    hosts: Vec<Host>,
    #[serde(default)]
    busy: Vec<BusyTime>,
    query: Query,
    #[serde(default)]
    explain: Vec<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Host {
    subject: SubjectId,
    schedule: Schedule,
}

#[derive(Deserialize)]
struct BusyTime {
    subject: SubjectId,
    event: EventId,
    #[serde(flatten)]
    during: Interval,
    #[serde(default = "busy")]
    kind: BusyKind,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Query {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    duration_minutes: Option<u16>,
}

#[derive(Serialize)]
struct Answer {
    slots: Vec<Slot>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explained: Vec<Explained>,
}

#[derive(Serialize)]
struct Explained {
    start: DateTime<Utc>,
    reasons: Vec<Refusal>,
}

const fn busy() -> BusyKind {
    BusyKind::Busy
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("expected the path of a JSON file")?;
    let question: Question = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let answer = answer(&question)?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &answer)?;
    writeln!(out)?;
    Ok(())
}

fn answer(question: &Question) -> Result<Answer, Box<dyn std::error::Error>> {
    let hosts: Vec<_> = question
        .hosts
        .iter()
        .map(|host| HostHours {
            subject: host.subject,
            schedule: &host.schedule,
        })
        .collect();
    let claims: Vec<_> = question
        .busy
        .iter()
        .map(|busy| claim(busy, &question.event_type))
        .collect();
    let situation = Situation {
        event_type: &question.event_type,
        hosts: &hosts,
        claims: &claims,
        tallies: &[],
        inactive: &[],
        now: question.now,
        moving: None,
        zones: &ZoneDatabase::bundled(),
    };
    situation.check()?;
    let minutes = question.query.duration_minutes;
    let duration = match minutes {
        Some(minutes) => TimeDelta::minutes(minutes.into()),
        None => question.event_type.default_duration(),
    };
    let range = Interval::new(question.query.from, question.query.to)?;
    let explain = |start: &DateTime<Utc>| -> Result<_, Box<dyn std::error::Error>> {
        let meeting = Interval::starting_at(*start, duration)?;
        Ok(Explained {
            start: *start,
            reasons: policy::admit(&situation, &meeting)?,
        })
    };
    Ok(Answer {
        slots: slots::search(&situation, range, duration)?,
        explained: question
            .explain
            .iter()
            .map(explain)
            .collect::<Result<_, _>>()?,
    })
}

fn claim(busy: &BusyTime, event_type: &EventType) -> Claim {
    Claim {
        id: Uuid::now_v7().into(),
        org: event_type.org,
        subject: busy.subject,
        during: busy.during,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        event: busy.event,
        kind: busy.kind,
        exclusive: false,
        expires_at: None,
    }
}
