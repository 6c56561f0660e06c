use astralis_core::conflict::ConflictIndex;
use astralis_core::time::Interval;

use crate::rivals::{Live, Rival, Ticks};

/// Ours, asked about one subject: live, and asked in microseconds.
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

    fn count_taken(&self, questions: &[Interval]) -> usize {
        // Whoever asks much about one subject looks it up once.
        let timeline = self.0.timeline(&());
        let taken = |question: &&Interval| !timeline.is_free(question);
        questions.iter().filter(taken).count()
    }

    fn overlapping(&self, question: Interval, found: &mut Vec<u32>) {
        self.0.overlapping(&(), question).ids_into(found);
    }

    fn each_overlapping(&self, questions: &[Interval], mut give: impl FnMut(&[u32])) {
        let timeline = self.0.timeline(&());
        let mut found = Vec::new();
        for question in questions {
            found.clear();
            timeline.overlapping(*question).ids_into(&mut found);
            give(&found);
        }
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
