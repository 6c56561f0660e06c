//! What is measured: every combination of how many clients book what, and how.

use std::fmt;

use crate::world::{STARTS, TENANTS};

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flush {
    On,
    Off,
}

/// Which times are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    /// Any of many: hardly anybody is in anybody's way.
    Random,
    /// All clients want the same few at the same time, overlapping and not only equal ones.
    Hot,
}

/// One line of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) clients: usize,
    pub(crate) hosts: usize,
    pub(crate) times: Times,
    pub(crate) buffers: bool,
}

/// A tenant, counted from 0, and a start.
pub(crate) type Wish = (u64, u64);

/// Tenants that everybody wants when times are hot.
pub(crate) const HOT_TENANTS: u64 = 4;
/// Wishes of a client before it goes on to the next half-hour.
pub(crate) const TRIES: u64 = 4;
/// Starts of a hot half-hour that are wanted, ten minutes apart.
pub(crate) const OFFSETS: u64 = 3;
/// Starts from one half-hour to the next.
pub(crate) const HALF_HOUR: u64 = 6;

impl Cell {
    /// Every cell of a table, in its order.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let of_hosts = move |hosts| {
            [Times::Random, Times::Hot]
                .into_iter()
                .flat_map(move |times| {
                    [false, true].into_iter().flat_map(move |buffers| {
                        [1, 4, 16].into_iter().map(move |clients| Self {
                            clients,
                            hosts,
                            times,
                            buffers,
                        })
                    })
                })
        };
        [1, 3].into_iter().flat_map(of_hosts)
    }

    /// Whether a target is about it, so that it is measured more than once.
    pub(crate) fn has_target(&self) -> bool {
        self.clients == 16 && self.times == Times::Random && !self.buffers
    }

    /// What a client wants at its `turn`.
    pub(crate) fn wish(&self, turn: u64, random: &mut fastrand::Rng) -> Wish {
        match self.times {
            Times::Random => (random.u64(..TENANTS), random.u64(..STARTS)),
            Times::Hot => {
                let start = turn / TRIES * HALF_HOUR + random.u64(..OFFSETS) * 2;
                (random.u64(..HOT_TENANTS), start)
            }
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = match self.times {
            Times::Random => "random",
            Times::Hot => "hot",
        };
        let buffers = if self.buffers { "15 min" } else { "none" };
        write!(f, "{} | {times} | {buffers} | {}", self.hosts, self.clients)
    }
}
