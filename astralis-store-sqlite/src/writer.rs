//! The one task that writes.
//!
//! It owns the write connection and a queue. Whatever waits in the queue shares one transaction:
//! `BEGIN IMMEDIATE`, a savepoint for each piece of work, one `COMMIT` with its one flush to disk.
//! Answers go out only after the commit, refusals too: they may rest on what the same transaction
//! wrote before them.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use astralis_core::ports::StoreError;
use async_trait::async_trait;
use futures_util::future::{BoxFuture, FutureExt};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::error::transaction_lost;

/// How many calls may wait; further ones wait for a place in the queue.
const QUEUE: usize = 1024;

/// How many pieces of work share one transaction at most.
const BATCH: usize = 256;

/// How long an unfinished transaction waits, all in all, for callers that wrote together last time:
/// after a commit they all come back at about the same moment.
const GATHERING: Duration = Duration::from_millis(1);

/// Sends work to the writer task. The task ends when the last handle is gone and the queue empty.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Request>,
    commits: Arc<AtomicU64>,
}

enum Request {
    /// With the moment from which it has waited.
    Work(Box<dyn Work>, Instant),
    Close(oneshot::Sender<()>),
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Work(..) => "Work",
            Self::Close(_) => "Close",
        })
    }
}

/// What one call wants done inside the transaction.
type Job<T> =
    dyn for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send;

impl Writer {
    /// Starts the task on the current runtime. If the connection fails, others are made with
    /// `options`.
    pub(crate) fn start(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let commits = Arc::<AtomicU64>::default();
        let task = Task {
            options,
            connection: Some(connection),
            requests,
            next: None,
            commits: Arc::clone(&commits),
            last_batch: 0,
        };
        tokio::spawn(task.run());
        Self { queue, commits }
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Queues `job` and waits until its effect is on disk, or it failed and has none.
    ///
    /// Dropping the returned future before the job's turn withdraws it; afterwards it is carried
    /// out to its end.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>>
            + Send
            + 'static,
    {
        self.queue(job).await?.outcome().await
    }

    /// Queues `job` without waiting for its outcome.
    pub(crate) async fn queue<T, F>(&self, job: F) -> Result<Ticket<T>, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>>
            + Send
            + 'static,
    {
        let (caller, outcome) = oneshot::channel();
        let work = Queued {
            job: Some(Box::new(job) as Box<Job<T>>),
            outcome: None,
            caller,
        };
        let request = Request::Work(Box::new(work), Instant::now());
        self.queue.send(request).await.map_err(|_| closed())?;
        Ok(Ticket(outcome))
    }

    /// Lets the queue run empty and closes the connection.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Request::Close(done)).await.is_ok() {
            // An error means that the task is gone already.
            let _ = closed.await;
        }
    }
}

/// A place in the queue; dropping it withdraws the job unless its turn has come.
pub(crate) struct Ticket<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Ticket<T> {
    pub(crate) async fn outcome(self) -> Result<T, StoreError> {
        self.0.await.unwrap_or_else(|_| Err(closed()))
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}

/// A queued call, whatever it answers.
#[async_trait]
trait Work: Send {
    /// Whether somebody still waits for it.
    fn is_wanted(&self) -> bool;

    /// Does it inside a savepoint of its own; answers whether it succeeded.
    ///
    /// An error means that the transaction around it is lost.
    async fn carry_out(&mut self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error>;

    /// Tells the caller how it ended; `lost` if the transaction was not committed.
    fn answer(self: Box<Self>, lost: Option<StoreError>);
}

struct Queued<T> {
    job: Option<Box<Job<T>>>,
    outcome: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

#[async_trait]
impl<T: Send> Work for Queued<T> {
    fn is_wanted(&self) -> bool {
        !self.caller.is_closed()
    }

    async fn carry_out(&mut self, connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        let Some(job) = self.job.take() else {
            return Ok(false);
        };
        execute(connection, "SAVEPOINT work").await?;
        // A job that panics may have left anything behind, but must not end the writer.
        let outcome = AssertUnwindSafe(job(connection)).catch_unwind().await;
        let outcome = outcome.map_err(|_| sqlx::Error::WorkerCrashed)?;
        let succeeded = outcome.is_ok();
        self.outcome = Some(outcome);
        if !succeeded {
            execute(connection, "ROLLBACK TO work").await?;
        }
        execute(connection, "RELEASE work").await?;
        Ok(succeeded)
    }

    fn answer(self: Box<Self>, lost: Option<StoreError>) {
        let outcome = match (lost, self.outcome) {
            (None, Some(outcome)) => outcome,
            (None, None) => Err(closed()),
            (Some(error), _) => Err(error),
        };
        // A caller that has gone wants no answer.
        let _ = self.caller.send(outcome);
    }
}

struct Task {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    requests: mpsc::Receiver<Request>,
    next: Option<Request>, // Taken from the queue before its turn.
    commits: Arc<AtomicU64>,
    last_batch: usize,
}

impl Task {
    async fn run(mut self) {
        let mut closing = Vec::new();
        while let Some(request) = self.next_request().await {
            match request {
                Request::Work(work, _) => closing.extend(self.write_with_what_waits(work).await),
                Request::Close(done) => closing.push(done),
            }
            if !closing.is_empty() {
                self.requests.close();
            }
        }
        if let Some(connection) = self.connection.take() {
            // All is committed; what cannot be closed now is recovered when it is opened next.
            let _ = connection.close().await;
        }
        for done in closing {
            let _ = done.send(());
        }
    }

    async fn next_request(&mut self) -> Option<Request> {
        match self.next.take() {
            Some(request) => Some(request),
            None => self.requests.recv().await,
        }
    }

    /// Writes `first` and what else is waiting in one transaction, and answers them all. Hands
    /// back a request to close that was met on the way.
    async fn write_with_what_waits(&mut self, first: Box<dyn Work>) -> Option<oneshot::Sender<()>> {
        let mut batch = Vec::new();
        let began = Instant::now();
        let (written, closing) = match self.begin().await {
            Ok(mut connection) => {
                let result = self.write_batch(&mut connection, first, &mut batch).await;
                if result.0.is_ok() {
                    self.connection = Some(connection);
                }
                // A connection that failed is not trusted again: dropping it rolls back.
                result
            }
            Err(error) => {
                batch.push(first);
                self.take_what_waited_since(began, &mut batch);
                (Err(error), None)
            }
        };
        self.last_batch = batch.len();
        let lost = written.err().map(Arc::new);
        for work in batch {
            work.answer(lost.as_ref().map(transaction_lost));
        }
        closing
    }

    async fn write_batch(
        &mut self,
        connection: &mut SqliteConnection,
        first: Box<dyn Work>,
        batch: &mut Vec<Box<dyn Work>>,
    ) -> (Result<(), sqlx::Error>, Option<oneshot::Sender<()>>) {
        let mut next = Some(Request::Work(first, Instant::now()));
        let mut changed = false;
        let mut closing = None;
        let mut gathering_ends = None;
        while let Some(request) = next {
            match request {
                Request::Work(mut work, _) if work.is_wanted() => {
                    let result = work.carry_out(connection).await;
                    batch.push(work);
                    match result {
                        Ok(succeeded) => changed |= succeeded,
                        Err(error) => return (Err(error), closing),
                    }
                }
                Request::Work(..) => {} // Withdrawn before its turn.
                Request::Close(done) => {
                    closing = Some(done);
                    break;
                }
            }
            next = self.next_of_batch(batch.len(), &mut gathering_ends).await;
        }
        let committed = execute(connection, "COMMIT").await;
        if committed.is_ok() && changed {
            self.commits.fetch_add(1, Ordering::Relaxed);
        }
        (committed, closing)
    }

    /// Those who have waited for the other process from the beginning share its failure; who came
    /// later gets a turn of their own.
    fn take_what_waited_since(&mut self, began: Instant, batch: &mut Vec<Box<dyn Work>>) {
        while self.next.is_none() {
            match self.requests.try_recv() {
                Ok(Request::Work(work, since)) if since <= began => batch.push(work),
                Ok(later) => self.next = Some(later),
                Err(_) => return,
            }
        }
    }

    /// `gathering_ends` is set when the queue first runs dry.
    async fn next_of_batch(
        &mut self,
        so_far: usize,
        gathering_ends: &mut Option<Instant>,
    ) -> Option<Request> {
        if so_far >= BATCH {
            return None;
        }
        if let Ok(request) = self.requests.try_recv() {
            return Some(request);
        }
        if so_far >= self.last_batch {
            return None;
        }
        let end = *gathering_ends.get_or_insert_with(|| Instant::now() + GATHERING);
        timeout_at(end, self.requests.recv()).await.ok().flatten()
    }

    /// The write connection with a transaction that holds the write lock. Waits for another
    /// process as long as the busy timeout allows.
    async fn begin(&mut self) -> Result<SqliteConnection, sqlx::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        execute(&mut connection, "BEGIN IMMEDIATE").await?;
        Ok(connection)
    }
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(sql).execute(connection).await.map(drop)
}

#[cfg(test)]
mod tests;
