//! Every other way to do it, each used in the way that suits it best.
//!
//! One file for each. What a rival cannot take as it is, units and kinds of ends, is converted
//! before any clock starts.

mod bare_sweep;
mod btree_map;
mod coitrees;
mod conflict_index;
mod every_slot_every_event;
mod hash_map_of_vecs;
mod iset;
mod linear_scan;
mod prefix_maximum;
mod range_map;
mod rrule;
mod rust_lapper;
mod superintervals;
mod ticks;

pub use bare_sweep::bare_sweep;
pub use btree_map::StartMap;
pub use coitrees::Coitrees;
pub use conflict_index::OneResource;
pub use every_slot_every_event::every_slot_every_event;
pub use hash_map_of_vecs::HashMapOfVecs;
pub use iset::Iset;
pub use linear_scan::LinearScan;
pub use prefix_maximum::PrefixMaximum;
pub use range_map::Rangemap;
pub use rrule::Rrule;
pub use rust_lapper::RustLapper;
pub use superintervals::SuperIntervals;
pub use ticks::Ticks;

use astralis_core::time::Interval;

/// What takes one resource, as one structure holds it; a `u32` says which meeting it is.
pub trait Rival: Sized {
    /// What to call it in a table.
    const NAME: &'static str;

    /// An interval in the units and with the kind of end that the structure takes.
    type Span: Copy;

    /// Converts an interval.
    fn span(interval: &Interval, ticks: Ticks) -> Self::Span;

    /// Holds `entries`, which are in order of start, as a database hands them over.
    fn load(entries: &[(Self::Span, u32)]) -> Self;

    /// Whether anything takes the resource within `question`.
    fn any_overlap(&self, question: Self::Span) -> bool;

    /// How many of many questions meet something.
    fn count_taken(&self, questions: &[Self::Span]) -> usize {
        let taken = |question: &&Self::Span| self.any_overlap(**question);
        questions.iter().filter(taken).count()
    }

    /// Adds to `found` everything that takes the resource within `question`, in whatever order.
    fn overlapping(&self, question: Self::Span, found: &mut Vec<u32>);

    /// Gives what takes the resource within each of many questions.
    fn each_overlapping(&self, questions: &[Self::Span], mut give: impl FnMut(&[u32])) {
        let mut found = Vec::new();
        for question in questions {
            found.clear();
            self.overlapping(*question, &mut found);
            give(&found);
        }
    }

    /// How many of ascending questions of one length meet something.
    fn sweep(&self, ascending: &[Self::Span]) -> usize {
        self.count_taken(ascending)
    }
}

/// A structure that can change after it was loaded.
pub trait Live: Rival {
    /// Adds what is not there yet.
    fn insert(&mut self, span: Self::Span, id: u32);

    /// Removes what is there.
    fn remove(&mut self, span: Self::Span, id: u32);
}
