//! A calendar file becomes busy time: read, expanded over the days that can be booked, and
//! written in place of what the same source brought before, in one transaction.

mod busy_time;
mod clashes;
mod horizon;
mod report;
mod subscribed;

use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

pub use horizon::{DAYS_OF_UNBOUNDED_WINDOWS, Horizon, MAX_DAYS_AHEAD};
pub use report::{ImportClash, ImportError, ImportReport, ReportedFinding};

use crate::icalendar::{
    CalendarFile, CalendarOwner, ImportedEvent, Problem, is_busy_time_of, read,
};
use crate::model::{CommandId, EventType, LeaseToken, OrgId, SubscriptionId, User, UserId};
use crate::policy::Refusal;
use crate::ports::{
    Command, Facts, HostProfile, ImportedCalendar, Look, Plan, StoreError, SubscriptionChange,
    Transacted,
};
use crate::scheduler::Scheduler;
use crate::scheduler::import::busy_time::BusyTime;
use crate::scheduler::import::clashes::{Clashes, Known};
use crate::time::Zone;

/// More stretches of busy time than this in one file are refused as a whole.
pub const MAX_STRETCHES: usize = 100_000;

/// The most steps and occurrences that expanding all events of a file may take together; one event
/// alone may take what a [`Budget`](crate::recurrence::Budget) holds; every rule and date that is
/// written counts as one. A rule that repeats daily takes two for each day of the horizon, so this is
/// enough for 5,000 of them over two years. A step is not constant work: it takes longer the more
/// days and times a rule names in a period.
pub const MAX_STEPS_A_FILE: usize = 10_000_000;

/// How often the host's bookings are read again when they change in between.
const ATTEMPTS: usize = 5;

/// A wish to take a calendar file as somebody's busy time.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The intent: repeating it imports once.
    pub command: CommandId,
    /// The tenant.
    pub org: OrgId,
    /// Whose calendar it is.
    pub user: UserId,
    /// Which of their calendars: importing the same source again replaces what it brought.
    pub source: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why a calendar is written.
#[derive(Debug, Clone, Copy)]
enum Occasion {
    /// Somebody brought the file.
    Asked,
    /// A subscription was read.
    Reading {
        subscription: SubscriptionId,
        token: LeaseToken,
        in_force: InForce,
    },
    /// A subscription goes, and all it brought.
    Unsubscribing(SubscriptionId),
}

/// What a subscription brought before, which a file that breaks off is not to take away.
#[derive(Debug, Clone, Copy)]
enum InForce {
    Nothing,
    /// A file that broke off too, with so many events that block time, whenever.
    Part(usize),
    Whole,
}

impl Occasion {
    /// Whether a file that breaks off, of which so many events block time, whenever, is refused.
    const fn refuses_part(self, events: usize) -> bool {
        match self {
            Self::Reading { in_force, .. } => match in_force {
                InForce::Nothing => false,
                InForce::Part(before) => events < before,
                InForce::Whole => true,
            },
            Self::Asked | Self::Unsubscribing(_) => false,
        }
    }

    const fn change(self) -> Option<SubscriptionChange> {
        match self {
            Self::Asked => None,
            Self::Reading {
                subscription: id,
                token,
                ..
            } => Some(SubscriptionChange::Read { id, token }),
            Self::Unsubscribing(id) => Some(SubscriptionChange::Remove(id)),
        }
    }
}

fn breaks_off(file: &CalendarFile) -> bool {
    let is_open = |problem: &Problem| matches!(problem, Problem::NotClosed { .. });
    file.findings.iter().any(|found| is_open(&found.problem))
}

fn is_own_feed(file: &CalendarFile, owner: UserId) -> bool {
    let is_own = |event: &ImportedEvent| is_busy_time_of(owner, &event.uid);
    !file.events.is_empty() && file.events.iter().all(is_own)
}

impl Scheduler {
    /// Makes a calendar file its owner's busy time, in place of what an earlier import of the same
    /// source brought.
    ///
    /// Imported time never refuses a booking that exists: bookings that it overlaps get conflict
    /// data, and their host a message. Conflicts with what is no longer in the file are cleared.
    /// Importing the same bytes twice leaves the same events with the same ids.
    ///
    /// # Errors
    ///
    /// [`ImportError`]; then nothing has changed.
    pub async fn import(&self, request: &ImportRequest) -> Result<ImportReport, ImportError> {
        self.replace(request, Occasion::Asked).await
    }

    async fn replace(
        &self,
        request: &ImportRequest,
        occasion: Occasion,
    ) -> Result<ImportReport, ImportError> {
        let store = self.store();
        let host = store.host(request.org, request.user).await?;
        let event_types = store.event_types(request.org, request.user).await?;
        let zone = self.zones().zone(&host.user.time_zone)?;
        let horizon = Horizon::new(&event_types, &zone, self.now());
        let busy = match occasion {
            Occasion::Unsubscribing(_) => {
                BusyTime::new(self, request, &host.user, CalendarFile::default(), &horizon)?
            }
            occasion => self.read_file(request, occasion, &host.user, &zone, &horizon)?,
        };
        let wanted = Wanted {
            request,
            busy: &busy,
            horizon: &horizon,
            subscription: occasion.change(),
        };
        let (clashes, repeated) = self.write(&wanted, &host, &event_types).await?;
        Ok(ImportReport::new(horizon, busy, clashes, repeated))
    }

    /// What the file makes its owner busy with. Another file is waited for: as text, lines and events
    /// a large one takes many times its size.
    fn read_file(
        &self,
        request: &ImportRequest,
        occasion: Occasion,
        owner: &User,
        zone: &Zone,
        horizon: &Horizon,
    ) -> Result<BusyTime, ImportError> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let calendar_owner = CalendarOwner {
            zone,
            addresses: std::slice::from_ref(&owner.email),
            zones: self.zones(),
        };
        let file = read(&request.bytes, &calendar_owner)?;
        if is_own_feed(&file, request.user) {
            return Err(ImportError::OwnFeed);
        }
        let breaks_off = breaks_off(&file);
        let busy = BusyTime::new(self, request, owner, file, horizon)?;
        if breaks_off && occasion.refuses_part(busy.imported.len() + busy.outside) {
            return Err(ImportError::BreaksOff);
        }
        Ok(busy)
    }

    async fn write(
        &self,
        wanted: &Wanted<'_>,
        host: &HostProfile,
        event_types: &[EventType],
    ) -> Result<(Clashes, bool), ImportError> {
        let Wanted {
            request,
            busy,
            horizon,
            ..
        } = *wanted;
        let command = self.import_command(request, horizon);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let known = Known {
                host,
                event_types,
                bookings: self
                    .store()
                    .bookings_between(request.org, request.user, horizon.looked_at())
                    .await?,
                now: command.now,
            };
            let found = Mutex::new(Clashes::default());
            let decide = |facts: &Facts| {
                let clashes = busy.clashes(facts, &known)?;
                let plan = plan(wanted, &clashes);
                *found.lock().unwrap_or_else(PoisonError::into_inner) = clashes;
                Ok(plan)
            };
            let repeated = match self.transact(&command, &decide).await {
                Ok(Transacted::Done(_)) => false,
                Ok(Transacted::AlreadyDone(_)) => true,
                // A booking was made or moved since the bookings were read: read them again.
                Err(StoreError::Refused(_)) if attempt < ATTEMPTS => continue,
                Err(error) => return Err(error.into()),
            };
            let clashes = found.into_inner().unwrap_or_else(PoisonError::into_inner);
            return Ok((clashes, repeated));
        }
    }

    fn import_command(&self, request: &ImportRequest, horizon: &Horizon) -> Command {
        let mut digest = Uuid::new_v5(&request.user.as_uuid(), request.source.as_bytes());
        digest = Uuid::new_v5(&digest, &request.bytes);
        Command {
            id: request.command,
            fingerprint: digest,
            org: request.org,
            now: self.now(),
            subjects: vec![request.user.into()],
            event_type: None,
            look: Look {
                claims: Some(horizon.looked_at()),
                events: true,
                ..Look::default()
            },
        }
    }
}

/// What is to be written, whatever the facts are.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    request: &'a ImportRequest,
    busy: &'a BusyTime,
    horizon: &'a Horizon,
    subscription: Option<SubscriptionChange>,
}

fn plan(wanted: &Wanted<'_>, clashes: &Clashes) -> Plan {
    let request = wanted.request;
    let imported = wanted.busy.imported_beside(&clashes.own_uids);
    Plan {
        subscription: wanted.subscription,
        replace_import: Some(ImportedCalendar {
            owner: request.user,
            source: request.source.clone(),
        }),
        claims: imported.iter().flat_map(|one| one.claims.clone()).collect(),
        events: imported
            .iter()
            .map(|one| one.event.clone())
            .chain(clashes.events.iter().cloned())
            .collect(),
        messages: clashes.messages.clone(),
        ..Plan::default()
    }
}

/// What `decide` says when the bookings it was given are not those of the store any more.
fn read_again(expected: u32, found: u32) -> Vec<Refusal> {
    vec![Refusal::StaleVersion { expected, found }]
}
