use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Tells the time. Any function that returns an instant is a clock, `chrono::Utc::now` included.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
}

impl<F: Fn() -> DateTime<Utc> + Send + Sync> Clock for F {
    fn now(&self) -> DateTime<Utc> {
        self()
    }
}

/// Makes ids. Any function that returns a UUID will do, `uuid::Uuid::now_v7` included.
pub trait Ids: Send + Sync {
    /// An id that was never returned before.
    fn next(&self) -> Uuid;
}

impl<F: Fn() -> Uuid + Send + Sync> Ids for F {
    fn next(&self) -> Uuid {
        self()
    }
}
