//! Many callers at the same moment, each a task of its own.

use std::ops::Deref;
use std::sync::Arc;

use astralis_core::ports::{Store, StoreError, Transacted};

use super::{NINE, a_year, claims_during, one_host};
use crate::scenario::{Meeting, Scenario};

/// How a meeting is written.
#[derive(Clone, Copy)]
enum Way {
    /// After a look at what is free.
    Book,
    /// Blindly.
    Write,
}

/// Has each meeting written by a task of its own; outcomes in their order.
async fn at_once<S>(
    store: &Arc<S>,
    meetings: &[Meeting],
    way: Way,
) -> Vec<Result<Transacted, StoreError>>
where
    S: Deref<Target: Store + Sized> + Send + Sync + 'static,
{
    let tasks = meetings.iter().cloned().map(|meeting| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            match way {
                Way::Book => meeting.book(&**store).await,
                Way::Write => meeting.write(&**store).await,
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// Meetings of 60 minutes, one every 20: each overlaps its neighbours without being equal.
fn every_twenty_minutes(world: &Scenario, count: u32) -> Vec<Meeting> {
    let first: chrono::DateTime<chrono::Utc> = "2026-03-30T00:00:00Z".parse().unwrap();
    let starts = (0..count).map(|n| first + chrono::TimeDelta::minutes(20 * i64::from(n)));
    let meetings = starts.map(|start| {
        let end = start + chrono::TimeDelta::minutes(60);
        world.meeting(&format!(
            "{}/{}",
            start.format("%FT%TZ"),
            end.format("%FT%TZ")
        ))
    });
    meetings.collect()
}

/// However the callers interleave: no two winners overlap, and every loser overlaps a winner.
pub async fn of_overlapping_bookings_at_once_just_enough_win<S>(store: &Arc<S>)
where
    S: Deref<Target: Store + Sized> + Send + Sync + 'static,
{
    let world = one_host(&***store).await;
    let meetings = every_twenty_minutes(&world, 48);

    let outcomes = at_once(store, &meetings, Way::Book).await;

    let mut winners = Vec::new();
    let mut losers = Vec::new();
    for (meeting, outcome) in meetings.iter().zip(outcomes) {
        let during = meeting.event.when.during();
        match outcome {
            Ok(Transacted::Done(_)) => winners.push(during),
            Err(StoreError::Refused(_) | StoreError::TimeTaken) => losers.push(during),
            other => panic!("expected a winner or a loser, got {other:?}"),
        }
    }
    winners.sort_unstable();
    assert!(winners.windows(2).all(|pair| !pair[0].overlaps(&pair[1])));
    for loser in losers {
        let reason = winners.iter().any(|winner| winner.overlaps(&loser));
        assert!(reason, "{loser} lost to nobody");
    }
    let claims = claims_during(&***store, &world, &a_year().to_string()).await;
    let claimed: Vec<_> = claims.iter().map(|claim| claim.during).collect();
    assert_eq!(claimed, winners);
}

/// The guard alone, without any look, also lets no two overlapping claims in.
pub async fn of_blind_writers_at_once_no_two_overlap<S>(store: &Arc<S>)
where
    S: Deref<Target: Store + Sized> + Send + Sync + 'static,
{
    let world = one_host(&***store).await;
    let meetings = every_twenty_minutes(&world, 48);

    let outcomes = at_once(store, &meetings, Way::Write).await;

    let refused = |outcome: &&Result<_, _>| matches!(outcome, Err(StoreError::TimeTaken));
    assert!(outcomes.iter().any(|outcome| outcome.is_ok()));
    let failures = outcomes.iter().filter(|outcome| outcome.is_err());
    assert!(failures.clone().all(|failure| refused(&failure)));
    let claims = claims_during(&***store, &world, &a_year().to_string()).await;
    let disjoint = |pair: &[astralis_core::model::Claim]| !pair[0].during.overlaps(&pair[1].during);
    assert!(claims.windows(2).all(disjoint));
}

/// One intent that arrives many times is carried out once.
pub async fn the_same_command_at_once_is_done_once<S>(store: &Arc<S>)
where
    S: Deref<Target: Store + Sized> + Send + Sync + 'static,
{
    let world = one_host(&***store).await;
    let meeting = world.meeting(NINE);

    let outcomes = at_once(store, &vec![meeting.clone(); 16], Way::Book).await;

    let receipt = Some(meeting.record());
    let done = Transacted::Done(receipt.clone());
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    let first_times = outcomes.iter().filter(|outcome| **outcome == done).count();
    let repeated = Transacted::AlreadyDone(receipt);
    let repetitions = outcomes.iter().filter(|outcome| **outcome == repeated);
    assert_eq!((first_times, repetitions.count()), (1, 15));
    assert_eq!(claims_during(&***store, &world, NINE).await, meeting.claims);
}

/// Independent bookings do not get into each other's way.
pub async fn bookings_of_free_time_at_once_all_succeed<S>(store: &Arc<S>)
where
    S: Deref<Target: Store + Sized> + Send + Sync + 'static,
{
    let world = one_host(&***store).await;
    let all = every_twenty_minutes(&world, 60);
    let disjoint: Vec<_> = all.into_iter().step_by(3).collect();

    let outcomes = at_once(store, &disjoint, Way::Book).await;

    for outcome in outcomes {
        assert!(matches!(outcome, Ok(Transacted::Done(_))), "{outcome:?}");
    }
}
