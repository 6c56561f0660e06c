//! When does a meeting take place that repeats?

use std::hint::black_box;
use std::io::{self, Write};
use std::ops::Range;

use crate::ratios::sheet::Place;
use crate::ratios::{Contest, Effort, Row, Sheet};
use crate::rivals::Rrule;
use crate::workloads::RepeatedMeeting;

pub(super) fn expand(effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
    for meeting in RepeatedMeeting::all() {
        let rrule = Rrule::read(&meeting);
        let found = || {
            let found = black_box(&meeting.series).occurrences(meeting.window);
            found.expect("within the bounds")
        };
        let starts: Vec<_> = found().iter().map(|one| one.during.start()).collect();
        assert_eq!(starts, rrule.starts(meeting.window));

        let ours = |range: Range<usize>| range.map(|_| found().len()).sum::<usize>();
        let theirs = |range: Range<usize>| {
            let once = |_| black_box(&rrule).starts(meeting.window).len();
            range.map(once).sum::<usize>()
        };
        let row = if meeting.asked == RepeatedMeeting::TEN_YEARS {
            Row::WholeSeries
        } else {
            Row::WindowOfSeries
        };
        let place = Place {
            row,
            workload: meeting.name,
            count: starts.len(),
            asked: meeting.asked,
        };
        sheet.times(place, "rrule", Contest::new(ours, theirs).run(effort))?;
    }
    Ok(())
}
