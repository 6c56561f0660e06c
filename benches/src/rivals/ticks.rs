use astralis_core::time::Interval;

use crate::workloads::monday;

/// How instants become numbers of 32 bits, for those who take no others: seconds since the first
/// Monday, or minutes if a workload reaches beyond 68 years. Always exact.
#[derive(Debug, Clone, Copy)]
pub struct Ticks {
    origin: i64,
    length: i64,
}

impl Ticks {
    /// The finest ticks that reach as far as `until`, in microseconds since the epoch.
    #[must_use]
    pub fn reaching(until: i64) -> Self {
        let origin = monday().timestamp_micros();
        let second = 1_000_000;
        let in_seconds = (until - origin) / second < i64::from(i32::MAX);
        Self {
            origin,
            length: if in_seconds { second } else { 60 * second },
        }
    }

    /// The first and the last tick of an interval.
    pub(super) fn closed(self, interval: &Interval) -> (i32, i32) {
        let first = self.tick(interval.start_micros());
        (first, self.tick(interval.end_micros()) - 1)
    }

    /// Microseconds since the first Monday, for those who take no negative numbers.
    pub(super) fn unsigned(self, interval: &Interval) -> (u64, u64) {
        let since = |micros: i64| u64::try_from(micros - self.origin).expect("nothing is earlier");
        (since(interval.start_micros()), since(interval.end_micros()))
    }

    fn tick(self, micros: i64) -> i32 {
        let since = micros - self.origin;
        assert_eq!(since % self.length, 0, "workloads keep to whole ticks");
        i32::try_from(since / self.length).expect("ticks reach that far")
    }
}
