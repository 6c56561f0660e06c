//! What workers ask for every few seconds costs those who write nothing.

mod fresh;

use astralis_core::model::{CalendarSubscription, SubscriptionState};
use astralis_core::ports::{LeaseSubscription, Subscriptions};
use astralis_testkit::scenario::scenario;
use chrono::TimeDelta;
use fresh::fresh_store;

#[tokio::test]
async fn what_waits_for_another_calendar_is_found_to_wait_without_writing() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").set_up(&*store).await;
    let waiting = CalendarSubscription {
        id: world.next_id().into(),
        org: world.org(),
        user: world.host().id,
        url: "https://example.org/a.ics".parse().unwrap(),
        name: "Work".to_owned(),
        added_at: world.now(),
        due_at: world.now(),
        begun: 0,
        state: SubscriptionState::default(),
    };
    store.add_subscription(&waiting).await.unwrap();
    let beside = [CalendarSubscription {
        id: world.next_id().into(),
        ..waiting.clone()
    }];
    let lease = LeaseSubscription {
        now: world.now(),
        lease_until: world.now() + TimeDelta::minutes(5),
        token: world.next_id().into(),
        beside: &beside,
    };
    let before = store.commits();

    let held_back = store.lease_subscription(&lease).await.unwrap();
    let without = store.commits() - before;
    let alone = LeaseSubscription {
        beside: &[],
        ..lease
    };
    let leased = store.lease_subscription(&alone).await.unwrap();

    assert_eq!((held_back, without), (None, 0));
    assert_eq!(leased.map(|leased| leased.id), Some(waiting.id));
    assert_eq!(store.commits() - before, 1);
}
