//! The store's side.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use astralis_core::ports::StoreError;
use tokio::task::JoinSet;

use crate::cell::{Cell, HALF_HOUR, Wish};
use crate::measured::Measured;
use crate::world::World;

/// How long connections and their plans are warmed up before it counts.
const WARM_UP: Duration = Duration::from_millis(300);

/// What came of it.
pub(crate) struct Booked {
    pub(crate) measured: Measured,
    /// Of the wanted times that nothing stood in the way of at the end, or that were won: how many
    /// were won.
    pub(crate) won_of_winnable: f64,
}

/// Clients that book one time after the other.
pub(crate) async fn measure(world: &Arc<World>, cell: Cell, length: Duration) -> Booked {
    let counts_from = Instant::now() + WARM_UP;
    let mut clients = JoinSet::new();
    for client in 0..cell.clients {
        let world = Arc::clone(world);
        clients.spawn(async move { book_until(&world, cell, client, counts_from, length).await });
    }
    let done = clients.join_all().await;
    let latencies = done.iter().flat_map(|each| each.latencies.iter().copied());
    let booked = done.iter().map(|each| each.booked).sum();
    let won: BTreeSet<Wish> = done
        .iter()
        .flat_map(|each| each.won.iter().copied())
        .collect();
    let wanted: BTreeSet<Wish> = done
        .iter()
        .flat_map(|each| each.wanted.iter().copied())
        .collect();
    let lost = wanted.iter().filter(|wish| stayed_free(cell, **wish, &won));
    let winnable = won.len() + lost.count();
    Booked {
        measured: Measured::of(latencies.collect(), booked, length),
        won_of_winnable: won.len() as f64 / winnable as f64,
    }
}

#[derive(Default)]
struct Client {
    latencies: Vec<Duration>,
    booked: usize,
    wanted: Vec<Wish>,
    won: Vec<Wish>,
}

async fn book_until(
    world: &World,
    cell: Cell,
    client: usize,
    counts_from: Instant,
    length: Duration,
) -> Client {
    let mut random = fastrand::Rng::with_seed(client as u64);
    let mut done = Client::default();
    let end = counts_from + length;
    for turn in 0.. {
        let wish = cell.wish(turn, &mut random);
        let meeting = world.meeting(wish, cell.buffers, &mut random);
        let begun = Instant::now();
        let answer = meeting.book(&world.store).await;
        let now = Instant::now();
        let counts = now > counts_from && now <= end;
        done.wanted.push(wish);
        match answer {
            Ok(_) => {
                done.won.push(wish);
                done.booked += usize::from(counts);
            }
            Err(StoreError::Refused(_)) => {}
            Err(error) => panic!("neither booked nor refused: {error:?}"),
        }
        if counts {
            done.latencies.push(now - begun);
        }
        if now > end {
            break;
        }
    }
    done
}

/// Whether nothing that was won is in the way of what was wanted, or is it.
fn stayed_free(cell: Cell, (tenant, start): Wish, won: &BTreeSet<Wish>) -> bool {
    let apart = HALF_HOUR + if cell.buffers { 3 } else { 0 };
    let near = (tenant, (start + 1).saturating_sub(apart))..(tenant, start + apart);
    won.range(near).next().is_none()
}
