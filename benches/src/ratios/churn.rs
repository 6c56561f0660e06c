//! A resource whose meetings come and go.

use std::io::{self, Write};
use std::ops::Range;

use astralis_core::time::Interval;

use crate::random::Random;
use crate::ratios::sheet::Place;
use crate::ratios::{Contest, Effort, Row, Sheet, converted};
use crate::rivals::{Iset, Live, OneResource, Rangemap, StartMap};
use crate::workloads::{Answer, Kind, Resource, questions};

/// One meeting comes, another goes.
#[derive(Debug, Clone, Copy)]
struct Change<Span> {
    comes: (Span, u32),
    goes: (Span, u32),
}

/// Changes of one resource, each of which goes on from the one before it. Played to their end they
/// are played back, so that they never end and what is there stays of the same kind.
struct Script {
    resource: Resource,
    /// Numbers of entries: first of the resource's own, then of those set aside.
    changes: Vec<(usize, usize)>,
    aside: Vec<(Interval, u32)>,
    questions: Vec<Interval>,
}

/// The script as one structure takes it, and how far it got.
struct Actor<R: Live> {
    structure: R,
    changes: Vec<Change<R::Span>>,
    questions: Vec<R::Span>,
}

pub(super) fn change(effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
    for kind in effort.kinds {
        for count in effort.sizes {
            let script = Script::about(*kind, *count, effort);
            script.play::<Iset>(effort, sheet)?;
            script.play::<StartMap>(effort, sheet)?;
            if effort.all_rivals && kind.is_disjoint() {
                script.play::<Rangemap>(effort, sheet)?;
            }
        }
    }
    Ok(())
}

impl Script {
    fn about(kind: Kind, count: usize, effort: &Effort) -> Self {
        let spare = (count / 4).max(64);
        let (resource, aside) = Resource::taken(kind, count + spare).set_aside(spare);
        let random = &mut Random::seeded(0x5be0_cd19_137e_2179);
        let mut inside: Vec<usize> = (0..count).collect();
        let mut outside: Vec<usize> = (count..count + spare).collect();
        let change = |_| {
            let (comes, goes) = (random.index(spare), random.index(count));
            std::mem::swap(&mut outside[comes], &mut inside[goes]);
            (inside[goes], outside[comes])
        };
        Self {
            changes: (0..effort.questions).map(change).collect(),
            questions: questions(&resource, Answer::Mixed, effort.questions).unwrap_or_default(),
            resource,
            aside,
        }
    }

    fn actor<R: Live>(&self) -> Actor<R> {
        let ticks = self.resource.ticks();
        let count = self.resource.entries.len();
        let entry = |number: usize| {
            let own = self.resource.entries.get(number);
            let (interval, id) = own.unwrap_or_else(|| &self.aside[number - count]);
            (R::span(interval, ticks), *id)
        };
        let change = |(comes, goes): &(usize, usize)| Change {
            comes: entry(*comes),
            goes: entry(*goes),
        };
        let spans = self
            .questions
            .iter()
            .map(|question| R::span(question, ticks));
        Actor {
            structure: R::load(&converted::<R>(&self.resource)),
            changes: self.changes.iter().map(change).collect(),
            questions: spans.collect(),
        }
    }

    fn play<R: Live>(&self, effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
        let (mut ours, mut theirs) = (self.actor::<OneResource>(), self.actor::<R>());
        let changing = Contest::new(
            |range: Range<usize>| range.for_each(|number| ours.change(number)),
            |range: Range<usize>| range.for_each(|number| theirs.change(number)),
        );
        let times = changing.run(effort);
        assert_eq!(
            ours.count_taken(),
            theirs.count_taken(),
            "both hold the same"
        );
        sheet.times(self.place(Row::InsertRemove, "pair"), R::NAME, times)?;

        let (mut ours, mut theirs) = (self.actor::<OneResource>(), self.actor::<R>());
        let mixed = Contest::new(
            |range| ours.change_and_ask(range),
            |range| theirs.change_and_ask(range),
        );
        sheet.times(
            self.place(Row::Mixed, "operation"),
            R::NAME,
            mixed.run(effort),
        )
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

impl<R: Live> Actor<R> {
    /// Plays the changes forward, then back, then forward …
    fn change(&mut self, number: usize) {
        let (comes, goes) = self.turn(number);
        self.structure.insert(comes.0, comes.1);
        self.structure.remove(goes.0, goes.1);
    }

    fn turn(&self, number: usize) -> ((R::Span, u32), (R::Span, u32)) {
        let length = self.changes.len();
        let number = number % (2 * length);
        if number < length {
            let Change { comes, goes } = self.changes[number];
            (comes, goes)
        } else {
            let Change { comes, goes } = self.changes[2 * length - 1 - number];
            (goes, comes)
        }
    }

    /// Of twenty operations one inserts, one removes, and the others ask.
    fn change_and_ask(&mut self, range: Range<usize>) -> usize {
        let mut taken = 0;
        for number in range {
            match number % 20 {
                0 => {
                    let (comes, _) = self.turn(number / 20);
                    self.structure.insert(comes.0, comes.1);
                }
                10 => {
                    let (_, goes) = self.turn(number / 20);
                    self.structure.remove(goes.0, goes.1);
                }
                _ => {
                    let question = self.questions[number % self.questions.len()];
                    taken += usize::from(self.structure.any_overlap(question));
                }
            }
        }
        taken
    }

    fn count_taken(&self) -> usize {
        let taken = |question: &&R::Span| self.structure.any_overlap(**question);
        self.questions.iter().filter(taken).count()
    }
}
