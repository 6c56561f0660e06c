//! Everybody wants the same few times: what could be won is won, and nobody waits in a circle.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use astralis_core::ports::StoreError;
use astralis_testkit::postgres::Database;
use tokio::task::JoinSet;

use crate::Flush;
use crate::measured::Measured;
use crate::world::{World, half_hour};

const CLIENTS: usize = 16;
/// Hosts' tenants that are wanted.
const WANTED_TENANTS: u64 = 4;
/// How often a fresh half-hour comes up, and how many starts inside it are asked for.
const FRESH: Duration = Duration::from_millis(10);
const OFFSETS: u64 = 3;

/// A tenant and a start.
type Wish = (u64, u64);

/// Runs the race and prints how it went.
pub(crate) async fn run(server: &str, flush: Flush, subjects: usize, length: Duration) {
    let database = Database::create_on(server).await;
    let world = Arc::new(World::in_database(&database, subjects, CLIENTS).await);
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let world = Arc::clone(&world);
        clients.spawn(async move { want_until(&world, client, begun, length).await });
    }
    let done = clients.join_all().await;
    let elapsed = begun.elapsed();
    let latencies = done
        .iter()
        .flat_map(|each| each.latencies.clone())
        .collect();
    let refused = done.iter().map(|each| each.refused).sum();
    let won: BTreeSet<Wish> = done.iter().flat_map(|each| each.won.clone()).collect();
    let wanted: BTreeSet<Wish> = done.iter().flat_map(|each| each.wanted.clone()).collect();
    let lost = wanted
        .iter()
        .filter(|wish| stayed_free(**wish, &won))
        .count();
    let measured = Measured::of(latencies, refused, elapsed);
    let dead = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'claims'";
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    println!(
        "race, flush {flush:?}, {subjects} subjects: {:.0} bookings/s, {:.0} refusals/s, p99 {:.2} ms, \
         won/winnable {:.3}, deadlocks {}, overlaps {}, dead rows {}",
        measured.rate(),
        refused as f64 / elapsed.as_secs_f64(),
        measured.percentile(99),
        won.len() as f64 / (won.len() + lost) as f64,
        world.number(deadlocks).await,
        world.overlaps().await,
        world.number(dead).await,
    );
    world.store.close().await;
    drop(world);
    database.remove().await;
}

#[derive(Default)]
struct Wishes {
    latencies: Vec<Duration>,
    refused: usize,
    wanted: BTreeSet<Wish>,
    won: BTreeSet<Wish>,
}

async fn want_until(world: &World, client: usize, begun: Instant, length: Duration) -> Wishes {
    let mut random = fastrand::Rng::with_seed(client as u64);
    let mut wishes = Wishes::default();
    while begun.elapsed() < length {
        let fresh = begun.elapsed().as_millis() / FRESH.as_millis();
        // Half an hour is six starts; the offsets overlap each other without being equal.
        let start = u64::try_from(fresh).unwrap() * 6 + random.u64(..OFFSETS) * 2;
        let wish = (random.u64(..WANTED_TENANTS), start);
        wishes.wanted.insert(wish);
        let meeting = world.meeting(wish.0, wish.1, &mut random);
        let asked = Instant::now();
        match meeting.book(&world.store).await {
            Ok(_) => {
                wishes.latencies.push(asked.elapsed());
                wishes.won.insert(wish);
            }
            Err(StoreError::Refused(_)) => wishes.refused += 1,
            Err(error) => panic!("neither booked nor refused: {error:?}"),
        }
    }
    wishes
}

/// Whether nothing that was won is in the way of what was wanted, or is it.
fn stayed_free((tenant, start): Wish, won: &BTreeSet<Wish>) -> bool {
    let wanted = half_hour(start);
    let near = won.range((tenant, start.saturating_sub(6))..=(tenant, start + 6));
    !near
        .into_iter()
        .any(|winner| half_hour(winner.1).overlaps(&wanted))
}
