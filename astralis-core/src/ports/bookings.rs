use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::model::{
    Booking, BookingId, BookingRecord, CalendarEvent, Claim, CommandId, EventId, EventTypeId,
    Message, OrgId, SubjectId, Tally, UserId,
};
use crate::policy::Refusal;
use crate::ports::StoreError;
use crate::time::Interval;

/// An intent to write somebody's time: what to lock and which facts to load before deciding.
#[derive(Debug, Clone)]
pub struct Command {
    /// The intent's id; the same id never has a second effect.
    pub id: CommandId,
    /// A digest of what was asked: the same id with another fingerprint is a mistake.
    pub fingerprint: Uuid,
    /// The tenant.
    pub org: OrgId,
    /// The present instant: judges which holds have expired.
    pub now: DateTime<Utc>,
    /// The subjects whose time is decided about; locked in id order.
    pub subjects: Vec<SubjectId>,
    /// The event type whose limits are decided about; locked after the subjects.
    pub event_type: Option<EventTypeId>,
    /// Which facts the decision needs.
    pub look: Look,
}

/// Which facts a decision needs. Every part that is `None` or `false` stays empty in [`Facts`].
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// The booking the command is about.
    pub booking: Option<BookingId>,
    /// The meeting the command is about, with its changed occurrences.
    pub event: Option<EventId>,
    /// Claims of the command's subjects that overlap this range, and their series that reach into
    /// it beyond their claims.
    pub claims: Option<Interval>,
    /// Bookings of the command's event type that start in this range and count towards limits.
    pub tallies: Option<Interval>,
    /// The events behind the claims found that were not imported.
    pub events: bool,
}

/// What is true at the moment of deciding, read under the locks of the [`Command`].
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The booking asked for, with its event; `None` if there is none with that id.
    pub booking: Option<BookingRecord>,
    /// The meeting asked for, unless it was imported; `None` if there is none with that id.
    pub event: Option<CalendarEvent>,
    /// The rows that stand in for changed occurrences of that meeting; by recurrence id.
    pub changed: Vec<CalendarEvent>,
    /// Claims of the subjects overlapping the range, expired holds left out; by subject, start,
    /// end, id.
    pub claims: Vec<Claim>,
    /// Meetings that take a subject's time ([`CalendarEvent::subjects`]) again and again, and whose
    /// [`claimed_until`](crate::model::Recurrence::claimed_until) lies before the range's end; by
    /// id.
    pub series: Vec<CalendarEvent>,
    /// Bookings that count towards limits; by start, then booking.
    pub tallies: Vec<Tally>,
    /// Not imported events behind the claims; by id.
    pub events: Vec<CalendarEvent>,
    /// Those of the subjects that cannot be booked: unknown or deactivated; by id.
    pub inactive: Vec<SubjectId>,
}

/// What a decision wants written: all of it, or nothing.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Imported events of this calendar are deleted first, with their claims.
    pub replace_import: Option<ImportedCalendar>,
    /// Claims of these events are deleted first.
    pub release: Vec<EventId>,
    /// Messages of these events that are still pending reminders are dropped first.
    pub drop_reminders: Vec<EventId>,
    /// Claims to add.
    pub claims: Vec<Claim>,
    /// Events to add, or to replace if their id is known; in this order, so that one may take a
    /// place that another leaves before it.
    pub events: Vec<CalendarEvent>,
    /// Bookings to add, or to replace if their id is known.
    pub bookings: Vec<Booking>,
    /// Messages to add, each with a job that is due at its `due_at`. A message whose key exists
    /// is left out.
    pub messages: Vec<Message>,
    /// What the caller is told, now and whenever the command is repeated.
    pub receipt: Option<BookingRecord>,
}

/// A calendar that was read from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCalendar {
    /// Whose time it is: the organizer of each of its events.
    pub owner: UserId,
    /// Which calendar; see [`Origin::Imported`](crate::model::Origin::Imported).
    pub source: String,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transacted {
    /// The plan was written; holds its receipt.
    Done(Option<BookingRecord>),
    /// The command had been carried out before; holds the receipt of that time.
    AlreadyDone(Option<BookingRecord>),
}

/// A pure decision: reads the facts, writes nothing, says yes with a plan or no with every
/// reason.
pub type Decide<'a> = dyn Fn(&Facts) -> Result<Plan, Vec<Refusal>> + Send + Sync + 'a;

/// Where bookings live. Every implementation passes `astralis_testkit::store_conformance!`.
#[async_trait]
pub trait Bookings: Send + Sync {
    /// Decides and writes in one transaction: locks the command's subjects in id order (and then
    /// its event type), answers a repeated command from its own earlier effect, removes expired
    /// holds of the subjects in the way, loads the facts, asks `decide` and writes the plan — all
    /// of it, or nothing.
    ///
    /// Of concurrent calls whose exclusive claims would overlap for one subject, exactly one is
    /// decided with the time free. `decide` may be called more than once; the last answer counts.
    /// Once `Ok` is returned the effect survives the loss of the process.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Refused`]: what `decide` said, unchanged.
    /// - [`StoreError::TimeTaken`]: the guard against overlapping exclusive claims refused the
    ///   plan.
    /// - [`StoreError::CommandReused`]: the id is known with another fingerprint.
    /// - [`StoreError::NotUnique`]: an iCalendar UID of the plan belongs to another event, imported
    ///   ones aside (a guest's calendar may bring our own UIDs back), or the id of a claim or of a
    ///   message is known.
    /// - [`StoreError::NotFound`]: a claim or a booking of the plan names an event that is neither
    ///   in the plan nor in the store, or an event an organization that is unknown.
    /// - [`StoreError::Unavailable`]: it may or may not have been written; call again.
    async fn transact(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, StoreError>;

    /// The facts that a command like this would be decided on, without locks and without effect:
    /// what listing and explaining look at. One consistent view of the store.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`]; never an empty answer instead.
    async fn facts(&self, command: &Command) -> Result<Facts, StoreError>;

    /// A booking with its meeting.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the organization has no booking with this id.
    async fn booking(&self, org: OrgId, id: BookingId) -> Result<BookingRecord, StoreError>;

    /// The booking with this id, whoever's it is: for guests, who know no organization and have
    /// proved that they may see it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if there is no booking with this id.
    async fn booking_of_guest(&self, id: BookingId) -> Result<BookingRecord, StoreError>;

    /// Bookings in which `host` takes part and whose meeting overlaps `window`; by start, then
    /// booking. Cancelled ones are included.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn bookings_between(
        &self,
        org: OrgId,
        host: UserId,
        window: Interval,
    ) -> Result<Vec<BookingRecord>, StoreError>;
}
