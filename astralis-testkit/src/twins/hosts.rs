use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use astralis_core::model::SubjectId;
use astralis_core::policy::{HostHours, Hosts, Situation};
use chrono::{DateTime, TimeDelta, Utc};

use crate::twins::{NaivePolicy, is_local_midnight, is_open};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// What speaks against a host alone.
const OF_ONE: [&str; 3] = ["hostInactive", "outsideHours", "taken"];

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
        self.of_event_type(start).is_empty() && self.offers_under(self.rule, start)
    }

    /// The codes of what speaks against `start` whoever the hosts are.
    #[must_use]
    pub fn objections(&self, start: DateTime<Utc>) -> BTreeSet<&'static str> {
        let mut codes = self.of_event_type(start);
        if self.fits_on_grid(self.rule, start) == Some(false) {
            codes.insert("offGrid");
        }
        codes
    }

    /// The codes of what speaks against each host, those who could come left out.
    #[must_use]
    pub fn host_objections(
        &self,
        start: DateTime<Utc>,
    ) -> BTreeMap<SubjectId, BTreeSet<&'static str>> {
        let hosts = self.situation.hosts.iter().zip(&self.alone);
        let codes = hosts.map(|(host, alone)| {
            let mut codes = alone.objections(start, self.duration);
            codes.retain(|code| OF_ONE.contains(code));
            (host.subject, codes)
        });
        codes.filter(|(_, codes)| !codes.is_empty()).collect()
    }

    /// The hosts that nothing speaks against at `start`, but perhaps the grid.
    #[must_use]
    pub fn free(&self, start: DateTime<Utc>) -> BTreeSet<SubjectId> {
        self.without(&OF_ONE, start)
    }

    fn of_event_type(&self, start: DateTime<Utc>) -> BTreeSet<&'static str> {
        let mut codes = self.together.objections(start, self.duration);
        codes.retain(|code| !OF_ONE.contains(code) && *code != "offGrid");
        codes
    }

    /// The hosts that none of `codes` speaks against.
    fn without(&self, codes: &[&str], start: DateTime<Utc>) -> BTreeSet<SubjectId> {
        let objections = self.host_objections(start);
        let subjects = self.situation.hosts.iter().map(|host| host.subject);
        let speaks_against = |subject: &SubjectId| {
            let objections = objections.get(subject);
            objections.is_some_and(|against| against.iter().any(|code| codes.contains(code)))
        };
        subjects.filter(|host| !speaks_against(host)).collect()
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

    /// Whether a meeting in the hours of enough hosts, taken or not, is on the grid of some of
    /// those; `None` if it is not in the hours of enough.
    fn fits_on_grid(&self, rule: &Hosts, start: DateTime<Utc>) -> Option<bool> {
        if let Hosts::Any(of) = rule {
            let parts = of.iter().filter_map(|part| self.fits_on_grid(part, start));
            return parts.reduce(|one, other| one || other);
        }
        let fitting = self.without(&["hostInactive", "outsideHours"], start);
        holds(rule, &fitting).then(|| self.is_on_grid(rule, start))
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
            inactive,
            ..
        } = self.situation;
        let own = event_type.hours.as_ref();
        let is_open = |host: &&HostHours<'_>| {
            !inactive.contains(&host.subject)
                && is_open(host.schedule, at, zones)
                && own.is_none_or(|own| is_open(own, at, zones))
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
