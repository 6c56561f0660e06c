use chrono::{DateTime, Utc};

use crate::slots::Slot;

/// The `count` slots whose starts lie nearest to `wanted`, in order of start. Of two equally
/// near, the later one is taken: the time that was wanted has the day ahead of it.
#[must_use]
pub fn nearest(slots: &[Slot], wanted: DateTime<Utc>, count: usize) -> Vec<Slot> {
    let mut ranked: Vec<Slot> = slots.to_vec();
    ranked.sort_by_key(|slot| ((slot.start() - wanted).abs(), slot.start() < wanted));
    ranked.truncate(count);
    ranked.sort_unstable();
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(text: &str) -> Slot {
        Slot {
            during: text.parse().unwrap(),
        }
    }

    #[test]
    fn the_nearest_are_given_in_order_of_start() {
        let slots = [
            slot("2026-03-02T08:00Z/2026-03-02T08:30Z"),
            slot("2026-03-02T09:00Z/2026-03-02T09:30Z"),
            slot("2026-03-02T11:00Z/2026-03-02T11:30Z"),
            slot("2026-03-02T15:00Z/2026-03-02T15:30Z"),
        ];
        let wanted = "2026-03-02T10:00:00Z".parse().unwrap();
        assert_eq!(nearest(&slots, wanted, 3), slots[..3]);
        assert_eq!(nearest(&slots, wanted, 1), [slots[2]]);
        assert_eq!(nearest(&slots, wanted, 9), slots);
    }
}
