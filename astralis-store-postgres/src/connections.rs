//! The connections of a store: few, kept for whoever comes next, and never waited for in vain.
//!
//! Written here rather than taken from sqlx: its pool asks the server after every use whether it is
//! still there, which costs each call a round trip more, and waits for that answer without end.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgQueryResult, PgRow, Postgres};
use sqlx::query::{Query, QueryAs};
use sqlx::{ConnectOptions, Connection, FromRow};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::config::PostgresConfig;
use crate::error::{is_starting, keeps_connection};
use crate::queues::{Queues, Turn, Whose};

/// A connection that nobody used for so long is asked whether the server is still there before it
/// is used, and gets this long to answer.
const IDLE: Duration = Duration::from_secs(1);
const PING: Duration = Duration::from_secs(1);
/// After so long without use a connection is closed.
const UNUSED: Duration = Duration::from_secs(600);
/// How long to wait at first before a server that starts is asked again, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Connections to one database.
#[derive(Debug)]
pub(crate) struct Connections {
    options: PgConnectOptions,
    idle: Mutex<Vec<Idle>>, // The one used last stands last, and is used next.
    all: Semaphore,
    commands: Semaphore,
    queues: Queues,
    number: u32,
    patience: Duration,
    silence: Duration,
}

#[derive(Debug)]
struct Idle {
    connection: PgConnection,
    since: Instant,
}

impl Connections {
    /// Up to as many as `config` says; none is made yet.
    ///
    /// Commands wait for each other's locks and hold a connection meanwhile: few of those about one
    /// subject, and of all together no more than leave a quarter for reads and the outbox.
    pub(crate) fn new(config: &PostgresConfig) -> Self {
        let number = config.connections.max(1);
        let kept = (number / 4).max(1);
        Self {
            options: config.connect_options(),
            idle: Mutex::default(),
            all: Semaphore::new(number as usize),
            commands: Semaphore::new((number - kept).max(1) as usize),
            queues: Queues::default(),
            number,
            patience: config.patience,
            silence: config.longest_silence(),
        }
    }

    /// A connection for a call that waits for no lock of a subject.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error::PoolTimedOut`] if none comes free in time, [`sqlx::Error::PoolClosed`] after
    /// [`close`](Self::close), or why none can be made.
    pub(crate) async fn acquire(&self) -> Result<Held<'_>, sqlx::Error> {
        self.acquire_until(Instant::now() + self.patience).await
    }

    /// A connection for a command whose first lock is on this subject; see
    /// [`acquire`](Self::acquire).
    pub(crate) async fn acquire_for_command(
        &self,
        first: Option<Whose>,
    ) -> Result<Held<'_>, sqlx::Error> {
        let until = Instant::now() + self.patience;
        let turn = match first {
            Some(whose) => Some(self.queues.enter(whose, until).await?),
            None => None,
        };
        let command = enter(&self.commands, until).await?;
        let mut held = self.acquire_until(until).await?;
        held.command = Some((command, turn));
        Ok(held)
    }

    async fn acquire_until(&self, until: Instant) -> Result<Held<'_>, sqlx::Error> {
        let place = enter(&self.all, until).await?;
        Ok(Held {
            home: self,
            connection: self.usable(until).await?,
            _place: place,
            command: None,
        })
    }

    async fn usable(&self, until: Instant) -> Result<PgConnection, sqlx::Error> {
        loop {
            let Some(mut idle) = self.idle().pop() else {
                return self.connect(until).await;
            };
            if idle.since.elapsed() < IDLE {
                return Ok(idle.connection);
            }
            if Instant::now() >= until {
                self.idle().push(idle);
                return Err(sqlx::Error::PoolTimedOut);
            }
            // All of its time, however little is left: one that is only slow is not thrown away.
            let answered = timeout(PING, idle.connection.ping()).await;
            if answered.is_ok_and(|answer| answer.is_ok()) {
                return Ok(idle.connection);
            }
        }
    }

    /// Makes a connection; waits for a server that is just starting.
    async fn connect(&self, until: Instant) -> Result<PgConnection, sqlx::Error> {
        let mut pause = FIRST_PAUSE;
        loop {
            let connected = timeout_at(until, self.options.connect()).await;
            match connected.unwrap_or_else(|_| Err(no_answer())) {
                Err(error) if is_starting(&error) && Instant::now() + pause < until => {}
                connected => return connected,
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Every row that answers `query`.
    pub(crate) async fn rows<T>(
        &self,
        query: QueryAs<'_, Postgres, T, PgArguments>,
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let mut held = self.acquire().await?;
        let rows = self.answer(query.fetch_all(held.connection())).await;
        held.give_back_after(rows.as_ref().err());
        rows
    }

    /// The first row that answers `query`.
    pub(crate) async fn row<T>(
        &self,
        query: QueryAs<'_, Postgres, T, PgArguments>,
    ) -> Result<Option<T>, sqlx::Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// The only value that answers `query`.
    pub(crate) async fn value<T>(
        &self,
        query: QueryAs<'_, Postgres, (T,), PgArguments>,
    ) -> Result<T, sqlx::Error>
    where
        (T,): for<'r> FromRow<'r, PgRow>,
        T: Send + Unpin,
    {
        let (value,) = self.row(query).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(value)
    }

    /// Carries out a statement that answers no rows.
    pub(crate) async fn execute(
        &self,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Result<PgQueryResult, sqlx::Error> {
        let mut held = self.acquire().await?;
        let done = self.answer(query.execute(held.connection())).await;
        held.give_back_after(done.as_ref().err());
        done
    }

    /// What the database answers; an error as of a lost connection if it says nothing for longer
    /// than it may. Whoever drops the connection then leaves nothing behind: the server rolls back
    /// when it notices, and by itself when its own time is over.
    pub(crate) async fn answer<T, E: From<sqlx::Error>>(
        &self,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let answered = timeout(self.silence, answer).await;
        answered.unwrap_or_else(|_| Err(no_answer().into()))
    }

    /// Waits for every connection to be given back, and closes them. Commands that have none yet are
    /// refused.
    pub(crate) async fn close(&self) {
        self.commands.close();
        let every_place = self.all.acquire_many(self.number).await;
        self.all.close();
        drop(every_place);
        let idle = std::mem::take(&mut *self.idle());
        for Idle { connection, .. } in idle {
            // It takes leave; a server that is gone needs none.
            let _ = timeout(PING, connection.close()).await;
        }
    }

    fn keep(&self, connection: PgConnection) {
        let mut idle = self.idle();
        idle.retain(|idle| idle.since.elapsed() < UNUSED);
        idle.push(Idle {
            connection,
            since: Instant::now(),
        });
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        // Nothing that is done under this lock can leave it half-done.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn enter(places: &Semaphore, until: Instant) -> Result<SemaphorePermit<'_>, sqlx::Error> {
    match timeout_at(until, places.acquire()).await {
        Ok(Ok(place)) => Ok(place),
        Ok(Err(_closed)) => Err(sqlx::Error::PoolClosed),
        Err(_elapsed) => Err(sqlx::Error::PoolTimedOut),
    }
}

fn no_answer() -> sqlx::Error {
    let silence = "the database did not answer in time";
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, silence))
}

/// A connection that is somebody's. Unless it is given back it is closed: nobody finds somebody
/// else's locks, or half of somebody else's work, on a connection they were given.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    home: &'a Connections,
    connection: PgConnection,
    _place: SemaphorePermit<'a>,
    command: Option<(SemaphorePermit<'a>, Option<Turn<'a>>)>,
}

impl<'a> Held<'a> {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Where it comes from, which knows how long to wait for an answer.
    pub(crate) fn home(&self) -> &'a Connections {
        self.home
    }

    /// Gives it back, as nothing is under way on it.
    pub(crate) fn give_back(self) {
        self.home.keep(self.connection);
    }

    /// Gives it back when no transaction is left open on it, unless this error makes it useless.
    pub(crate) fn give_back_after(self, error: Option<&sqlx::Error>) {
        if error.is_none_or(keeps_connection) {
            self.give_back();
        }
    }

    /// Keeps it for good.
    pub(crate) fn into_connection(self) -> PgConnection {
        self.connection
    }
}
