//! What holds for any series: in zones and on days whose clocks do something worth testing.

use std::collections::BTreeSet;

use astralis_core::jobs::extend_series;
use astralis_core::model::CalendarEvent;
use astralis_core::policy::Refusal;
use astralis_core::recurrence::{Length, Series, Start};
use astralis_core::scheduler::{EventDraft, EventError, EventTime, ExplainQuery, OnClash, Scope};
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use astralis_testkit::generators::odd_day;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::office::Office;

/// A series: in a zone, from some days before or after one of its odd days.
#[derive(Debug, Clone)]
struct Sample {
    zone: Zone,
    start: NaiveDateTime,
    rule: Rule,
    minutes: i64,
    /// Half hours from its start to dates that the rule does not name.
    half_hours: BTreeSet<i64>,
    /// Which occurrences are called off, moved, and where the series is split.
    called_off: BTreeSet<usize>,
    moved: BTreeSet<usize>,
    split: usize,
}

fn sample() -> impl Strategy<Value = Sample> {
    let around = (odd_day(), 0_u64..40, 0_u32..5, prop::bool::ANY);
    let is_daily = prop::bool::weighted(0.4);
    let half_hours = prop::collection::btree_set(prop_oneof![1_i64..720, 1_i64..15_840], 0..5);
    let lengths = (15_i64..300, half_hours);
    let numbers = || prop::collection::btree_set(0_usize..12, 0..3);
    let cuts = (numbers(), numbers(), 1_usize..12);
    (around, rule(), lengths, cuts, is_daily).prop_map(|sample| {
        let (around, mut rule, (minutes, half_hours), cuts, is_daily) = sample;
        let ((zone, odd), mut days_before, hour, half) = around;
        if is_daily {
            // So that it is split on the odd day itself.
            (rule.kind, rule.interval) = (0, 1);
            days_before = cuts.2 as u64;
        }
        let date = odd - Days::new(days_before);
        let start = date.and_hms_opt(hour, u32::from(half) * 30, 0);
        let start = start.expect("before five o'clock");
        let zone = ZoneDatabase::bundled().zone(&zone).unwrap();
        // What the clock skips is nothing that somebody can ask for.
        let start = zone.to_civil(zone.instant_of(start));
        Sample {
            rule,
            zone,
            start,
            minutes,
            half_hours,
            called_off: cuts.0,
            moved: cuts.1,
            split: cuts.2,
        }
    })
}

/// A rule that names the day it is made for.
#[derive(Debug, Clone)]
struct Rule {
    kind: u32,
    interval: u32,
    end: u32,
    size: u64,
}

fn rule() -> impl Strategy<Value = Rule> {
    let parts = (0_u32..6, 1_u32..4, 0_u32..3, 5_u64..400);
    parts.prop_map(|(kind, interval, end, size)| Rule {
        kind,
        interval,
        end,
        size,
    })
}

impl Rule {
    fn from(&self, date: NaiveDate) -> String {
        let day = date.format("%a").to_string().to_uppercase();
        let day = &day[..2];
        let rule = match self.kind {
            0 => "DAILY".to_owned(),
            1 => "WEEKLY".to_owned(),
            2 => format!("WEEKLY;BYDAY={day},SU,TH"),
            3 => "MONTHLY".to_owned(),
            4 => format!("MONTHLY;BYMONTHDAY={},15,-1", date.day()),
            _ => format!("MONTHLY;BYDAY={day};WKST=SU"),
        };
        let last = date + Days::new(self.size);
        let end = match self.end {
            0 => String::new(),
            1 => format!(";COUNT={}", self.size % 30 + 1),
            _ => format!(";UNTIL={}", last.format("%Y%m%d")),
        };
        format!("FREQ={rule};INTERVAL={}{end}", self.interval)
    }
}

impl Sample {
    fn draft(&self, office: &Office, start: DateTime<Utc>, rule: Option<&str>) -> EventDraft {
        EventDraft {
            time: EventTime::Timed {
                start,
                end: start + TimeDelta::minutes(self.minutes),
                time_zone: self.zone.name().clone(),
            },
            extra: rule.map(|_| self.extra()),
            ..office.draft("2026-03-30T09:00:00Z", rule)
        }
    }

    /// The dates that no rule names, where there is room for them, and which the clock shows
    /// without doubt.
    fn extra(&self) -> Vec<NaiveDateTime> {
        let mut taken = self.by_rule();
        let mut dates = Vec::new();
        for half_hours in &self.half_hours {
            let date = self.start + TimeDelta::minutes(30 * half_hours);
            let usual = date.date().and_time(self.start.time());
            let instant_of = |civil| self.zone.instant_of(civil);
            let is_shown = self.zone.to_civil(instant_of(date)) == date;
            let is_usual = date != usual && instant_of(date) == instant_of(usual);
            let during = self.lasting(date);
            if is_shown && !is_usual && !taken.iter().any(|other| other.overlaps(&during)) {
                taken.push(during);
                dates.push(date);
            }
        }
        dates
    }

    fn lasting(&self, start: NaiveDateTime) -> Interval {
        let length = TimeDelta::minutes(self.minutes);
        Interval::starting_at(self.zone.instant_of(start), length).unwrap()
    }

    /// What the rule alone makes of the window.
    fn by_rule(&self) -> Vec<Interval> {
        let start = Start::Zoned(self.start, self.zone.clone());
        let length = Length::elapsed(TimeDelta::minutes(self.minutes));
        let mut series = Series::new(start, &self.zone, length);
        series.repeat(self.rule().parse().unwrap()).unwrap();
        let found = series.occurrences(self.window()).unwrap();
        found.iter().map(|one| one.during).collect()
    }

    fn rule(&self) -> String {
        self.rule.from(self.start.date())
    }

    /// From before its start, as far as one can look at once.
    fn window(&self) -> Interval {
        let start = self.zone.instant_of(self.start) - TimeDelta::days(1);
        Interval::starting_at(start, TimeDelta::days(400)).unwrap()
    }

    async fn create(&self, office: &Office) -> CalendarEvent {
        let start = self.zone.instant_of(self.start);
        let draft = self.draft(office, start, Some(&self.rule()));
        office.create(draft).await.unwrap()
    }

    /// What it names within the window, by recurrence id.
    fn named(&self, series: &CalendarEvent) -> Vec<DateTime<Utc>> {
        let found = series
            .series(&self.zone)
            .unwrap()
            .occurrences(self.window());
        let found = found.unwrap();
        found.iter().map(|one| one.recurrence_id).collect()
    }
}

async fn listed(office: &Office, window: Interval) -> Vec<Interval> {
    let entries = office
        .scheduler
        .event_occurrences(office.world.org(), office.ada(), window);
    let entries = entries.await.unwrap();
    entries.iter().map(|entry| entry.during).collect()
}

fn run(check: impl Future<Output = Result<(), TestCaseError>>) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(check)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_series_is_its_rule_and_its_extra_dates(sample in sample()) {
        run(async {
            let office = Office::open().await;
            sample.create(&office).await;

            let mut expected = sample.by_rule();
            expected.extend(sample.extra().into_iter().map(|date| sample.lasting(date)));
            expected.sort_unstable();
            prop_assert_eq!(listed(&office, sample.window()).await, expected);
            Ok(())
        })?;
    }

    #[test]
    fn a_split_series_is_the_same_as_a_whole_one(sample in sample()) {
        run(async {
            let office = Office::open().await;
            let mut series = sample.create(&office).await;
            let ids = sample.named(&series);
            for n in &sample.called_off {
                if let Some(id) = ids.get(*n) {
                    series = office.cancel(&series, Scope::This(*id)).await.event;
                }
            }
            for id in sample.moved.difference(&sample.called_off).filter_map(|n| ids.get(*n)) {
                let later = *id + TimeDelta::minutes(100);
                let draft = sample.draft(&office, later, None);
                office.change(&series, Scope::This(*id), draft).await.unwrap();
                series = office.event(series.id).await;
            }
            let touched: BTreeSet<_> = sample.called_off.union(&sample.moved).collect();
            prop_assume!(!touched.contains(&sample.split));
            let Some(id) = ids.get(sample.split) else {
                return Ok(());
            };
            let before = listed(&office, sample.window()).await;
            // As they are in an answer: without those that were called off.
            let extra = series.recurrence.clone().unwrap().extra;
            let mut draft = sample.draft(&office, *id, Some(&sample.rule()));
            draft.extra = Some(extra.iter().copied().collect());

            let rest = office.change(&series, Scope::ThisAndFollowing(*id), draft);
            let rest = match rest.await {
                Err(EventError::Invalid(errors)) if errors[0].code == "notNamed" => {
                    // The rule does not name it, or a date that does not exist there: it takes
                    // place on the next.
                    let is_extra = extra.contains(&sample.zone.to_civil(*id));
                    prop_assert!(is_extra || sample.zone.name().as_str() == "Pacific/Apia");
                    return Ok(());
                }
                rest => rest.unwrap(),
            };

            prop_assert_ne!(rest.id, series.id);
            prop_assert_eq!(listed(&office, sample.window()).await, before);
            let first = office.event(series.id).await;
            prop_assert!(sample.named(&first).iter().all(|one| one < id));
            prop_assert!(sample.named(&rest).iter().all(|one| id <= one));
            Ok(())
        })?;
    }

    #[test]
    fn all_of_a_series_moves_without_losing_an_exception(
        sample in sample(),
        hours in prop_oneof![-30_i64..30, (-9_i64..9).prop_map(|days| 24 * days)],
    ) {
        run(async {
            let office = Office::open().await;
            let mut sample = sample;
            // By the day, so that the moved rule names what the old one does.
            sample.rule = Rule { kind: 0, interval: 1, end: 1, size: 14 };
            sample.minutes = 20;
            let mut series = sample.create(&office).await;
            let at = |n: i64, hours| {
                let civil = sample.start + TimeDelta::days(n) + TimeDelta::hours(hours);
                sample.zone.instant_of(civil)
            };
            let all: Vec<_> = (0..15).map(|n| at(n, 0)).collect();
            let moved: Vec<_> = (0..15).map(|n| at(n, hours)).collect();
            // A zone that skips a whole date has two of them at once.
            let is_once = |times: &[DateTime<Utc>]| times.is_sorted_by(|one, next| one < next);
            prop_assume!(is_once(&all) && is_once(&moved));
            // Where the series is split is often the odd day.
            let called_off = sample.called_off.iter().chain([&sample.split]);
            let called_off: BTreeSet<_> = called_off.copied().filter(|n| *n > 0).collect();
            for n in &called_off {
                series = office.cancel(&series, Scope::This(all[*n])).await.event;
            }
            // What the clock skips is nothing that somebody can ask for.
            let start = sample.zone.to_civil(moved[0]);
            prop_assume!(start == sample.start + TimeDelta::hours(hours));
            let extra = sample.extra();
            let extra = extra.iter().map(|date| *date + TimeDelta::hours(hours));
            let extra: Vec<_> = extra.map(|date| sample.zone.instant_of(date)).collect();
            // A clock that skips or repeats an hour brings some together.
            let mut together: Vec<_> = moved.iter().chain(&extra).copied().collect();
            together.sort_unstable();
            let length = TimeDelta::minutes(sample.minutes);
            prop_assume!(together[0] == moved[0]);
            prop_assume!(together.windows(2).all(|pair| pair[0] + length <= pair[1]));
            let draft = sample.draft(&office, moved[0], Some(&sample.rule()));

            office.change(&series, Scope::All, draft).await.unwrap();

            let left = (0..15).filter(|n| !called_off.contains(n)).map(|n| moved[n]);
            let mut left: Vec<_> = left.chain(extra).collect();
            left.sort_unstable();
            let window = Interval::starting_at(all[0] - TimeDelta::days(20), TimeDelta::days(400));
            let listed = listed(&office, window.unwrap()).await;
            let starts: Vec<_> = listed.iter().map(|during| during.start()).collect();
            prop_assert_eq!(starts, left);
            Ok(())
        })?;
    }

    #[test]
    fn claims_and_rules_together_take_each_occurrence_once(
        sample in sample(),
        advances in prop::collection::vec(0_i64..300, 0..4),
    ) {
        run(async {
            let office = Office::open().await;
            let now = office.scheduler.now();
            let mut sample = sample;
            // Where it is still to come.
            let ahead = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap() + Days::new(sample.split as u64);
            sample.start = ahead.and_time(sample.start.time());
            let series = sample.create(&office).await;
            for days in advances {
                office.clock.advance(TimeDelta::days(days));
                extend_series(&office.scheduler, 5).await.unwrap();
            }
            let whole = Interval::starting_at(now, TimeDelta::days(2500)).unwrap();
            let all = series.series(&sample.zone).unwrap().occurrences(whole).unwrap();

            let stored = office.event(series.id).await;
            let claimed_until = stored.recurrence.unwrap().claimed_until;
            let is_claimed = |start| claimed_until.is_none_or(|until| start < until);
            let claims = office.claims(office.ada(), &whole.to_string()).await;
            let claims: Vec<_> = claims.iter().map(|claim| claim.during).collect();
            let expected = all.iter().map(|one| one.during);
            let (claimed, beyond): (Vec<_>, Vec<_>) =
                expected.partition(|during| is_claimed(during.start()));
            prop_assert_eq!(&claims, &claimed);
            for during in claimed.iter().rev().take(3).chain(beyond.iter().take(3)) {
                prop_assert_eq!(taken_at(&office, *during).await, vec![*during]);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_series_without_what_is_taken_clashes_with_nothing(
        sample in sample(),
        others in prop::collection::btree_set(0_i64..90 * 48, 0..12),
    ) {
        run(async {
            let office = Office::open().await;
            let monday = NaiveDate::from_ymd_opt(2026, 3, 30).unwrap();
            let start = sample.zone.instant_of(monday.and_time(sample.start.time()));
            for half_hours in others {
                let at = start + TimeDelta::minutes(30 * half_hours);
                let at = at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
                let mut single = office.draft(&at, None);
                single.title = "Taken".to_owned();
                office.create(single).await.unwrap();
            }
            let taken = listed(&office, Interval::starting_at(start, TimeDelta::days(400)).unwrap());
            let taken = taken.await;
            let mut draft = sample.draft(&office, start, Some("FREQ=DAILY;COUNT=90"));
            draft.extra = None;
            let request = office.request(draft, OnClash::LeaveOut);

            let series = office.scheduler.create_event(&request).await.unwrap().event;

            prop_assert_eq!(&series.conflicts, &[]);
            let whole = Interval::starting_at(start, TimeDelta::days(400)).unwrap();
            let claims = office.claims(office.ada(), &whole.to_string()).await;
            let own: Vec<_> = claims.iter().filter(|claim| claim.event == series.id).collect();
            prop_assert!(own.iter().all(|claim| claim.exclusive));
            let mut everything = series.clone();
            let excluded = std::mem::take(&mut everything.recurrence.as_mut().unwrap().excluded);
            let all = everything.series(&sample.zone).unwrap().occurrences(whole).unwrap();
            let clashes = |during: &Interval| taken.iter().any(|taken| taken.overlaps(during));
            let free: Vec<_> = all.iter().map(|one| one.during).filter(|d| !clashes(d)).collect();
            let own: Vec<_> = own.iter().map(|claim| claim.during).collect();
            prop_assert_eq!(own, free);
            prop_assert_eq!(excluded.len(), all.iter().filter(|one| clashes(&one.during)).count());
            Ok(())
        })?;
    }
}

/// What is in the way of a meeting that starts with an occurrence.
async fn taken_at(office: &Office, during: Interval) -> Vec<Interval> {
    let query = ExplainQuery {
        org: office.world.org(),
        event_type: office.world.event_type().id,
        start: during.start(),
        duration: Some(TimeDelta::minutes(1)),
        moving: None,
    };
    let reasons = office.scheduler.explain(&query).await.unwrap();
    let taken = reasons.iter().filter_map(|reason| match reason {
        Refusal::Taken { during, .. } => Some(*during),
        _ => None,
    });
    taken.collect()
}
