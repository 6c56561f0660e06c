use astralis_core::conflict::ConflictIndex;
use astralis_core::time::Interval;

use crate::rivals::{Live, Rival, Ticks};

/// Ours, asked about one subject: live, in microseconds of 64 bits.
#[derive(Debug)]
pub struct OneResource(ConflictIndex<(), u32>);

impl Rival for OneResource {
    const NAME: &'static str = "astralis";
    type Span = Interval;

    fn span(interval: &Interval, _: Ticks) -> Interval {
        *interval
    }

    fn load(entries: &[(Interval, u32)]) -> Self {
        let entries = entries.iter().map(|(interval, id)| ((), *interval, *id));
        Self(entries.collect())
    }

    fn any_overlap(&self, question: Interval) -> bool {
        !self.0.is_free(&(), &question)
    }

    fn overlapping(&self, question: Interval, found: &mut Vec<u32>) {
        found.extend(self.0.overlapping(&(), question).map(|(_, id)| id));
    }

    fn sweep(&self, ascending: &[Interval]) -> usize {
        let mut cursor = self.0.cursor(&());
        let taken = |question: &&Interval| !cursor.is_free(question);
        ascending.iter().filter(taken).count()
    }
}

impl Live for OneResource {
    fn insert(&mut self, interval: Interval, id: u32) {
        assert!(self.0.insert((), interval, id));
    }

    fn remove(&mut self, interval: Interval, id: u32) {
        assert!(self.0.remove(&(), interval, id));
    }
}
