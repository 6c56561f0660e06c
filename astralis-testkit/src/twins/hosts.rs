use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use astralis_core::model::SubjectId;
use astralis_core::policy::{HostHours, Hosts, Situation};
use chrono::{DateTime, TimeDelta, Utc};

use crate::twins::{NaivePolicy, is_local_midnight, is_open};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// What speaks against a host; everything else speaks against the time.
const OF_HOSTS: [&str; 4] = ["hostInactive", "outsideHours", "offGrid", "taken"];

/// Decides about meetings that some of the hosts take, by trying every minute with every set of
/// hosts. Remembers who is open when, and nothing else.
#[derive(Debug)]
pub struct NaiveHosts<'a> {
    // The hosts in the order of the rule.
    situation: Situation<'a>,
    rule: &'a Hosts,
    duration: TimeDelta,
    together: NaivePolicy<'a>,
    alone: Vec<NaivePolicy<'a>>,
    open: RefCell<BTreeMap<DateTime<Utc>, BTreeSet<SubjectId>>>,
}

impl<'a> NaiveHosts<'a> {
    /// A twin for a situation whose hosts are in the order of the rule.
    #[must_use]
    pub fn new(situation: Situation<'a>, rule: &'a Hosts, duration: TimeDelta) -> Self {
        let alone = situation.hosts.iter().map(|host| {
            NaivePolicy::new(Situation {
                hosts: std::slice::from_ref(host),
                ..situation
            })
        });
        Self {
            rule,
            duration,
            together: NaivePolicy::new(situation),
            alone: alone.collect(),
            open: RefCell::default(),
            situation,
        }
    }

    /// Whether a meeting can start at `start` with some set of hosts.
    #[must_use]
    pub fn offers(&self, start: DateTime<Utc>) -> bool {
        let against_the_time = self.together.objections(start, self.duration);
        against_the_time.is_subset(&OF_HOSTS.into()) && self.offers_under(self.rule, start)
    }

    fn offers_under(&self, rule: &Hosts, start: DateTime<Utc>) -> bool {
        match rule {
            Hosts::Any(of) => of.iter().any(|part| self.offers_under(part, start)),
            _ => {
                let free = self.free(start);
                subsets(&free).any(|some| holds(rule, &some)) && self.is_on_grid(rule, start)
            }
        }
    }

    /// The hosts that nothing speaks against at `start`, but perhaps the grid.
    #[must_use]
    pub fn free(&self, start: DateTime<Utc>) -> BTreeSet<SubjectId> {
        let hosts = self.situation.hosts.iter().zip(&self.alone);
        let free = hosts.filter(|(_, alone)| {
            let objections = alone.objections(start, self.duration);
            ["hostInactive", "outsideHours", "taken"]
                .iter()
                .all(|code| !objections.contains(code))
        });
        free.map(|(host, _)| host.subject).collect()
    }

    /// Walks back to where enough of them opened, or the local day begins, and counts the steps.
    fn is_on_grid(&self, rule: &Hosts, start: DateTime<Utc>) -> bool {
        let Situation {
            event_type,
            hosts,
            zones,
            ..
        } = self.situation;
        let grid = event_type.hours.as_ref().unwrap_or(hosts[0].schedule);
        let mut anchor = start;
        while holds(rule, &self.open(anchor - MINUTE)) && !is_local_midnight(grid, anchor, zones) {
            anchor -= MINUTE;
        }
        let step = event_type.step.unwrap_or(self.duration);
        (start - anchor).num_minutes() % step.num_minutes() == 0
    }

    fn open(&self, at: DateTime<Utc>) -> BTreeSet<SubjectId> {
        let Situation {
            event_type,
            hosts,
            zones,
            ..
        } = self.situation;
        let own = event_type.hours.as_ref();
        let is_open = |host: &&HostHours<'_>| {
            is_open(host.schedule, at, zones) && own.is_none_or(|own| is_open(own, at, zones))
        };
        let mut known = self.open.borrow_mut();
        let open = known.entry(at).or_insert_with(|| {
            let open = hosts.iter().filter(is_open);
            open.map(|host| host.subject).collect()
        });
        open.clone()
    }
}

/// Whether these hosts are enough.
#[must_use]
pub fn holds(rule: &Hosts, hosts: &BTreeSet<SubjectId>) -> bool {
    let enough =
        |of: &[Hosts], count: usize| of.iter().filter(|part| holds(part, hosts)).count() >= count;
    match rule {
        Hosts::One(subject) => hosts.contains(subject),
        Hosts::All(of) => enough(of, of.len()),
        Hosts::Any(of) => enough(of, 1),
        Hosts::KOf { count, of } => enough(of, *count),
        Hosts::Optional(_) => true,
        _ => unreachable!("the twin knows every kind of rule"),
    }
}

fn subsets(of: &BTreeSet<SubjectId>) -> impl Iterator<Item = BTreeSet<SubjectId>> + '_ {
    (0_u32..1 << of.len()).map(|chosen| {
        let members = of.iter().enumerate();
        members
            .filter(|(number, _)| chosen & (1 << number) != 0)
            .map(|(_, subject)| *subject)
            .collect()
    })
}
