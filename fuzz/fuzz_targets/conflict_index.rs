//! The conflict index against its naive twin, step by step.
#![no_main]

use arbitrary::Arbitrary;
use astralis_core::conflict::ConflictIndex;
use astralis_core::time::Interval;
use astralis_testkit::twins::{NaiveIndex, minute};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
enum Step {
    Insert {
        subject: bool,
        start: u16,
        length: u16,
        id: u8,
    },
    Remove {
        subject: bool,
        start: u16,
        length: u16,
        id: u8,
    },
    Ask {
        subject: bool,
        start: u16,
        length: u16,
    },
}

fn interval(start: u16, length: u16) -> Interval {
    let (start, length) = (i64::from(start), i64::from(length));
    Interval::new(minute(start), minute(start + length + 1)).expect("a positive length")
}

fuzz_target!(|steps: Vec<Step>| {
    let mut index = ConflictIndex::new();
    let mut twin = NaiveIndex::default();
    for step in steps {
        match step {
            Step::Insert {
                subject,
                start,
                length,
                id,
            } => {
                let interval = interval(start, length);
                assert_eq!(
                    index.insert(subject, interval, id),
                    twin.insert(subject, interval, id)
                );
            }
            Step::Remove {
                subject,
                start,
                length,
                id,
            } => {
                let interval = interval(start, length);
                assert_eq!(
                    index.remove(&subject, interval, id),
                    twin.remove(&subject, interval, id)
                );
            }
            Step::Ask {
                subject,
                start,
                length,
            } => {
                let question = interval(start, length);
                assert_eq!(
                    index.is_free(&subject, &question),
                    twin.is_free(&subject, &question)
                );
                let hits: Vec<_> = index.overlapping(&subject, question).collect();
                assert_eq!(hits, twin.overlapping(&subject, question));
                let gap = (question.start(), question.duration());
                assert_eq!(
                    index.next_gap(&subject, gap.0, gap.1),
                    twin.next_gap(&subject, gap.0, gap.1)
                );
            }
        }
    }
    let all: Vec<_> = index
        .iter()
        .map(|(subject, interval, id)| (*subject, interval, id))
        .collect();
    assert_eq!(all, twin.sorted());
});
