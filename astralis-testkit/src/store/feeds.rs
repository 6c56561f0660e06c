//! Links to feeds of users' calendars.

use astralis_core::ports::{Feed, Store, StoreError};

use super::one_host;
use crate::scenario::Scenario;

/// Nobody has to switch it on.
pub async fn every_user_has_a_feed(store: &dyn Store) {
    let world = one_host(store).await;

    let feed = store.feed(world.host().id).await.unwrap();

    let (org, user) = (world.org(), world.host().id);
    let first = Feed {
        org,
        user,
        generation: 0,
    };
    assert_eq!(feed, first);
}

/// Each time another one.
pub async fn a_renewed_feed_has_another_generation(store: &dyn Store) {
    let world = one_host(store).await;
    let (org, user) = (world.org(), world.host().id);

    let once = store.renew_feed(org, user).await.unwrap();
    let twice = store.renew_feed(org, user).await.unwrap();

    assert_eq!((once.generation, twice.generation), (1, 2));
    assert_eq!(store.feed(user).await.unwrap(), twice);
}

/// Neither of a stranger, nor of somebody else's user.
pub async fn a_feed_of_nobody_is_not_found(store: &dyn Store) {
    let world = one_host(store).await;
    let other = Scenario::of_tenant(2).host_in("UTC").set_up(store).await;

    let unknown = store.feed(world.next_id().into()).await;
    let foreign = store.renew_feed(other.org(), world.host().id).await;

    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
    assert!(matches!(foreign, Err(StoreError::NotFound { .. })));
    assert_eq!(store.feed(world.host().id).await.unwrap().generation, 0);
}
