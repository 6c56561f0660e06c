//! Waiting for another process: for a condition, with a deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Looks until there is something to see.
///
/// # Panics
///
/// If there was nothing until the deadline; `what` says what was waited for.
#[track_caller]
pub(crate) fn eventually<T>(
    what: &str,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        let begun = Instant::now();
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            assert!(
                begun.elapsed() < deadline,
                "{caller}: waited {deadline:?} in vain for {what}"
            );
            sleep(PAUSE).await;
        }
    }
}
