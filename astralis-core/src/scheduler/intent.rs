use uuid::Uuid;

use crate::model::{BookingRecord, CommandId, OrgId};
use crate::policy::Refusal;
use crate::ports::{Command, Decide, Look, StoreError, Transacted};
use crate::scheduler::{BookError, Booked, Refused, Scheduler};
use crate::time::Interval;

/// What somebody means to happen once, however often they say it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intent {
    pub(super) org: OrgId,
    pub(super) command: CommandId,
    pub(super) fingerprint: Uuid,
}

impl Intent {
    pub(super) const fn new(org: OrgId, command: CommandId, fingerprint: Uuid) -> Self {
        Self {
            org,
            command,
            fingerprint,
        }
    }

    /// Nothing is meant to happen: somebody only asks.
    pub(super) const fn question(org: OrgId) -> Self {
        Self::new(org, CommandId::new(Uuid::nil()), Uuid::nil())
    }
}

impl Scheduler {
    /// Has a command about `meeting` decided and written.
    pub(super) async fn carry_out(
        &self,
        command: &Command,
        meeting: Interval,
        decide: &Decide<'_>,
    ) -> Result<Booked, BookError> {
        let transacted = match self.transact(command, decide).await {
            // The store's guard saw a claim that the decision did not: somebody wrote without
            // the locks. Deciding again sees it, and says who is in the way.
            Err(StoreError::TimeTaken) => self.transact(command, decide).await,
            once => once,
        };
        match transacted {
            Ok(Transacted::Done(receipt)) => Ok(booked(receipt, false)),
            Ok(Transacted::AlreadyDone(receipt)) => Ok(booked(receipt, true)),
            Err(StoreError::TimeTaken) => Err(taken(command, meeting)),
            Err(error) => Err(error.into()),
        }
    }

    /// Answers a command that was carried out before, even if its request could not be judged any
    /// more: what it asked for may have been edited since.
    pub(super) async fn or_earlier_effect(
        &self,
        intent: Intent,
        answer: Result<Booked, BookError>,
    ) -> Result<Booked, BookError> {
        match answer {
            Err(error) if error.is_before_the_decision() => {
                self.earlier_effect(intent).await?.ok_or(error)
            }
            answer => answer,
        }
    }

    async fn earlier_effect(&self, intent: Intent) -> Result<Option<Booked>, BookError> {
        let receipt = self.earlier_receipt(intent).await?;
        Ok(receipt.map(|receipt| booked(receipt, true)))
    }

    /// The receipt of a command that was carried out before; `None` if it was not.
    pub(super) async fn earlier_receipt(
        &self,
        intent: Intent,
    ) -> Result<Option<Option<BookingRecord>>, StoreError> {
        let command = Command {
            id: intent.command,
            fingerprint: intent.fingerprint,
            org: intent.org,
            now: self.now(),
            subjects: Vec::new(),
            event_type: None,
            look: Look::default(),
        };
        match self.transact(&command, &|_| Err(Vec::new())).await {
            Ok(Transacted::AlreadyDone(receipt)) => Ok(Some(receipt)),
            Ok(Transacted::Done(_)) | Err(StoreError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn booked(receipt: Option<BookingRecord>, repeated: bool) -> Booked {
    let record = receipt.expect("every plan of a booking has a receipt");
    Booked { record, repeated }
}

/// What is left to say when only the store's guard knows who is in the way.
fn taken(command: &Command, during: Interval) -> BookError {
    let taken = |subject: &_| Refusal::Taken {
        subject: *subject,
        during,
        by: None,
        buffer_only: false,
    };
    let reasons = command.subjects.iter().take(1).map(taken).collect();
    BookError::Refused(Refused {
        reasons,
        alternatives: Vec::new(),
    })
}
