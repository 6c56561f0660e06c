//! Host rules, against trying every minute with every set of hosts.

use std::collections::{BTreeMap, BTreeSet};

use astralis_core::availability::Schedule;
use astralis_core::model::{Claim, EventType, SubjectId};
use astralis_core::policy::{
    Admission, HostHours, Hosts, HostsAdmission, HostsError, Refusal, Situation, SituationError,
};
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::generators::{claims, event_type, odd_day, schedule};
use astralis_testkit::twins::{NaiveHosts, holds};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

fn noon(date: NaiveDate) -> DateTime<Utc> {
    date.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

fn subject(number: u128) -> SubjectId {
    Uuid::from_u128(number).into()
}

/// Rules of every shape over four subjects in any order.
fn rule() -> impl Strategy<Value = Hosts> {
    let order = Just([1, 2, 3, 4]).prop_shuffle();
    (order, 0..8).prop_map(|(order, shape)| {
        let [a, b, c, d] = order.map(|number| Hosts::One(subject(number)));
        match shape {
            0 => Hosts::All(vec![a, b]),
            1 => Hosts::Any(vec![a, b, c, d]),
            2 => two_of(vec![a, b, c, d]),
            3 => Hosts::All(vec![Hosts::Any(vec![a, b]), c, Hosts::Optional(d.into())]),
            4 => Hosts::Any(vec![Hosts::All(vec![a, b]), two_of(vec![c, d])]),
            5 => two_of(vec![a, Hosts::Any(vec![b, c]), d]),
            6 => Hosts::Any(vec![a, Hosts::All(vec![b, Hosts::Optional(c.into())])]),
            _ => a,
        }
    })
}

fn two_of(of: Vec<Hosts>) -> Hosts {
    Hosts::KOf { count: 2, of }
}

#[derive(Debug)]
struct World {
    schedules: Vec<Schedule>,
    claims: Vec<Claim>,
    event_type: EventType,
    rule: Hosts,
    date: NaiveDate,
}

fn world() -> impl Strategy<Value = World> {
    let parts = (odd_day(), odd_day()).prop_flat_map(|((zone, date), (elsewhere, _))| {
        let from = noon(date) - TimeDelta::hours(36);
        let taken: Vec<_> = (1..5).map(|number| claims(subject(number), from)).collect();
        // Rules name their hosts in any order: the first may live in either place.
        let homes = [&zone, &elsewhere, &zone, &elsewhere];
        (
            Vec::from(homes.map(|home| schedule(home.clone(), date))),
            (taken, any::<bool>()),
            event_type(zone, date),
            rule(),
            Just(date),
        )
    });
    parts.prop_map(|(schedules, (taken, by_start), event_type, rule, date)| {
        let mut claims = taken.concat();
        if by_start {
            claims.sort_by_key(|claim| claim.during);
        }
        World {
            schedules,
            claims,
            event_type,
            rule,
            date,
        }
    })
}

impl World {
    fn hosts(&self) -> Vec<HostHours<'_>> {
        let hours = |subject: SubjectId| HostHours {
            subject,
            schedule: &self.schedules[subject.as_uuid().as_u128() as usize - 1],
        };
        self.rule.subjects().into_iter().map(hours).collect()
    }

    fn situation<'a>(
        &'a self,
        hosts: &'a [HostHours<'a>],
        inactive: &'a [SubjectId],
        zones: &'a ZoneDatabase,
    ) -> Situation<'a> {
        Situation {
            event_type: &self.event_type,
            hosts,
            claims: &self.claims,
            tallies: &[],
            inactive,
            now: noon(self.date) - TimeDelta::hours(14),
            moving: None,
            zones,
        }
    }
}

fn codes(reasons: &[Refusal]) -> BTreeSet<&'static str> {
    reasons.iter().map(Refusal::code).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_start_is_offered_exactly_if_some_set_of_hosts_can_take_it(
        world in world(),
        gone in prop::bool::weighted(0.2),
    ) {
        let zones = ZoneDatabase::bundled();
        let (hosts, inactive) = (world.hosts(), [subject(2)]);
        let inactive: &[_] = if gone { &inactive } else { &[] };
        let situation = world.situation(&hosts, inactive, &zones);
        let duration = world.event_type.default_duration();
        let start = noon(world.date) - TimeDelta::hours(3);
        let range = Interval::starting_at(start, TimeDelta::hours(6)).unwrap();
        let admission = HostsAdmission::prepare(&situation, &world.rule, range, duration).unwrap();
        let naive = NaiveHosts::new(situation, &world.rule, duration);

        let starts = admission.starts();
        for minute in (0..range.duration().num_minutes()).map(TimeDelta::minutes) {
            let at = range.start() + minute;
            let offered = naive.offers(at);
            prop_assert_eq!(starts.binary_search(&at).is_ok(), offered, "at {}", at);
            match admission.assign(at) {
                Ok(assigned) => {
                    let set = assigned.iter().copied().collect();
                    prop_assert!(offered && holds(&world.rule, &set), "{:?} at {}", assigned, at);
                    prop_assert!(naive.free(at).is_superset(&set), "{:?} at {}", assigned, at);
                }
                Err(no) => {
                    prop_assert!(!offered, "{:?} at {}", no, at);
                    prop_assert_eq!(codes(&no.reasons), naive.objections(at), "at {}", at);
                    let hosts = no.hosts.iter().map(|host| (host.subject, codes(&host.reasons)));
                    prop_assert_eq!(hosts.collect::<BTreeMap<_, _>>(), naive.host_objections(at));
                }
            }
        }
        let shuffled: Vec<_> = hosts.iter().rev().copied().collect();
        let situation_shuffled = Situation { hosts: &shuffled, ..situation };
        let reversed = HostsAdmission::prepare(&situation_shuffled, &world.rule, range, duration);
        prop_assert_eq!(reversed.unwrap().starts(), starts.as_slice());
        if let Hosts::All(of) = &world.rule && of.iter().all(|part| matches!(part, Hosts::One(_))) {
            let plain = Admission::prepare(&situation, range, duration).unwrap();
            prop_assert_eq!(starts, plain.starts().collect::<Vec<_>>());
        }
    }
}

fn nine_to_ten() -> Interval {
    "2026-03-02T09:00Z/2026-03-02T10:00Z".parse().unwrap()
}

/// Everybody is open Mondays from nine to five, UTC; some of them are taken from nine to ten.
fn mondays(rule: &Hosts, taken: &[u128]) -> World {
    use astralis_core::availability::{AvailabilityRule, LocalWindow};

    let mut schedule = Schedule::closed("UTC".parse().unwrap());
    schedule.rules.push(AvailabilityRule {
        id: Uuid::nil().into(),
        days: chrono::Weekday::Mon.into(),
        window: LocalWindow::new("09:00".parse().unwrap(), "17:00".parse().unwrap()).unwrap(),
        active: true,
        valid: None,
    });
    let nine = nine_to_ten();
    let claim = |number: &u128| Claim {
        id: Uuid::from_u128(*number).into(),
        org: Uuid::nil().into(),
        subject: subject(*number),
        during: nine,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        event: Uuid::from_u128(*number).into(),
        kind: astralis_core::model::BusyKind::Busy,
        exclusive: true,
        expires_at: None,
    };
    let (id, owner) = (Uuid::nil().into(), Uuid::nil().into());
    let slug = "intro".parse().unwrap();
    let event_type = EventType::builder(id, Uuid::nil().into(), owner, slug, TimeDelta::hours(1));
    World {
        schedules: vec![schedule; 4],
        claims: taken.iter().map(claim).collect(),
        event_type: event_type.build().unwrap(),
        rule: rule.clone(),
        date: nine.start().date_naive(),
    }
}

/// Who takes a meeting on Monday at nine, or whom the refusal names as taken.
fn assigned(rule: &Hosts, taken: &[u128]) -> Result<Vec<SubjectId>, Vec<SubjectId>> {
    let world = mondays(rule, taken);
    let (nine, hour) = (nine_to_ten(), TimeDelta::hours(1));
    let (hosts, zones) = (world.hosts(), ZoneDatabase::bundled());
    let situation = world.situation(&hosts, &[], &zones);
    let admission = HostsAdmission::prepare(&situation, rule, nine, hour).unwrap();
    let name = |no: astralis_core::policy::NotHosted| {
        let taken = |reason: &Refusal| matches!(reason, Refusal::Taken { .. });
        assert!(no.hosts.iter().all(|host| host.reasons.iter().all(taken)));
        no.hosts.iter().map(|host| host.subject).collect()
    };
    admission.assign(nine.start()).map_err(name)
}

fn ones(numbers: &[u128]) -> Vec<Hosts> {
    let one = |number: &u128| Hosts::One(subject(*number));
    numbers.iter().map(one).collect()
}

#[test]
fn candidates_are_asked_in_order_and_a_refusal_names_each() {
    let subjects = |numbers: &[u128]| numbers.iter().copied().map(subject).collect::<Vec<_>>();
    let any = Hosts::Any(ones(&[3, 1, 2]));
    assert_eq!(assigned(&any, &[]), Ok(subjects(&[3])));
    assert_eq!(assigned(&any, &[3]), Ok(subjects(&[1])));
    assert_eq!(assigned(&any, &[1, 2, 3]), Err(subjects(&[3, 1, 2])));
    let two = two_of(ones(&[4, 3, 2]));
    assert_eq!(assigned(&two, &[3]), Ok(subjects(&[4, 2])));
    assert_eq!(assigned(&two, &[3, 4]), Err(subjects(&[4, 3])));
}

#[test]
fn whoever_is_optional_joins_if_free_and_is_not_missed_otherwise() {
    let mut of = ones(&[1]);
    of.push(Hosts::Optional(Hosts::One(subject(2)).into()));
    let rule = Hosts::All(of);
    assert_eq!(assigned(&rule, &[]), Ok(vec![subject(1), subject(2)]));
    assert_eq!(assigned(&rule, &[2]), Ok(vec![subject(1)]));
}

#[test]
fn rules_that_nobody_could_mean_are_refused() {
    let optional = |number| Hosts::Optional(Hosts::One(subject(number)).into());
    let deep = (0..4).fold(Hosts::One(subject(1)), |inner, _| Hosts::Any(vec![inner]));
    for (rule, expected) in [
        (Hosts::All(vec![]), HostsError::Count),
        (
            Hosts::KOf {
                count: 0,
                of: ones(&[1]),
            },
            HostsError::Count,
        ),
        (
            Hosts::KOf {
                count: 2,
                of: ones(&[1]),
            },
            HostsError::Count,
        ),
        (Hosts::All(vec![optional(1)]), HostsError::Optional),
        (Hosts::Any(vec![optional(1)]), HostsError::Optional),
        (Hosts::Any(ones(&[1, 2, 1])), HostsError::Twice(subject(1))),
        (deep, HostsError::TooDeep),
    ] {
        assert_eq!(rule.check(), Err(expected), "{rule:?}");
    }
    let error = SituationError::from(HostsError::Unknown(subject(7)));
    assert!(matches!(error, SituationError::Hosts(_)));
}

#[test]
fn a_rule_is_decided_about_only_if_it_can_be_meant_and_everybody_in_it_is_known() {
    let (nine, hour) = (nine_to_ten(), TimeDelta::hours(1));
    let zones = ZoneDatabase::bundled();
    let any = Hosts::Any(ones(&[1, 2, 3]));
    let world = mondays(&any, &[]);
    let hosts = world.hosts();
    let error = |rule: &Hosts, hosts: &[HostHours<'_>]| {
        let situation = world.situation(hosts, &[], &zones);
        HostsAdmission::prepare(&situation, rule, nine, hour).err()
    };
    assert_eq!(error(&any, &hosts), None);
    let unknown = SituationError::from(HostsError::Unknown(subject(3)));
    assert_eq!(error(&any, &hosts[..2]), Some(unknown));
    let twice = Hosts::Any(ones(&[1, 1]));
    let expected = SituationError::from(HostsError::Twice(subject(1)));
    assert_eq!(error(&twice, &hosts), Some(expected));
}

#[test]
fn whoever_is_gone_does_not_shape_the_grid() {
    use astralis_core::availability::LocalWindow;

    let rule = two_of(ones(&[1, 2, 3]));
    let mut world = mondays(&rule, &[]);
    let late = LocalWindow::new("09:30".parse().unwrap(), "17:00".parse().unwrap()).unwrap();
    world.schedules[2].rules[0].window = late;
    let (hosts, zones, hour) = (world.hosts(), ZoneDatabase::bundled(), TimeDelta::hours(1));
    let morning = "2026-03-02T08:00Z/2026-03-02T11:00Z".parse().unwrap();
    let starts = |inactive: &[SubjectId]| {
        let situation = world.situation(&hosts, inactive, &zones);
        let admission = HostsAdmission::prepare(&situation, &rule, morning, hour).unwrap();
        let starts = admission.starts().into_iter();
        starts
            .map(|at| at.format("%H:%M").to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(starts(&[]), ["09:00", "10:00"]);
    // Two are open together from half past nine on, now that one of those open earlier is gone.
    assert_eq!(starts(&[subject(2)]), ["09:30", "10:30"]);
    assert_eq!(starts(&[subject(3)]), ["09:00", "10:00"]);
}
