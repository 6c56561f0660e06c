//! How many bytes an interval takes.

use std::io::{self, Write};

use astralis_core::conflict::ConflictIndex;

use crate::ratios::sheet::Place;
use crate::ratios::{Row, Sheet, converted};
use crate::rivals::{Coitrees, Iset, Live, OneResource, Rival, StartMap, SuperIntervals};
use crate::workloads::{Kind, ManySubjects, Resource};

const MEETINGS_EACH: usize = 50;

/// Measures every cell that tells how much memory something takes. `allocated` tells how many
/// bytes the process has on its heap.
///
/// # Errors
///
/// If `out` cannot be written to.
pub fn weigh(allocated: impl Fn() -> usize, out: impl Write) -> io::Result<()> {
    let scales = Scales { allocated };
    let mut sheet = Sheet::new(out);
    for kind in [Kind::Calendar, Kind::Imported, Kind::Adversarial] {
        for count in [100, 10_000, 1_000_000] {
            scales.one_resource(kind, count, &mut sheet)?;
        }
    }
    scales.many_subjects(20_000, &mut sheet)
}

struct Scales<A> {
    allocated: A,
}

impl<A: Fn() -> usize> Scales<A> {
    fn one_resource(
        &self,
        kind: Kind,
        count: usize,
        sheet: &mut Sheet<impl Write>,
    ) -> io::Result<()> {
        let everything = Resource::taken(kind, 2 * count);
        let (resource, aside) = everything.set_aside(count);
        let place = |row| Place {
            row,
            workload: kind.name(),
            count,
            asked: "bytes",
        };
        let loaded = place(Row::MemoryLoaded);
        sheet.bytes(loaded, self.loaded::<OneResource>(&resource), "")?;
        sheet.bytes(loaded, self.loaded::<Coitrees>(&resource), Coitrees::NAME)?;
        sheet.bytes(
            loaded,
            self.loaded::<SuperIntervals>(&resource),
            SuperIntervals::NAME,
        )?;
        sheet.bytes(loaded, self.loaded::<Iset>(&resource), Iset::NAME)?;
        sheet.bytes(loaded, self.loaded::<StartMap>(&resource), StartMap::NAME)?;

        let churned = place(Row::MemoryChurned);
        let aside = Resource {
            kind,
            entries: aside,
        };
        sheet.bytes(churned, self.churned::<OneResource>(&resource, &aside), "")?;
        sheet.bytes(churned, self.churned::<Iset>(&resource, &aside), Iset::NAME)?;
        sheet.bytes(
            churned,
            self.churned::<StartMap>(&resource, &aside),
            StartMap::NAME,
        )
    }

    fn loaded<R: Rival>(&self, resource: &Resource) -> f64 {
        let entries = converted::<R>(resource);
        self.weight(entries.len(), || R::load(&entries))
    }

    /// As many again come in, in no order; then all that was there first goes, in no order.
    fn churned<R: Live>(&self, resource: &Resource, aside: &Resource) -> f64 {
        let (old, new) = (converted::<R>(resource), converted::<R>(aside));
        self.weight(new.len(), || {
            let mut structure = R::load(&old);
            for number in shuffled(new.len()) {
                structure.insert(new[number].0, new[number].1);
            }
            for number in shuffled(old.len()) {
                structure.remove(old[number].0, old[number].1);
            }
            structure
        })
    }

    fn many_subjects(&self, subjects: u32, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
        let many = ManySubjects::taken(subjects, 2 * MEETINGS_EACH);
        let (old, new): (Vec<_>, Vec<_>) = many.entries.iter().partition(|(_, _, id)| id % 2 == 0);
        let place = |row| Place {
            row,
            workload: "many subjects",
            count: old.len(),
            asked: "bytes",
        };
        let load = || old.iter().copied().collect::<ConflictIndex<u32, u32>>();
        sheet.bytes(place(Row::MemoryLoaded), self.weight(old.len(), load), "")?;
        let churn = || {
            let mut index = load();
            for number in shuffled(new.len()) {
                let (subject, interval, id) = new[number];
                assert!(index.insert(subject, interval, id));
            }
            for number in shuffled(old.len()) {
                let (subject, interval, id) = old[number];
                assert!(index.remove(&subject, interval, id));
            }
            index
        };
        sheet.bytes(place(Row::MemoryChurned), self.weight(new.len(), churn), "")
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of bytes are far below 2^52"
    )]
    fn weight<T>(&self, count: usize, make: impl FnOnce() -> T) -> f64 {
        let before = (self.allocated)();
        let made = make();
        let after = (self.allocated)();
        drop(made);
        (after - before) as f64 / count as f64
    }
}

/// Every number below `length` once, in an order without pattern.
fn shuffled(length: usize) -> Vec<usize> {
    let random = &mut crate::random::Random::seeded(0xa54f_f53a_5f1d_36f1);
    let mut numbers: Vec<usize> = (0..length).collect();
    for last in (1..length).rev() {
        numbers.swap(last, random.index(last + 1));
    }
    numbers
}
