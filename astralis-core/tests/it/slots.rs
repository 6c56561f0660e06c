//! The slot search and the predicate, against trying every minute with every claim.

use std::collections::BTreeSet;

use astralis_core::model::Tally;
use astralis_core::policy::{self, HostHours, Situation};
use astralis_core::slots::search;
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::generators::{claims, event_type, host, odd_day, schedule};
use astralis_testkit::twins::NaivePolicy;
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use uuid::Uuid;

fn noon(date: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    date.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn search_finds_exactly_what_trying_every_minute_finds(
        ((hours, other_hours, date), event_type, claims) in
            (odd_day(), odd_day()).prop_flat_map(|((zone, date), (elsewhere, _))| {
            let hours = (schedule(zone.clone(), date), schedule(elsewhere, date), Just(date));
            let claims = claims(host().into(), noon(date) - TimeDelta::hours(36));
            (hours, event_type(zone, date), claims)
        }),
        (gone, pick) in (prop::bool::weighted(0.03), any::<prop::sample::Index>()),
        two_hosts in prop::bool::weighted(0.3),
        now in -40_i64..10,
        booked in prop::collection::vec((-40_i64..40, 15_i64..60), 0..4),
    ) {
        let zones = ZoneDatabase::bundled();
        let second = Uuid::from_u128(9).into();
        let hosts = [
            HostHours { subject: host().into(), schedule: &hours },
            HostHours { subject: second, schedule: &other_hours },
        ];
        let inactive = [host().into()];
        let tallies: Vec<_> = booked
            .into_iter()
            .map(|(hour, minutes)| Tally {
                start: noon(date) + TimeDelta::hours(hour),
                duration: TimeDelta::minutes(minutes),
                booking: Uuid::from_u128(77).into(),
            })
            .collect();
        let situation = Situation {
            event_type: &event_type,
            hosts: if two_hosts { &hosts } else { &hosts[..1] },
            claims: &claims,
            tallies: &tallies,
            inactive: if gone { &inactive } else { &[] },
            now: noon(date) + TimeDelta::hours(now),
            moving: None,
            zones: &zones,
        };
        let duration = *pick.get(&event_type.durations);
        let window =
            Interval::new(noon(date) - TimeDelta::hours(20), noon(date) + TimeDelta::hours(20)).unwrap();
        let slots = search(&situation, window, duration).unwrap();
        let starts: Vec<_> = slots.iter().map(|slot| slot.start()).collect();
        let naive = NaivePolicy::new(situation);
        prop_assert_eq!(&starts, &naive.offered_starts(window, duration));

        // The reasons agree too, not only whether there are any; and a decision about one start
        // sees what the search over the whole window saw.
        for minute in (0..window.duration().num_minutes()).step_by(7) {
            let start = window.start() + TimeDelta::minutes(minute);
            let meeting = Interval::starting_at(start, duration).unwrap();
            let reasons = policy::admit(&situation, &meeting).unwrap();
            let codes: BTreeSet<_> = reasons.iter().map(|refusal| refusal.code()).collect();
            prop_assert_eq!(codes, naive.objections(start, duration), "at {}", start);
        }
    }

    #[test]
    fn the_order_of_claims_makes_no_difference(
        (hours, date, event_type, claims) in odd_day().prop_flat_map(|(zone, date)| {
            let claims = claims(host().into(), noon(date) - TimeDelta::hours(36));
            (schedule(zone.clone(), date), Just(date), event_type(zone, date), claims)
        }),
    ) {
        let zones = ZoneDatabase::bundled();
        let reversed: Vec<_> = claims.iter().rev().cloned().collect();
        let minutes = || (0..20 * 60).step_by(5).map(TimeDelta::minutes);
        let decisions = |claims| {
            let situation = Situation {
                event_type: &event_type,
                hosts: &[HostHours { subject: host().into(), schedule: &hours }],
                claims,
                tallies: &[],
                inactive: &[],
                now: noon(date) - TimeDelta::hours(30),
                moving: None,
                zones: &zones,
            };
            let window = Interval::new(noon(date), noon(date) + TimeDelta::hours(20)).unwrap();
            let duration = event_type.default_duration();
            let admission = policy::Admission::prepare(&situation, window, duration).unwrap();
            let reasons = minutes().map(|after| admission.reasons(noon(date) + after));
            (admission.starts().collect::<Vec<_>>(), reasons.collect::<Vec<_>>())
        };
        prop_assert_eq!(decisions(&claims), decisions(&reversed));
    }
}
