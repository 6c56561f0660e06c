//! Free slots without any I/O: plain values in, plain values out.
//!
//! `cargo run --example free_slots`

use astralis::availability::{AvailabilityRule, LocalWindow, Schedule};
use astralis::model::{BusyKind, Claim, EventType, OrgId, UserId};
use astralis::policy::{HostHours, Situation};
use astralis::slots;
use astralis::time::{Interval, ZoneDatabase};
use chrono::{TimeDelta, Weekday};
use uuid::Uuid;

#[expect(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zones = ZoneDatabase::bundled();
    let org = OrgId::new(Uuid::now_v7());
    let ada = UserId::new(Uuid::now_v7());

    // Open on weekdays from nine to five, on Ada's clock.
    let mut schedule = Schedule::closed("Europe/Paris".parse()?);
    for day in [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ] {
        schedule.rules.push(AvailabilityRule {
            id: Uuid::now_v7().into(),
            days: day.into(),
            window: LocalWindow::new("09:00".parse()?, "17:00".parse()?)?,
            active: true,
            valid: None,
        });
    }

    let hour = TimeDelta::hours(1);
    let event_type = EventType::builder(Uuid::now_v7().into(), org, ada, "intro".parse()?, hour)
        .title("Introduction")
        .buffer_after(TimeDelta::minutes(15))
        .step(TimeDelta::minutes(30))
        .build()?;

    // One meeting is in the way: 11:00 to 12:00 in Paris.
    let taken = Claim {
        id: Uuid::now_v7().into(),
        org,
        subject: ada.into(),
        during: "2026-03-30T09:00Z/2026-03-30T10:00Z".parse()?,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        event: Uuid::now_v7().into(),
        kind: BusyKind::Busy,
        exclusive: true,
        expires_at: None,
    };

    let situation = Situation {
        event_type: &event_type,
        hosts: &[HostHours {
            subject: ada.into(),
            schedule: &schedule,
        }],
        claims: &[taken],
        tallies: &[],
        inactive: &[],
        now: "2026-03-28T12:00:00Z".parse()?,
        moving: None,
        zones: &zones,
    };
    // The Monday after the clock changed: nine o'clock in Paris is seven in UTC now.
    let monday: Interval = "2026-03-30T00:00Z/2026-03-31T00:00Z".parse()?;
    let paris = zones.zone(&schedule.time_zone)?;
    for slot in slots::search(&situation, monday, hour)? {
        let (start, end) = (paris.to_civil(slot.start()), paris.to_civil(slot.end()));
        println!(
            "{} to {} ({})",
            start.format("%a %d %b %H:%M"),
            end.format("%H:%M"),
            paris.name()
        );
    }
    Ok(())
}
