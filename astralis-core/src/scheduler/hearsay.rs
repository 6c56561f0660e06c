use uuid::Uuid;

use crate::model::{Claim, ClaimId, EventId};
use crate::time::Interval;

/// The id of what an imported event claims. It follows from the event and the time, and from whether
/// a busy calendar of ours told of them (`is_hearsay`): so a claim alone tells that.
pub(super) fn imported_claim_id(event: EventId, during: Interval, is_hearsay: bool) -> ClaimId {
    let name = format!("{}-{}", during.start_micros(), during.end_micros());
    let name = if is_hearsay {
        format!("{name} by hearsay")
    } else {
        name
    };
    Uuid::new_v5(&event.as_uuid(), name.as_bytes()).into()
}

/// Whether this time is taken only because a busy calendar of ours, of whomever and on whatever
/// server, says so.
///
/// Its UID tells, and is not signed: who gets an event with a UID of that form into a calendar that
/// somebody reads here takes their time, but is left out of their busy feed.
pub(super) fn is_hearsay(claim: &Claim) -> bool {
    claim.id == imported_claim_id(claim.event, claim.during, true)
}
