//! Invariant 2: what is listed can be booked, and nothing else; and only of the rest is there
//! anything to explain.

use std::sync::atomic::{AtomicUsize, Ordering};

use astralis_core::scheduler::BookError;
use astralis_core::time::Interval;
use astralis_testkit::generators::{event_type, odd_day, schedule};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::world::World;

/// How many starts were tried in vain, and how many of those lay one minute or one step from a
/// listed one.
#[derive(Default)]
struct Tried {
    listed: AtomicUsize,
    unlisted: AtomicUsize,
    near_misses: AtomicUsize,
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are part of the result")]
fn every_listed_slot_is_accepted_and_every_other_start_is_refused() {
    let tried = Tried::default();
    let scenario = odd_day().prop_flat_map(|(zone, date)| {
        let picks = prop::collection::vec(0_usize..400, 3);
        (
            schedule(zone.clone(), date),
            Just(date),
            event_type(zone, date),
            picks,
        )
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    TestRunner::new(Config {
        cases: 160,
        failure_persistence: None,
        ..Config::default()
    })
    .run(&scenario, |(schedule, date, event_type, picks)| {
        let noon = date.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let window =
            Interval::new(noon - TimeDelta::hours(30), noon + TimeDelta::hours(30)).unwrap();
        runtime.block_on(async {
            let now = noon - TimeDelta::hours(20);
            let world = World::new(event_type, schedule, now).await;
            fill(&world, window, &picks).await;
            check(&world, window, &picks, &tried).await
        })
    })
    .unwrap();
    let count = |number: &AtomicUsize| number.load(Ordering::Relaxed);
    let (listed, unlisted, near) = (
        count(&tried.listed),
        count(&tried.unlisted),
        count(&tried.near_misses),
    );
    println!(
        "{listed} listed starts booked, {unlisted} others refused, {near} of them near misses"
    );
    assert!(
        listed > 300 && unlisted > 1000,
        "{listed} listed, {unlisted} unlisted"
    );
    assert!(
        near * 10 >= unlisted * 3,
        "only {near} of {unlisted} were near misses"
    );
}

/// Takes some of the listed times, so that buffers and limits have something to act on.
async fn fill(world: &World, window: Interval, picks: &[usize]) {
    for pick in picks {
        let slots = world.slots(window).await;
        if let Some(slot) = slots.get(pick % slots.len().max(1)) {
            world.book(slot.start()).await.unwrap();
        }
    }
}

async fn check(
    world: &World,
    window: Interval,
    picks: &[usize],
    tried: &Tried,
) -> Result<(), TestCaseError> {
    let listed: Vec<_> = world
        .slots(window)
        .await
        .iter()
        .map(|slot| slot.start())
        .collect();
    for start in listed.iter().step_by(listed.len().div_ceil(12).max(1)) {
        prop_assert_eq!(world.explain(*start, None).await, vec![]);
        let booked = world.book(*start).await;
        prop_assert!(booked.is_ok(), "{} was listed, but {:?}", start, booked);
        world.cancel(&booked.unwrap()).await.unwrap();
        tried.listed.fetch_add(1, Ordering::Relaxed);
    }
    for (start, near) in others(world, window, &listed, picks) {
        let refused = world.book(start).await;
        let Err(BookError::Refused(no)) = &refused else {
            return Err(TestCaseError::fail(format!(
                "{start} was not listed, but {refused:?}"
            )));
        };
        prop_assert!(
            !no.reasons.is_empty(),
            "{} was refused without a reason",
            start
        );
        prop_assert_eq!(&world.explain(start, None).await, &no.reasons);
        tried.unlisted.fetch_add(1, Ordering::Relaxed);
        tried
            .near_misses
            .fetch_add(usize::from(near), Ordering::Relaxed);
    }
    Ok(())
}

/// Starts that are not listed, each with whether it is one minute or one step from one that is.
fn others(
    world: &World,
    window: Interval,
    listed: &[DateTime<Utc>],
    picks: &[usize],
) -> Vec<(DateTime<Utc>, bool)> {
    let step = world
        .event_type
        .step_for(world.event_type.default_duration());
    let minute = TimeDelta::minutes(1);
    let sample = listed
        .iter()
        .step_by(listed.len().div_ceil(6).max(1))
        .chain(listed.last());
    let near = sample
        .flat_map(|at| [*at - minute, *at + minute, *at - step, *at + step])
        .map(|start| (start, true));
    let minutes = usize::try_from(window.duration().num_minutes()).unwrap();
    let anywhere = picks
        .iter()
        .flat_map(|pick| [pick * 7, pick * 11 + 3])
        .map(|offset| {
            let offset = TimeDelta::minutes((offset % minutes).try_into().unwrap());
            (window.start() + offset, false)
        });
    near.chain(anywhere)
        .filter(|(start, _)| window.contains(*start) && listed.binary_search(start).is_err())
        .collect()
}
