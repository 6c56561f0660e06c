use std::collections::HashMap;

use astralis_core::time::Interval;

/// Everybody's meetings in a `Vec` of their own, found by a hash map and scanned: how most
/// applications hold them.
pub struct HashMapOfVecs(HashMap<u32, Vec<(Interval, u32)>>);

impl HashMapOfVecs {
    /// Holds who is taken when by which meeting.
    #[must_use]
    pub fn load(entries: &[(u32, Interval, u32)]) -> Self {
        let mut meetings: HashMap<u32, Vec<(Interval, u32)>> = HashMap::new();
        for (subject, interval, id) in entries {
            meetings.entry(*subject).or_default().push((*interval, *id));
        }
        Self(meetings)
    }

    /// Whether everybody is free for all of `question`; stops at the first who is not.
    #[must_use]
    pub fn all_free(&self, subjects: &[u32], question: &Interval) -> bool {
        subjects.iter().all(|subject| {
            self.0.get(subject).is_none_or(|meetings| {
                !meetings
                    .iter()
                    .any(|(meeting, _)| meeting.overlaps(question))
            })
        })
    }
}
