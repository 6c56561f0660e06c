//! Servers that die, and disks that fill: what was accepted is kept, and bookings go on by themselves.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use astralis_core::ports::{Bookings, StoreError, Transacted, chain};
use astralis_store_postgres::{PostgresConfig, PostgresStore};
use astralis_testkit::postgres::{Database, Server};
use astralis_testkit::scenario::{Scenario, scenario};
use sqlx::postgres::PgConnection;
use tokio::task::JoinHandle;

use crate::fresh::{NINE, an_hour, fresh_store, lock_time_of, rows, waiting};

/// How often a server dies in a test, and bookings that are under way each time: half of them free
/// to go on, half of them held up so that they cannot be done before.
const CRASHES: i64 = 3;
const HALF: i64 = 20;

/// One of the database's processes dies, and it ends all the others and recovers from its log.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_crashes_forgets_nothing_it_accepted() {
    let folder = tempfile::tempdir().unwrap();
    survives(folder.path(), async |_, database| {
        kill_a_process_of(database).await
    })
    .await;
}

/// `pg_ctl stop -m immediate`, and started again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_is_stopped_at_once_and_restarted_forgets_nothing_it_accepted() {
    let folder = tempfile::tempdir().unwrap();
    survives(folder.path(), async |server, _| {
        server.stop_immediately().await
    })
    .await;
}

async fn survives(folder: &Path, crash: impl AsyncFn(&Server, &Database)) {
    let server = Server::in_folder(folder).await;
    let database = Database::create_on(server.url()).await;
    let mut config = PostgresConfig::parse(&database.url()).unwrap();
    config.patience = Duration::from_secs(60);
    config.lock_timeout = Duration::from_secs(60);
    config.statement_timeout = Duration::from_secs(60);
    let store = Arc::new(PostgresStore::open_with(&config).await.unwrap());
    let free = one_host(&store, 1).await;
    let held_up = one_host(&store, 2).await;
    for round in 0..CRASHES {
        let mut shell = database.shell().await;
        let mut blocker = database.shell().await;
        lock_time_of(&mut blocker, &held_up).await;
        let mut bookings = start_booking(&store, &held_up, round);
        while waiting(&mut shell).await == 0 {}
        bookings.extend(start_booking(&store, &free, round));
        while rows(&mut shell).await.0 <= round * 2 * HALF {}

        crash(&server, &database).await;

        for booking in bookings {
            if let Err(error) = booking.await.unwrap() {
                panic!("not carried out: {}", chain(&error));
            }
        }
    }

    let all = CRASHES * 2 * HALF;
    assert_eq!(rows(&mut database.shell().await).await, (all, all));
    let repeats = store.repeats();
    assert!(repeats.lost_connections >= 3, "{repeats:?}");
    assert_eq!(repeats.deadlocks, 0);
}

async fn one_host(store: &PostgresStore, tenant: u64) -> Scenario {
    let world = Scenario::of_tenant(tenant).host_in("UTC").offering(60);
    world.set_up(store).await
}

fn start_booking(
    store: &Arc<PostgresStore>,
    world: &Scenario,
    round: i64,
) -> Vec<JoinHandle<Result<Transacted, StoreError>>> {
    let hours = round * HALF..(round + 1) * HALF;
    let meetings = hours.map(|hour| world.meeting(&an_hour(hour)));
    let book = |meeting: astralis_testkit::scenario::Meeting| {
        let store = Arc::clone(store);
        tokio::spawn(async move { meeting.book(&*store).await })
    };
    meetings.map(book).collect()
}

/// Kills the server's process behind a connection of ours, whereupon the server throws away its
/// memory and starts again from its log.
async fn kill_a_process_of(database: &Database) {
    let mut shell = database.shell().await; // It lives until it is killed.
    let process: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut shell)
        .await
        .unwrap();
    let mut kill = tokio::process::Command::new("kill");
    let killed = kill.args(["-KILL", &process.to_string()]).status().await;
    assert!(killed.unwrap().success());
}

/// Bookings are refused while nothing can be written, what was booked can be read, and when there is
/// room again they go on.
#[tokio::test]
async fn a_full_disk_is_an_unavailable_store_until_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::with_small_disk(folder.path()).await;
    let database = server.database_on_small_disk().await;
    let store = PostgresStore::open(&database.url()).await.unwrap();
    let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
    let first = world.meeting(&an_hour(0));
    first.book(&store).await.unwrap();
    let mut shell = database.shell().await;
    fill_disk(&mut shell).await;

    // Pages that have some room left take a few more.
    let mut booked = 1;
    let refused = loop {
        match world.meeting(&an_hour(booked)).book(&store).await {
            Ok(_) => booked += 1,
            Err(refused) => break refused,
        }
    };

    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    assert!(
        chain(&refused).contains("No space left"),
        "{}",
        chain(&refused)
    );
    let read = store.booking(world.org(), first.booking.id).await;
    assert_eq!(read.unwrap(), first.record());
    sqlx::raw_sql("DROP TABLE filling")
        .execute(&mut shell)
        .await
        .unwrap();
    world.meeting(&an_hour(booked)).book(&store).await.unwrap();
    assert_eq!(rows(&mut shell).await, (booked + 1, booked + 1));
}

/// Until nothing fits any more. What a failed statement has written stays on the disk.
async fn fill_disk(shell: &mut PgConnection) {
    let create = "CREATE TABLE filling (text text) WITH (autovacuum_enabled = off); \
                  ALTER TABLE filling ALTER COLUMN text SET STORAGE PLAIN";
    sqlx::raw_sql(create).execute(&mut *shell).await.unwrap();
    let fill = "INSERT INTO filling SELECT repeat('x', 8000) FROM generate_series(1, 100000)";
    let full = sqlx::query(fill).execute(shell).await.unwrap_err();
    let code = full.as_database_error().and_then(|error| error.code());
    assert_eq!(code.as_deref(), Some("53100"), "{full}");
}

/// Whatever somebody has set for the database, the role or the server.
#[tokio::test]
async fn a_booking_waits_for_the_disk_where_commits_do_not() {
    for level in ["off", "local"] {
        let store = fresh_store().await;
        let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
        let mut shell = store.database.shell().await;
        note_level_of_commits(&mut shell, level).await;
        let careless = PostgresStore::open(&store.database.url()).await.unwrap();

        world.meeting(NINE).book(&careless).await.unwrap();

        let noted: Vec<String> = sqlx::query_scalar("SELECT level FROM noted")
            .fetch_all(&mut shell)
            .await
            .unwrap();
        assert_eq!(noted, ["on"]);
    }
}

/// From the next connection on; a booking notes the level that its commit has.
async fn note_level_of_commits(shell: &mut PgConnection, level: &str) {
    let name: String = sqlx::query_scalar("SELECT current_database()")
        .fetch_one(&mut *shell)
        .await
        .unwrap();
    let statements = format!(
        "ALTER DATABASE {name} SET synchronous_commit = {level};
         CREATE TABLE noted (level text);
         CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             INSERT INTO noted VALUES (current_setting('synchronous_commit'));
             RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER note AFTER INSERT ON bookings
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
        .execute(shell)
        .await
        .unwrap();
}
