//! What booking on PostgreSQL costs: the store beside `pgbench` carrying out the same statements, on
//! a server of its own that listens to nobody else.
//!
//! ```text
//! cargo run --release -p astralis-benches-postgres            # seven minutes
//! cargo run --release -p astralis-benches-postgres -- quick   # half a minute: is it sound?
//! cargo run --release -p astralis-benches-postgres -- reads   # reading alone
//! ```
//!
//! Prints a page in Markdown. Ends with an error if two bookings overlap or anybody waits in a circle.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report goes to the terminal, and a benchmark that cannot run says so by ending"
)]

mod cell;
mod measured;
mod pgbench;
mod reads;
mod script;
mod store;
mod world;

use std::sync::Arc;
use std::time::Duration;

use astralis_testkit::postgres::{Database, Server};
use sqlx::{ConnectOptions, Connection};

use crate::cell::{Cell, Flush, Times};
use crate::measured::Measured;
use crate::world::{TENANTS, World};

/// How often both sides are measured, one after the other, where a target is at stake; the medians
/// count.
const ROUNDS: usize = 3;

/// How long each side of a cell is measured, after it was warmed up.
const LENGTH: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::in_folder(folder.path()).await;
    introduce(server.url()).await;
    match std::env::args().nth(1).as_deref() {
        None => {
            for flush in [Flush::Off, Flush::On] {
                table(server.url(), flush, ROUNDS, |_| true).await;
            }
            set_flush(server.url(), Flush::Off).await;
            reads::run(server.url(), LENGTH).await;
        }
        Some("quick") => {
            let chosen = |cell: &Cell| cell.clients == 16 && !cell.buffers;
            table(server.url(), Flush::Off, 1, chosen).await;
        }
        Some("reads") => reads::run(server.url(), LENGTH).await,
        Some(other) => panic!("expected nothing, quick or reads, not {other}"),
    }
}

async fn introduce(server: &str) {
    let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
    let mut shell = options.connect().await.unwrap();
    let version: String = sqlx::query_scalar("SHOW server_version")
        .fetch_one(&mut shell)
        .await
        .unwrap();
    let processors = std::thread::available_parallelism().unwrap();
    println!("# Booking on PostgreSQL\n");
    println!("PostgreSQL {version}, server and clients together on {processors} processors.\n");
    println!(
        "A second counts what was asked, booked or refused; `pgbench` asks the same with the same \
         statements, and prints nothing. Random times are any of two years of {TENANTS} tenants; hot \
         ones are wanted by everybody at once and overlap. Targets, at 16 clients and random times: \
         0.60 of `pgbench` while commits do not wait, 0.85 while they do, p99 1.5 times; 0.90 of what \
         was winnable."
    );
}

/// Prints a table of the cells that are chosen.
async fn table(server: &str, flush: Flush, rounds: usize, chosen: impl Fn(&Cell) -> bool) {
    set_flush(server, flush).await;
    let waits = match flush {
        Flush::On => "Commits wait for the disk",
        Flush::Off => "Commits do not wait for the disk",
    };
    println!("\n## {waits}\n");
    println!(
        "| hosts | times | buffers | clients | store/s | pgbench/s | ratio | p50 ms | p99 ms \
         | pgbench p99 ms | ratio | booked/s | won of winnable | dead rows |"
    );
    println!("|{}", "---|".repeat(14));
    for hosts in [1, 3] {
        let database = Database::create_on(server).await;
        let world = Arc::new(World::in_database(&database, hosts).await);
        let cells = Cell::all().filter(|cell| cell.hosts == hosts && chosen(cell));
        for cell in cells {
            let rounds = if cell.has_target() { rounds } else { 1 };
            compare(&world, cell, rounds).await;
        }
        let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        assert_eq!(
            world.number(deadlocks).await,
            0,
            "somebody waited in a circle"
        );
        assert_eq!(world.store.repeats().deadlocks, 0);
        world.store.close().await;
        database.remove().await;
    }
    println!("\nNo overlaps, no deadlocks.");
}

/// Both sides in turn, each on empty tables.
async fn compare(world: &Arc<World>, cell: Cell, rounds: usize) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut won, mut dead_rows) = (f64::NAN, 0);
    for _ in 0..rounds {
        world.clear().await;
        let booked = store::measure(world, cell, LENGTH).await;
        assert_eq!(world.too_close().await, 0, "the store booked twice");
        (won, dead_rows) = (booked.won_of_winnable, world.dead_rows().await);
        ours.push(booked.measured);
        theirs.push(pgbench::measure(world, cell, LENGTH).await);
        assert_eq!(world.too_close().await, 0, "pgbench booked twice");
    }
    let (ours, theirs) = (Measured::median(ours), Measured::median(theirs));
    let won = match cell.times {
        Times::Hot => format!("{won:.3}"),
        Times::Random => "–".to_owned(),
    };
    println!(
        "| {cell} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {won} | {dead_rows} |",
        ours.rate(),
        theirs.rate(),
        ours.rate() / theirs.rate(),
        ours.percentile(50),
        ours.percentile(99),
        theirs.percentile(99),
        ours.percentile(99) / theirs.percentile(99),
        ours.bookings(),
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
