use std::time::Duration;

/// What one side did in one round.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    /// How long each question took, whatever its answer, in ascending order.
    pub(crate) latencies: Vec<Duration>,
    /// How many of them ended with a booking, where that is known.
    pub(crate) booked: usize,
    /// How long it all took.
    pub(crate) elapsed: Duration,
}

impl Measured {
    /// From unsorted latencies.
    pub(crate) fn of(mut latencies: Vec<Duration>, booked: usize, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        Self {
            latencies,
            booked,
            elapsed,
        }
    }

    /// Answers a second, whatever they were.
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Bookings a second.
    pub(crate) fn bookings(&self) -> f64 {
        self.booked as f64 / self.elapsed.as_secs_f64()
    }

    /// Milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let index = self.latencies.len() * percent / 100;
        let last = self.latencies.len().saturating_sub(1);
        let latency = self.latencies.get(index.min(last));
        latency.map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
    }

    /// The round with the median rate.
    pub(crate) fn median(mut rounds: Vec<Self>) -> Self {
        rounds.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
        let middle = rounds.len() / 2;
        rounds.swap_remove(middle)
    }
}
