//! Scores and rankings against their naive twins, and laws that hold for any scorer.

use astralis_core::availability::{Schedule, expand};
use astralis_core::model::SubjectId;
use astralis_core::slots::Slot;
use astralis_core::slots::score::{
    BaseRules, Candidate, Panel, Participant, Ranked, Score, ScoreSheet, Scorer, ScoringContext,
    top,
};
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use astralis_testkit::generators::{odd_day, schedule};
use astralis_testkit::twins::is_open;
use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use proptest::prelude::*;
use uuid::Uuid;

fn noon(date: NaiveDate) -> DateTime<Utc> {
    date.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

fn utc() -> Zone {
    ZoneDatabase::bundled()
        .zone(&"UTC".parse().unwrap())
        .unwrap()
}

fn candidate(start: DateTime<Utc>, minutes: i64, host: u8) -> Candidate {
    let during = Interval::starting_at(start, TimeDelta::minutes(minutes)).unwrap();
    Candidate {
        slot: Slot { during },
        subject: subject(host),
    }
}

fn subject(number: u8) -> SubjectId {
    Uuid::from_u128(number.into()).into()
}

/// Few different totals, so that many candidates tie.
struct MinuteModulo(i64);

impl Scorer for MinuteModulo {
    fn score(&self, candidate: &Candidate, _: &ScoringContext, sheet: &mut ScoreSheet) {
        let minute = i64::from(candidate.slot.start().minute());
        sheet.add("minute", minute % self.0, || "by the minute".to_owned());
    }
}

/// Whatever points it was told to give, in this order.
#[derive(Debug)]
struct Hostile(Vec<i64>);

impl Scorer for Hostile {
    fn score(&self, _: &Candidate, _: &ScoringContext, sheet: &mut ScoreSheet) {
        sheet.record_conflicts(u32::MAX);
        sheet.record_conflicts(u32::MAX);
        for points in &self.0 {
            sheet.add("extreme", *points, || "because".to_owned());
        }
    }
}

fn naive_top(
    count: usize,
    candidates: &[Candidate],
    scorer: &dyn Scorer,
    context: &ScoringContext,
) -> Vec<Ranked> {
    let mut all: Vec<_> = candidates
        .iter()
        .map(|candidate| Ranked {
            candidate: *candidate,
            score: Score::of(candidate, scorer, context),
        })
        .collect();
    all.sort_by(|a, b| {
        let by_total = b.score.total().cmp(&a.score.total());
        by_total
            .then(a.candidate.slot.start().cmp(&b.candidate.slot.start()))
            .then(a.candidate.slot.end().cmp(&b.candidate.slot.end()))
            .then(a.candidate.subject.cmp(&b.candidate.subject))
    });
    all.truncate(count);
    all
}

/// The rules of the default scorer as they are told: every minute, every meeting.
fn naive_base_score(
    candidate: &Candidate,
    people: &[(Schedule, Vec<Interval>)],
    context: &ScoringContext,
    zones: &ZoneDatabase,
) -> i64 {
    use chrono::{Datelike, Weekday};

    let during = candidate.slot.during;
    let minutes = 0..during.duration().num_minutes();
    let within = |schedule: &Schedule| {
        minutes
            .clone()
            .all(|minute| is_open(schedule, during.start() + TimeDelta::minutes(minute), zones))
    };
    let outside = people
        .iter()
        .filter(|(schedule, _)| !within(schedule))
        .count();
    let meetings = people.iter().flat_map(|(_, busy)| busy);
    let conflicts = meetings.filter(|busy| busy.overlaps(&during)).count();
    let weekday = context.zone.to_civil(during.start()).weekday();
    let early = matches!(weekday, Weekday::Mon | Weekday::Tue | Weekday::Wed);
    100 - 20 * i64::try_from(outside).unwrap() - 50 * i64::try_from(conflicts).unwrap()
        + if early { 5 } else { 0 }
}

fn busy_around(start: DateTime<Utc>) -> impl Strategy<Value = Vec<Interval>> {
    let busy = (0_i64..3 * 288, 1_i64..60).prop_map(move |(after, length)| {
        let start = start + TimeDelta::minutes(5 * after);
        Interval::starting_at(start, TimeDelta::minutes(5 * length)).unwrap()
    });
    prop::collection::vec(busy, 0..12)
}

proptest! {
    #[test]
    fn the_top_few_are_the_first_of_all_in_order(
        starts in prop::collection::vec((0_i64..600, 1_i64..3, 0_u8..3), 0..80),
        count in 0_usize..90,
        modulus in 1_i64..5,
    ) {
        let epoch = DateTime::<Utc>::UNIX_EPOCH;
        let candidates: Vec<_> = starts
            .into_iter()
            .map(|(start, length, host)| candidate(epoch + TimeDelta::minutes(start), 30 * length, host))
            .collect();
        let context = ScoringContext::new(utc(), epoch);
        let scorer = MinuteModulo(modulus);
        let best = top(count, candidates.iter().copied(), &scorer, &context);
        prop_assert_eq!(best, naive_top(count, &candidates, &scorer, &context));
    }

    #[test]
    fn the_default_scorer_counts_what_every_minute_and_every_meeting_tell(
        (date, people) in odd_day().prop_flat_map(|(zone, date)| {
            let person = (schedule(zone, date), busy_around(noon(date) - TimeDelta::hours(36)));
            (Just(date), prop::collection::vec(person, 1..4))
        }),
        starts in prop::collection::vec((-96_i64..96, 1_i64..8), 1..8),
    ) {
        let zones = ZoneDatabase::bundled();
        let window = Interval::new(noon(date) - TimeDelta::days(3), noon(date) + TimeDelta::days(3)).unwrap();
        let mut context = ScoringContext::new(zones.zone(&people[0].0.time_zone).unwrap(), noon(date));
        context.participants = people
            .iter()
            .map(|(schedule, busy)| {
                let zone = zones.zone(&schedule.time_zone).unwrap();
                let mut participant = Participant::new(subject(1), zone);
                participant.hours = Some(expand(schedule, window, &zones).unwrap());
                participant.busy = busy.iter().copied().collect();
                participant
            })
            .collect();
        for (quarters, lengths) in starts {
            let start = noon(date) + TimeDelta::minutes(15 * quarters);
            let candidate = candidate(start, 15 * lengths, 1);
            let score = Score::of(&candidate, &BaseRules::default(), &context);
            prop_assert_eq!(score.total(), naive_base_score(&candidate, &people, &context, &zones));
            let whole = Score::of(&candidate, &Panel::complete(), &context);
            prop_assert_eq!(whole.total(), whole.components().iter().map(|each| each.points).sum::<i64>());
            prop_assert_eq!(whole.conflicts(), score.conflicts());
            context.participants.reverse();
            prop_assert_eq!(Score::of(&candidate, &Panel::complete(), &context), whole);
        }
    }

    #[test]
    fn no_points_are_too_many(
        mut points in prop::collection::vec(
            prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0), any::<i64>()], 0..12),
        other in prop::sample::select([i64::MIN, 0, i64::MAX].as_slice()),
    ) {
        let epoch = DateTime::<Utc>::UNIX_EPOCH;
        let context = ScoringContext::new(utc(), epoch);
        let candidate = candidate(epoch, 30, 1);
        let exact: i128 = points.iter().map(|each| i128::from(*each)).sum();
        let score = Score::of(&candidate, &Hostile(points.clone()), &context);
        let bounded = exact.clamp(i64::MIN.into(), i64::MAX.into());
        prop_assert_eq!(i128::from(score.total()), bounded);
        prop_assert!(score.shown() <= 100 && !score.viable());

        points.reverse();
        prop_assert_eq!(Score::of(&candidate, &Hostile(points.clone()), &context).total(), score.total());
        let panel = Panel::new().with(Hostile(points)).with(Hostile(vec![other]));
        let ranked = top(usize::MAX, [candidate; 3], &panel, &context);
        prop_assert_eq!(ranked.len(), 3);
    }
}
