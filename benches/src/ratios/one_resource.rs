//! Questions about one resource that does not change meanwhile.

use std::io::{self, Write};
use std::ops::Range;

use astralis_core::time::Interval;

use crate::ratios::contest::part;
use crate::ratios::sheet::Place;
use crate::ratios::{Contest, Effort, Row, Sheet, converted};
use crate::rivals::{
    Coitrees, Iset, LinearScan, OneResource, PrefixMaximum, Rangemap, Rival, RustLapper, StartMap,
    SuperIntervals,
};
use crate::workloads::{Answer, DAY, Kind, Resource, month_of_slots, questions, windows};

/// Beyond it, scanning everything only takes time.
const LARGEST_TO_SCAN: usize = 10_000;
const MONTHS: u64 = 16;

/// Everything that is asked about one resource, and ours, loaded.
struct Exam {
    row: Row,
    resource: Resource,
    ours: OneResource,
    any: Vec<(Answer, Vec<Interval>)>,
    lists: Vec<(&'static str, Vec<Interval>)>,
    months: Vec<Vec<Interval>>,
}

pub(super) fn ask(effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
    for kind in effort.kinds {
        for count in effort.sizes {
            let mut exam = Exam::about(Row::AnyOverlap, *kind, *count, effort);
            let (resource, questions) = (&exam.resource, effort.questions);
            exam.lists = vec![
                ("a day", windows(resource, DAY, questions)),
                ("28 days", windows(resource, 28 * DAY, questions)),
            ];
            exam.months = (0..MONTHS)
                .map(|number| month_of_slots(resource, number))
                .collect();
            exam.of_everybody(effort, sheet)?;
        }
    }
    Ok(())
}

pub(super) fn ask_crowded(effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
    for kind in [Kind::Crowded, Kind::CrowdedWithOutliers] {
        Exam::about(Row::CrowdedStarts, kind, 100_000, effort).of_everybody(effort, sheet)?;
    }
    Ok(())
}

pub(super) fn build(effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
    for count in effort.sizes {
        let resource = Resource::taken(Kind::Calendar, *count);
        build_against::<Coitrees>(&resource, effort, sheet)?;
        build_against::<SuperIntervals>(&resource, effort, sheet)?;
        if effort.all_rivals {
            build_against::<RustLapper>(&resource, effort, sheet)?;
            build_against::<Iset>(&resource, effort, sheet)?;
            build_against::<StartMap>(&resource, effort, sheet)?;
        }
    }
    Ok(())
}

impl Exam {
    fn about(row: Row, kind: Kind, count: usize, effort: &Effort) -> Self {
        let resource = Resource::taken(kind, count);
        let with = |answer| Some((answer, questions(&resource, answer, effort.questions)?));
        let any = [Answer::Hit, Answer::Miss, Answer::Mixed].into_iter();
        Self {
            row,
            ours: OneResource::load(&converted::<OneResource>(&resource)),
            any: any.filter_map(with).collect(),
            lists: Vec::new(),
            months: Vec::new(),
            resource,
        }
    }

    fn of_everybody(&self, effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
        self.of::<Coitrees>(effort, sheet)?;
        self.of::<SuperIntervals>(effort, sheet)?;
        if !effort.all_rivals {
            return Ok(());
        }
        self.of::<RustLapper>(effort, sheet)?;
        self.of::<Iset>(effort, sheet)?;
        self.of::<StartMap>(effort, sheet)?;
        self.of::<PrefixMaximum>(effort, sheet)?;
        if self.resource.kind.is_disjoint() {
            self.of::<Rangemap>(effort, sheet)?;
        }
        if self.resource.entries.len() <= LARGEST_TO_SCAN {
            self.of::<LinearScan>(effort, sheet)?;
        }
        Ok(())
    }

    fn of<R: Rival>(&self, effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
        let rival = R::load(&converted::<R>(&self.resource));
        for (answer, questions) in &self.any {
            let place = self.place(self.row, answer.name());
            let theirs = self.spans::<R>(questions);
            let ours = |range: Range<usize>| count_taken(&self.ours, part(questions, &range));
            let theirs = |range: Range<usize>| count_taken(&rival, part(&theirs, &range));
            sheet.times(place, R::NAME, Contest::new(ours, theirs).run(effort))?;
        }
        for (asked, windows) in &self.lists {
            let place = self.place(Row::ListOverlapping, asked);
            let theirs = self.spans::<R>(windows);
            let ours = |range: Range<usize>| sum_of_lists(&self.ours, part(windows, &range));
            let theirs = |range: Range<usize>| sum_of_lists(&rival, part(&theirs, &range));
            sheet.times(place, R::NAME, Contest::new(ours, theirs).run(effort))?;
        }
        self.sweep(&rival, effort, sheet)
    }

    fn sweep<R: Rival>(
        &self,
        rival: &R,
        effort: &Effort,
        sheet: &mut Sheet<impl Write>,
    ) -> io::Result<()> {
        if self.months.is_empty() {
            return Ok(());
        }
        let theirs: Vec<_> = self
            .months
            .iter()
            .map(|month| self.spans::<R>(month))
            .collect();
        let ours = |range| sum_of_sweeps(&self.ours, &self.months, range);
        let theirs = |range| sum_of_sweeps(rival, &theirs, range);
        let place = self.place(Row::SortedSweep, "2880 slots");
        sheet.times(place, R::NAME, Contest::new(ours, theirs).run(effort))
    }

    fn spans<R: Rival>(&self, questions: &[Interval]) -> Vec<R::Span> {
        let ticks = self.resource.ticks();
        questions
            .iter()
            .map(|question| R::span(question, ticks))
            .collect()
    }

    fn place<'a>(&self, row: Row, asked: &'a str) -> Place<'a> {
        Place {
            row,
            workload: self.resource.kind.name(),
            count: self.resource.entries.len(),
            asked,
        }
    }
}

fn count_taken<R: Rival>(rival: &R, questions: &[R::Span]) -> usize {
    let taken = |question: &&R::Span| rival.any_overlap(**question);
    questions.iter().filter(taken).count()
}

/// Of the numbers and ids found, so that the order in which they are found makes no difference.
fn sum_of_lists<R: Rival>(rival: &R, windows: &[R::Span]) -> (usize, u64) {
    let mut found = Vec::new();
    let mut sums = (0, 0);
    for window in windows {
        found.clear();
        rival.overlapping(*window, &mut found);
        sums.0 += found.len();
        sums.1 += found.iter().map(|id| u64::from(*id)).sum::<u64>();
    }
    sums
}

fn sum_of_sweeps<R: Rival>(rival: &R, months: &[Vec<R::Span>], range: Range<usize>) -> usize {
    let months = range.map(|number| &months[number % months.len()]);
    months.map(|month| rival.sweep(month)).sum()
}

fn build_against<R: Rival>(
    resource: &Resource,
    effort: &Effort,
    sheet: &mut Sheet<impl Write>,
) -> io::Result<()> {
    let (ours, theirs) = (converted::<OneResource>(resource), converted::<R>(resource));
    let ours = |range: Range<usize>| range.for_each(|_| drop(OneResource::load(&ours)));
    let theirs = |range: Range<usize>| range.for_each(|_| drop(R::load(&theirs)));
    let place = Place {
        row: Row::Build,
        workload: resource.kind.name(),
        count: resource.entries.len(),
        asked: "all",
    };
    sheet.times(place, R::NAME, Contest::new(ours, theirs).run(effort))
}
