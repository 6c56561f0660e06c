//! The store's side.

use std::sync::Arc;
use std::time::{Duration, Instant};

use astralis_core::ports::StoreError;
use tokio::task::JoinSet;

use crate::Cell;
use crate::measured::Measured;
use crate::world::{STARTS, TENANTS, World};

/// Clients that book random times of random tenants, one after the other.
pub(crate) async fn measure(world: &Arc<World>, cell: Cell, length: Duration) -> Measured {
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..cell.clients {
        let world = Arc::clone(world);
        clients.spawn(async move { book_until(&world, client, begun + length).await });
    }
    let done = clients.join_all().await;
    let elapsed = begun.elapsed();
    let refused = done.iter().map(|(_, refused)| refused).sum();
    let latencies = done.into_iter().flat_map(|(latencies, _)| latencies);
    Measured::of(latencies.collect(), refused, elapsed)
}

async fn book_until(world: &World, client: usize, end: Instant) -> (Vec<Duration>, usize) {
    let mut random = fastrand::Rng::with_seed(client as u64);
    let mut latencies = Vec::new();
    let mut refused = 0;
    while Instant::now() < end {
        let meeting = world.meeting(random.u64(..TENANTS), random.u64(..STARTS), &mut random);
        let begun = Instant::now();
        match meeting.book(&world.store).await {
            Ok(_) => latencies.push(begun.elapsed()),
            Err(StoreError::Refused(_)) => refused += 1,
            Err(error) => panic!("neither booked nor refused: {error:?}"),
        }
    }
    (latencies, refused)
}
