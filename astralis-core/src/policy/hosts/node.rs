use std::collections::BTreeMap;

use crate::model::SubjectId;
use crate::policy::Refusal;
use crate::policy::grid::Grid;
use crate::policy::hosts::Hosts;
use crate::policy::hours::Frame;
use crate::time::IntervalSet;

/// When one host is open, and at which starts they could take a meeting.
#[derive(Debug, Clone)]
pub(super) struct Availability {
    pub(super) open: IntervalSet,
    pub(super) starts: IntervalSet,
}

/// The starts of meetings that fit into somebody's hours.
pub(super) type Hours<'a> = dyn Fn(SubjectId) -> IntervalSet + 'a;

/// A part of a rule with everything counted that is below it.
#[derive(Debug)]
pub(super) struct Node {
    kind: Kind,
    parts: Vec<Node>,
    // At which starts enough of those below could take a meeting.
    starts: IntervalSet,
    // On the windows in which enough of those below are open.
    grid: Grid,
}

#[derive(Debug)]
enum Kind {
    One(SubjectId),
    Any,
    AtLeast(usize),
    Optional,
}

impl Kind {
    /// Where enough of the parts are, of which each is in one of `sets`.
    fn enough(&self, sets: &[IntervalSet]) -> IntervalSet {
        match *self {
            Self::AtLeast(count) if count == sets.len() => IntervalSet::intersect_all(sets),
            Self::AtLeast(count) => IntervalSet::at_least(count, sets),
            Self::One(_) | Self::Any => IntervalSet::union_all(sets),
            Self::Optional => IntervalSet::always(),
        }
    }
}

impl Node {
    /// Counts a checked rule; `hosts` holds every subject it names.
    pub(super) fn new(
        rule: &Hosts,
        hosts: &BTreeMap<SubjectId, Availability>,
        frame: &Frame,
    ) -> Self {
        Self::with_windows(rule, hosts, frame).0
    }

    fn with_windows(
        rule: &Hosts,
        hosts: &BTreeMap<SubjectId, Availability>,
        frame: &Frame,
    ) -> (Self, IntervalSet) {
        let (kind, of) = match rule {
            Hosts::One(subject) => {
                let Availability { open, starts } = hosts[subject].clone();
                let kind = Kind::One(*subject);
                return Self::counted(kind, Vec::new(), starts, open, frame);
            }
            Hosts::Optional(joining) => (Kind::Optional, std::slice::from_ref(&**joining)),
            Hosts::All(of) => (Kind::AtLeast(of.len()), of.as_slice()),
            Hosts::Any(of) => (Kind::Any, of.as_slice()),
            Hosts::KOf { count, of } => (Kind::AtLeast(*count), of.as_slice()),
        };
        let parts = of.iter().map(|part| Self::with_windows(part, hosts, frame));
        let (parts, open): (Vec<_>, Vec<_>) = parts.unzip();
        let starts: Vec<_> = parts.iter().map(|part| part.starts.clone()).collect();
        let (starts, open) = (kind.enough(&starts), kind.enough(&open));
        Self::counted(kind, parts, starts, open, frame)
    }

    fn counted(
        kind: Kind,
        parts: Vec<Self>,
        starts: IntervalSet,
        open: IntervalSet,
        frame: &Frame,
    ) -> (Self, IntervalSet) {
        let node = Self {
            kind,
            parts,
            starts,
            grid: frame.grid(&open),
        };
        (node, open)
    }

    /// The starts on the grid that lie `within`, not in order.
    pub(super) fn add_starts(&self, within: &IntervalSet, found: &mut Vec<i64>) {
        if let Kind::Any = self.kind {
            self.parts
                .iter()
                .for_each(|part| part.add_starts(within, found));
        } else {
            found.extend(self.grid.walk(&self.starts.intersect(within)));
        }
    }

    /// Who takes a meeting that starts at `at`, if it lies on the grid.
    pub(super) fn assign(&self, at: i64) -> Option<Vec<SubjectId>> {
        if let Kind::Any = self.kind {
            return self.parts.iter().find_map(|part| part.assign(at));
        }
        self.who(at).filter(|_| self.grid.holds(at))
    }

    /// The same, whatever the grid.
    fn who(&self, at: i64) -> Option<Vec<SubjectId>> {
        self.starts.enclosing(at)?;
        let mut willing = self.parts.iter().filter_map(|part| part.who(at));
        Some(match self.kind {
            Kind::One(subject) => vec![subject],
            Kind::Any => willing.next()?,
            Kind::AtLeast(count) => willing.take(count).flatten().collect(),
            Kind::Optional => willing.next().unwrap_or_default(),
        })
    }

    /// What to say if a meeting at `at` fits into the hours of enough of them, taken or not, but
    /// none starts then.
    ///
    /// `O(n log n)` for `n` windows of all hosts.
    pub(super) fn off_grid(&self, at: i64, hours: &Hours<'_>) -> Option<Refusal> {
        self.fits(at, hours)?.err()
    }

    /// Whether a meeting at `at` that fits into the hours of enough lies on the grid as well.
    fn fits(&self, at: i64, hours: &Hours<'_>) -> Option<Result<(), Refusal>> {
        if let Kind::Any = self.kind {
            let mut candidates = self.parts.iter().filter_map(|part| part.fits(at, hours));
            let first = candidates.next()?;
            return Some(candidates.fold(first, |known, next| next.or(known)));
        }
        let fitting = self.fitting(hours);
        fitting.enclosing(at)?;
        Some(if self.grid.holds(at) {
            Ok(())
        } else {
            Err(self.grid.objection(at, &fitting))
        })
    }

    /// The starts of meetings that fit into the hours of enough.
    fn fitting(&self, hours: &Hours<'_>) -> IntervalSet {
        if let Kind::One(subject) = self.kind {
            return hours(subject);
        }
        let parts: Vec<_> = self.parts.iter().map(|part| part.fitting(hours)).collect();
        self.kind.enough(&parts)
    }
}
