use chrono::TimeDelta;

use crate::model::MessageId;

/// After how many tries a message is given up: some two days of [`retry_delay`]s.
pub const MAX_ATTEMPTS: u32 = 56;

const FIRST_DELAY: TimeDelta = TimeDelta::seconds(15);
const LONGEST_DELAY: TimeDelta = TimeDelta::hours(1);

/// How long to wait after try number `attempt` (1 for the first): 15 seconds, doubled with each
/// try, at most an hour, plus up to a quarter of it.
///
/// The extra quarter depends on the message alone: messages that failed together do not all come
/// back at once, and the same input gives the same time.
#[must_use]
pub fn retry_delay(attempt: u32, message: MessageId) -> TimeDelta {
    let doublings = attempt.saturating_sub(1).min(8);
    let delay = (FIRST_DELAY * (1 << doublings)).min(LONGEST_DELAY);
    // The last bytes of a UUIDv7 are its random ones.
    let [.., high, low] = *message.as_uuid().as_bytes();
    let share = i32::from(u16::from_be_bytes([high, low]));
    delay + delay / 4 * share / 0x1_0000
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn message(id: u128) -> MessageId {
        MessageId::new(Uuid::from_u128(id))
    }

    #[test]
    fn delays_double_up_to_an_hour() {
        let delays = [1, 2, 3, 8, 9, 10, 56, u32::MAX].map(|n| retry_delay(n, message(0)));
        let seconds = delays.map(|delay| delay.num_seconds());
        assert_eq!(seconds, [15, 30, 60, 1920, 3600, 3600, 3600, 3600]);
    }

    #[test]
    fn messages_that_failed_together_come_back_apart() {
        assert_eq!(retry_delay(9, message(0)), TimeDelta::minutes(60));
        assert_eq!(retry_delay(9, message(0x8000)), TimeDelta::seconds(4050));
        assert!(retry_delay(9, message(0xffff)) < TimeDelta::minutes(75));
    }

    #[test]
    fn all_tries_together_last_at_least_two_days() {
        for id in [0, 0xffff] {
            let total: TimeDelta = (1..MAX_ATTEMPTS).map(|n| retry_delay(n, message(id))).sum();
            assert!((TimeDelta::hours(48)..=TimeDelta::hours(61)).contains(&total));
        }
    }
}
