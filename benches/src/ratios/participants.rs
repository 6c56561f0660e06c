//! Are all of sixteen people free?

use std::io::{self, Write};
use std::ops::Range;

use astralis_core::conflict::ConflictIndex;

use crate::ratios::contest::part;
use crate::ratios::sheet::Place;
use crate::ratios::{Contest, Effort, Row, Sheet};
use crate::rivals::HashMapOfVecs;
use crate::workloads::{Invitation, ManySubjects};

const MEETINGS_EACH: usize = 50;

pub(super) fn invite(effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
    let many = ManySubjects::taken(effort.subjects, MEETINGS_EACH);
    let ours: ConflictIndex<u32, u32> = many.entries.iter().copied().collect();
    let theirs = HashMapOfVecs::load(&many.entries);
    for (asked, one_in) in [("all free", 0), ("half of them taken", 2)] {
        let invitations = many.invitations(effort.questions, one_in);
        let ours = |range: Range<usize>| {
            let free = |each: &&Invitation| ours.all_free(&each.participants, &each.during);
            part(&invitations, &range).iter().filter(free).count()
        };
        let theirs = |range: Range<usize>| {
            let free = |each: &&Invitation| theirs.all_free(&each.participants, &each.during);
            part(&invitations, &range).iter().filter(free).count()
        };
        let place = Place {
            row: Row::Participants,
            workload: "many subjects",
            count: many.entries.len(),
            asked,
        };
        let times = Contest::new(ours, theirs).run(effort);
        sheet.times(place, "HashMap of Vecs", times)?;
    }
    Ok(())
}
