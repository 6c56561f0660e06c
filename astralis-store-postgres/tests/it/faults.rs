//! Connections that are lost: nothing accepted is lost, nothing happens twice, and the store recovers
//! by itself.

use std::sync::Arc;
use std::time::Duration;

use astralis_core::model::BookingRecord;
use astralis_core::ports::{Bookings, StoreError, Transacted, chain};
use astralis_store_postgres::{PostgresConfig, PostgresStore};
use astralis_testkit::postgres::{Cut, Database, Wire};
use astralis_testkit::scenario::{Meeting, Scenario, scenario};
use sqlx::postgres::PgConnection;

use crate::fresh::{NINE, an_hour, fresh_store, lock_time_of, rows, waiting};

struct Cuttable {
    store: PostgresStore,
    wire: Wire,
    database: Database,
    meeting: Meeting,
}

async fn cuttable() -> Cuttable {
    let database = Database::create().await;
    let wire = Wire::to(&database).await;
    let store = PostgresStore::open(wire.url()).await.unwrap();
    let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
    Cuttable {
        meeting: world.meeting(NINE),
        store,
        wire,
        database,
    }
}

/// Books while a connection is cut once, and answers how; whatever happened, one booking is there.
async fn booked_in_spite_of(cut: Cut) -> (Transacted, BookingRecord) {
    let cuttable = cuttable().await;
    cuttable.wire.cut_next([cut]);

    let booked = cuttable.meeting.book(&cuttable.store).await;

    assert_eq!(rows(&mut cuttable.database.shell().await).await, (1, 1));
    assert_eq!(cuttable.store.repeats().unknown_outcomes, 1);
    (booked.unwrap(), cuttable.meeting.record())
}

#[tokio::test]
async fn a_connection_cut_before_the_commit_books_on_another_one() {
    let (booked, record) = booked_in_spite_of(Cut::BeforeCommit).await;
    assert_eq!(booked, Transacted::Done(Some(record)));
}

/// The client cannot tell it from the case above: it looks for what it did.
#[tokio::test]
async fn a_connection_cut_after_the_commit_finds_its_booking() {
    let (booked, record) = booked_in_spite_of(Cut::AfterCommit).await;
    assert_eq!(booked, Transacted::AlreadyDone(Some(record)));
}

/// Its answer is waited for until all patience is used up.
#[tokio::test]
async fn a_commit_that_gets_no_answer_finds_its_booking() {
    let cuttable = cuttable().await;
    let mut config = PostgresConfig::parse(cuttable.wire.url()).unwrap();
    config.patience = Duration::from_secs(2);
    config.statement_timeout = Duration::from_secs(2);
    let store = PostgresStore::open_with(&config).await.unwrap();
    cuttable.wire.cut_next([Cut::SilentCommit]);

    let booked = cuttable.meeting.book(&store).await;

    let receipt = Some(cuttable.meeting.record());
    assert_eq!(booked.unwrap(), Transacted::AlreadyDone(receipt));
    assert_eq!(rows(&mut cuttable.database.shell().await).await, (1, 1));
    assert_eq!(store.repeats().unknown_outcomes, 1);
}

/// The second commit is that of a command that has found its own effect, or of one that takes place
/// only now.
#[tokio::test]
async fn connections_cut_at_two_commits_in_a_row_book_once() {
    for cuts in [
        [Cut::BeforeCommit, Cut::BeforeCommit],
        [Cut::BeforeCommit, Cut::AfterCommit],
        [Cut::AfterCommit, Cut::BeforeCommit],
        [Cut::AfterCommit, Cut::AfterCommit],
    ] {
        let cuttable = cuttable().await;
        cuttable.wire.cut_next(cuts);

        let booked = cuttable.meeting.book(&cuttable.store).await;

        let receipt = Some(cuttable.meeting.record());
        let expected = match cuts.contains(&Cut::AfterCommit) {
            true => Transacted::AlreadyDone(receipt),
            false => Transacted::Done(receipt),
        };
        assert_eq!(booked.unwrap(), expected, "{cuts:?}");
        let rows = rows(&mut cuttable.database.shell().await).await;
        assert_eq!(rows, (1, 1), "{cuts:?}");
        assert_eq!(cuttable.store.repeats().unknown_outcomes, 2, "{cuts:?}");
    }
}

/// Ends every other connection to the shell's database.
async fn terminate_others(shell: &mut PgConnection) -> i64 {
    let terminate = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::query_scalar(terminate)
        .fetch_one(shell)
        .await
        .unwrap()
}

/// Ends one connection of the store that a booking waits on, and any other one.
async fn terminate_two(shell: &mut PgConnection) -> i64 {
    let terminate = "SELECT count(pg_terminate_backend(pid)) FROM ( \
                     SELECT pid FROM pg_stat_activity \
                     WHERE datname = current_database() AND application_name <> 'blocker' \
                       AND pid <> pg_backend_pid() \
                     ORDER BY wait_event_type = 'Lock' DESC NULLS LAST, random() LIMIT 2) AS victim";
    sqlx::query_scalar(terminate)
        .fetch_one(shell)
        .await
        .unwrap()
}

/// Between the look and the writing, which is where a decision is made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_terminated_while_deciding_decides_again() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let meeting = world.meeting(NINE);
    let decisions = std::sync::atomic::AtomicU32::new(0);
    let decide = |facts: &_| {
        if decisions.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            let database = store.database.clone();
            let kill = async move { terminate_others(&mut database.shell().await).await };
            let runtime = tokio::runtime::Handle::current();
            let killed = tokio::task::block_in_place(|| runtime.block_on(kill));
            assert!(killed > 0);
        }
        meeting.decide(facts)
    };

    let booked = store.transact(&meeting.command, &decide).await;

    assert_eq!(booked.unwrap(), Transacted::Done(Some(meeting.record())));
    assert_eq!(decisions.into_inner(), 2);
    assert_eq!(rows(&mut store.database.shell().await).await, (1, 1));
    assert!(
        store.repeats().lost_connections >= 1,
        "{:?}",
        store.repeats()
    );
}

/// How often connections are shot down, and bookings that are under way each time.
const VOLLEYS: i64 = 25;
const AT_ONCE: i64 = 8;

/// Commands go on while connections are shot down, at random and where somebody waits: each is
/// answered, and each answer is true.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn terminated_connections_lose_and_double_nothing() {
    let store = Arc::new(fresh_store().await);
    let world = scenario().host_in("UTC").offering(60);
    let world = world.set_up(&**store).await;
    let held_up = Scenario::of_tenant(2).host_in("UTC").offering(60);
    let held_up = held_up.set_up(&**store).await;
    let mut shell = store.database.shell().await;
    let mut blocker = store.database.shell().await;
    let name = "SET application_name = 'blocker'";
    sqlx::raw_sql(name).execute(&mut blocker).await.unwrap();
    for volley in 0..VOLLEYS {
        lock_time_of(&mut blocker, &held_up).await;
        let mut meetings = vec![held_up.meeting(&an_hour(volley))];
        meetings.extend((0..AT_ONCE).map(|n| world.meeting(&an_hour(volley * AT_ONCE + n))));
        let bookings: Vec<_> = meetings
            .into_iter()
            .map(|meeting| {
                let store = Arc::clone(&store);
                tokio::spawn(async move { meeting.book(&**store).await })
            })
            .collect();
        while waiting(&mut shell).await == 0 {}

        assert!(terminate_two(&mut shell).await > 0);

        sqlx::raw_sql("ROLLBACK")
            .execute(&mut blocker)
            .await
            .unwrap();
        for booking in bookings {
            if let Err(other) = booking.await.unwrap() {
                panic!("not carried out: {}", chain(&other));
            }
        }
    }

    let all = VOLLEYS * (1 + AT_ONCE);
    assert_eq!(rows(&mut shell).await, (all, all));
    assert_eq!(store.repeats().deadlocks, 0);
}

/// As after a failover that left us connected to what is a standby now.
#[tokio::test]
async fn a_database_that_only_reads_is_unavailable_until_it_writes_again() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let mut config = PostgresConfig::parse(&store.database.url()).unwrap();
    config.patience = Duration::from_secs(1);
    let impatient = PostgresStore::open_with(&config).await.unwrap();
    let meeting = world.meeting(NINE);
    let mut shell = store.database.shell().await;
    set_read_only(&mut shell, "on").await;

    let refused = meeting.book(&impatient).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(meeting.book(&impatient).await.is_err());
    set_read_only(&mut shell, "off").await;
    let booked = meeting.book(&*store).await;

    assert!(matches!(booked, Ok(Transacted::Done(_))), "{booked:?}");
}

/// Connections that exist do not notice by themselves.
async fn set_read_only(shell: &mut PgConnection, word: &str) {
    let database: String = sqlx::query_scalar("SELECT current_database()")
        .fetch_one(&mut *shell)
        .await
        .unwrap();
    let alter = format!("ALTER DATABASE {database} SET default_transaction_read_only = {word}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(alter))
        .execute(&mut *shell)
        .await
        .unwrap();
    terminate_others(shell).await;
}

/// Somebody holds the subject's lock and does not let go.
#[tokio::test]
async fn a_lock_that_is_held_too_long_is_an_unavailable_store() {
    let store = fresh_store().await;
    let mut config = PostgresConfig::parse(&store.database.url()).unwrap();
    config.lock_timeout = Duration::from_millis(50);
    config.patience = Duration::from_secs(1);
    let impatient = PostgresStore::open_with(&config).await.unwrap();
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let mut shell = store.database.shell().await;
    sqlx::raw_sql("BEGIN; SELECT FROM subjects FOR UPDATE")
        .execute(&mut shell)
        .await
        .unwrap();
    let meeting = world.meeting(NINE);

    let busy = meeting.book(&impatient).await;
    assert!(matches!(busy, Err(StoreError::Unavailable(_))), "{busy:?}");
    assert!(impatient.repeats().lock_timeouts > 1);
    sqlx::raw_sql("ROLLBACK").execute(&mut shell).await.unwrap();
    let booked = meeting.book(&impatient).await;

    assert!(matches!(booked, Ok(Transacted::Done(_))), "{booked:?}");
}

/// Every connection is taken: whoever waits too long is told to come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exhausted_pool_is_an_unavailable_store() {
    let store = fresh_store().await;
    let mut config = PostgresConfig::parse(&store.database.url()).unwrap();
    config.connections = 1;
    config.patience = Duration::from_secs(2);
    config.lock_timeout = Duration::from_secs(60);
    config.statement_timeout = Duration::from_secs(60);
    let small = Arc::new(PostgresStore::open_with(&config).await.unwrap());
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let mut shell = store.database.shell().await;
    sqlx::raw_sql("BEGIN; SELECT FROM subjects FOR UPDATE")
        .execute(&mut shell)
        .await
        .unwrap();
    let booking = tokio::spawn({
        let (small, meeting) = (Arc::clone(&small), world.meeting(NINE));
        async move { meeting.book(&*small).await }
    });
    while waiting(&mut shell).await == 0 {}

    let refused = small.ping().await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    sqlx::raw_sql("ROLLBACK").execute(&mut shell).await.unwrap();
    assert!(matches!(booking.await.unwrap(), Ok(Transacted::Done(_))));
    small.ping().await.unwrap();
}
