//! Which starts can be offered?

use std::hint::black_box;
use std::io::{self, Write};
use std::ops::Range;

use astralis_core::slots;
use astralis_core::time::Interval;

use crate::ratios::sheet::Place;
use crate::ratios::{Contest, Effort, Row, Sheet};
use crate::rivals::{bare_sweep, every_slot_every_event};
use crate::workloads::{DURATION, Hosts, Opening};

/// A name, and what answers which of the candidates are free.
type SlotRival = (
    &'static str,
    fn(&[Interval], &[Vec<Interval>]) -> Vec<Interval>,
);

const BARE_SWEEP: SlotRival = ("bare sweep", bare_sweep);
const EVERY_SLOT: SlotRival = ("every slot × every event", every_slot_every_event);

pub(super) fn search(effort: &Effort, sheet: &mut Sheet<impl Write>) -> io::Result<()> {
    for hosts in Hosts::all() {
        let (sweep, naive) = match hosts.opening {
            Opening::AroundTheClock => (Row::Slots, Row::SlotsNaive),
            Opening::OfficeHours => (Row::SlotsInOfficeHours, Row::SlotsNaiveInOfficeHours),
        };
        against(sweep, &hosts, BARE_SWEEP, effort, sheet)?;
        against(naive, &hosts, EVERY_SLOT, effort, sheet)?;
    }
    Ok(())
}

fn against(
    row: Row,
    hosts: &Hosts,
    (name, rival): SlotRival,
    effort: &Effort,
    sheet: &mut Sheet<impl Write>,
) -> io::Result<()> {
    let hours = hosts.hours();
    let situation = hosts.situation(&hours);
    let candidates = hosts.candidates();
    let search = || {
        let found = slots::search(black_box(&situation), hosts.range, DURATION);
        found.expect("the zones are known")
    };
    let found = search();
    let found: Vec<_> = found.iter().map(|slot| slot.during).collect();
    assert_eq!(found, rival(&candidates, &hosts.busy));

    let ours = |range: Range<usize>| range.map(|_| search().len()).sum::<usize>();
    let theirs = |range: Range<usize>| {
        let once = |_| rival(black_box(&candidates), black_box(&hosts.busy)).len();
        range.map(once).sum::<usize>()
    };
    let place = Place {
        row,
        workload: hosts.name,
        count: hosts.busy.iter().map(Vec::len).sum(),
        asked: "every start",
    };
    sheet.times(place, name, Contest::new(ours, theirs).run(effort))
}
