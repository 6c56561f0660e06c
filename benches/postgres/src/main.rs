//! What booking on PostgreSQL costs: the store beside `pgbench` carrying out the same statements, on
//! a server of its own that listens to nobody else.
//!
//! ```text
//! cargo run --release -p astralis-benches-postgres [seconds per cell] [reads]
//! ```
//!
//! Prints a line for each cell: bookings a second of both and their ratio, the 50th and 99th
//! percentile, refusals; then the race for the same times, and what it left behind; then the reading
//! of ten people's week, which can be had alone.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report goes to the terminal, and a benchmark that cannot run says so by ending"
)]

mod measured;
mod pgbench;
mod race;
mod reads;
mod store;
mod world;

use std::sync::Arc;
use std::time::Duration;

use astralis_testkit::postgres::{Database, Server};
use sqlx::{ConnectOptions, Connection};

use crate::measured::Measured;
use crate::world::World;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flush {
    On,
    Off,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
struct Cell {
    flush: Flush,
    clients: usize,
    subjects: usize,
}

/// How often both sides of a cell are measured, one after the other; the medians count.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() {
    let seconds = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let length = Duration::from_secs(seconds.unwrap_or(5));
    let folder = tempfile::tempdir().unwrap();
    let server = Server::in_folder(folder.path()).await;
    if std::env::args().nth(2).as_deref() == Some("reads") {
        return reads::run(server.url(), length).await;
    }
    println!(
        "flush clients subjects | store/s pgbench/s ratio | p50 ms p99 ms | pgbench p99 ms ratio"
    );
    for flush in [Flush::Off, Flush::On] {
        set_flush(server.url(), flush).await;
        for (clients, subjects) in [(1, 1), (4, 1), (16, 1), (16, 3)] {
            let cell = Cell {
                flush,
                clients,
                subjects,
            };
            compare(server.url(), cell, length).await;
        }
    }
    for flush in [Flush::Off, Flush::On] {
        set_flush(server.url(), flush).await;
        for subjects in [1, 3] {
            race::run(server.url(), flush, subjects, length).await;
        }
    }
    reads::run(server.url(), length).await;
}

/// Both sides in turn, each round on a fresh database.
async fn compare(server: &str, cell: Cell, length: Duration) {
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..ROUNDS {
        let database = Database::create_on(server).await;
        let world = World::in_database(&database, cell.subjects, cell.clients).await;
        let world = Arc::new(world);
        ours.push(store::measure(&world, cell, length).await);
        theirs.push(pgbench::measure(&world, cell, length).await);
        assert_eq!(world.overlaps().await, 0);
        world.store.close().await;
        database.remove().await;
    }
    let (ours, theirs) = (Measured::median(ours), Measured::median(theirs));
    println!(
        "{:>5} {:>7} {:>8} | {:>7.0} {:>9.0} {:>5.2} | {:>6.2} {:>6.2} | {:>14.2} {:>5.2}   {} refused",
        format!("{:?}", cell.flush).to_lowercase(),
        cell.clients,
        cell.subjects,
        ours.rate(),
        theirs.rate(),
        ours.rate() / theirs.rate(),
        ours.percentile(50),
        ours.percentile(99),
        theirs.percentile(99),
        ours.percentile(99) / theirs.percentile(99),
        ours.refused,
    );
}

async fn set_flush(server: &str, flush: Flush) {
    let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
    let mut shell = options.connect().await.unwrap();
    let word = match flush {
        Flush::On => "on",
        Flush::Off => "off",
    };
    for setting in ["fsync", "full_page_writes"] {
        let alter = format!("ALTER SYSTEM SET {setting} = {word}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(alter))
            .execute(&mut shell)
            .await
            .unwrap();
    }
    sqlx::raw_sql("SELECT pg_reload_conf(); CHECKPOINT")
        .execute(&mut shell)
        .await
        .unwrap();
    shell.close().await.unwrap();
}
