use chrono::TimeDelta;

use crate::model::SubscriptionId;

/// How often a calendar is read that does not say how often it changes.
pub const INTERVAL: TimeDelta = TimeDelta::minutes(15);

/// The longest pause that a calendar can ask for.
pub const LONGEST_INTERVAL: TimeDelta = TimeDelta::days(1);

/// The pauses after a first failure: of one that may be over soon, and of one that hardly is.
const AFTER_TROUBLE: TimeDelta = TimeDelta::minutes(5);
const AFTER_REFUSAL: TimeDelta = TimeDelta::hours(1);

/// The longest pauses after failures.
const LONGEST_AFTER_TROUBLE: TimeDelta = TimeDelta::hours(6);

/// What may stand before the first component of a calendar is looked at, and no more.
const HEAD: usize = 64 * 1024;

/// How long to wait after this many failures in a row: doubled with each.
pub(super) fn after_failure(failures: u32, is_permanent: bool) -> TimeDelta {
    let (first, longest) = if is_permanent {
        (AFTER_REFUSAL, LONGEST_INTERVAL)
    } else {
        (AFTER_TROUBLE, LONGEST_AFTER_TROUBLE)
    };
    let doublings = failures.saturating_sub(1).min(8);
    (first * (1 << doublings)).min(longest)
}

/// A pause, longer by up to a quarter: subscriptions that were added together, or failed together,
/// do not all come back at once. The same input gives the same pause.
pub(super) fn spread(pause: TimeDelta, subscription: SubscriptionId) -> TimeDelta {
    // The last bytes of a UUIDv7 are its random ones.
    let [.., high, low] = *subscription.as_uuid().as_bytes();
    let share = i32::from(u16::from_be_bytes([high, low]));
    pause + pause / 4 * share / 0x1_0000
}

/// How often the file asks to be read (REFRESH-INTERVAL, RFC 7986 §5.7, or the older
/// X-PUBLISHED-TTL): never more often than [`INTERVAL`], at least as often as [`LONGEST_INTERVAL`].
pub(super) fn wanted_interval(file: &[u8]) -> TimeDelta {
    let head = String::from_utf8_lossy(&file[..file.len().min(HEAD)]);
    let properties = head.lines().skip(1).take_while(|line| !begins(line));
    let mut wanted = properties.filter_map(asked_for);
    let interval = wanted.next().unwrap_or(INTERVAL);
    interval.clamp(INTERVAL, LONGEST_INTERVAL)
}

fn begins(line: &str) -> bool {
    line.get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:"))
}

fn asked_for(line: &str) -> Option<TimeDelta> {
    let (property, value) = line.trim_end().split_once(':')?;
    let name = property.split_once(';').map_or(property, |(name, _)| name);
    let names = ["REFRESH-INTERVAL", "X-PUBLISHED-TTL"];
    let is_one = names.iter().any(|known| name.eq_ignore_ascii_case(known));
    // VALUE=DURATION stands before the colon.
    is_one.then(|| duration(value)).flatten()
}

/// A positive duration as RFC 5545 §3.3.6 writes it, of at most four digits a part.
fn duration(text: &str) -> Option<TimeDelta> {
    let (mut total, mut number, mut in_time) = (TimeDelta::zero(), String::new(), false);
    for c in text.trim().strip_prefix(['P', 'p'])?.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if c.eq_ignore_ascii_case(&'T') && number.is_empty() {
            in_time = true;
            continue;
        }
        let unit = match (c.to_ascii_uppercase(), in_time) {
            ('W', false) => TimeDelta::weeks(1),
            ('D', false) => TimeDelta::days(1),
            ('H', true) => TimeDelta::hours(1),
            ('M', true) => TimeDelta::minutes(1),
            ('S', true) => TimeDelta::seconds(1),
            _ => return None,
        };
        let count: u16 = number.parse().ok().filter(|count| *count < 10_000)?;
        total += unit * i32::from(count);
        number.clear();
    }
    (number.is_empty() && total > TimeDelta::zero()).then_some(total)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn pauses_after_failures_double_and_end() {
        let trouble = [1, 2, 3, 7, 8, u32::MAX].map(|n| after_failure(n, false).num_minutes());
        assert_eq!(trouble, [5, 10, 20, 320, 360, 360]);
        let refused = [1, 2, 5, 6, u32::MAX].map(|n| after_failure(n, true).num_hours());
        assert_eq!(refused, [1, 2, 16, 24, 24]);
    }

    #[test]
    fn subscriptions_come_back_apart() {
        let pause = |id| spread(INTERVAL, Uuid::from_u128(id).into());
        assert_eq!(pause(0), INTERVAL);
        assert_eq!(
            pause(0x8000),
            TimeDelta::seconds(15 * 60 + 112) + TimeDelta::milliseconds(500)
        );
        assert!(pause(0xffff) < INTERVAL * 5 / 4);
    }

    #[test]
    fn a_calendar_may_ask_to_be_read_less_often() {
        for (properties, minutes) in [
            ("", 15),
            ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", 60),
            ("refresh-interval;value=duration:P1W", 24 * 60),
            ("X-PUBLISHED-TTL:PT1H30M", 90),
            ("X-PUBLISHED-TTL:P0DT2H", 120),
            ("X-PUBLISHED-TTL:PT1M", 15),
            ("X-PUBLISHED-TTL:1H", 15),
            ("X-PUBLISHED-TTL:PT", 15),
            ("X-PUBLISHED-TTL:P1M", 15),
            ("X-PUBLISHED-TTL:-PT2H", 15),
            ("X-PUBLISHED-TTL:PT99999H", 15),
            ("BEGIN:VEVENT\r\nX-PUBLISHED-TTL:PT2H", 15),
        ] {
            let file = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{properties}\r\nEND:VCALENDAR");
            let wanted = wanted_interval(file.as_bytes());
            assert_eq!(wanted, TimeDelta::minutes(minutes), "{properties}");
        }
    }
}
