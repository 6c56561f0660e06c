use crate::scheduler::Scheduler;
use crate::scheduler::events::change::Target;
use crate::scheduler::events::edit::Whole;
use crate::scheduler::events::write::{Means, Writing};
use crate::scheduler::events::{CancelEvent, EventError, EventSaved, OnClash, Scope};
use crate::scheduler::intent::Intent;

impl Scheduler {
    /// Calls a meeting of a signed-in user off, all of it or some occurrences: their time is free
    /// again, and what clashed with them is looked at again, the oldest first.
    ///
    /// # Errors
    ///
    /// As for [`change_event`](Self::change_event).
    pub async fn cancel_event(&self, request: &CancelEvent) -> Result<EventSaved, EventError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let target = self.open(request.org, request.event, request.scope).await?;
        let cancelled = self.cancel_event_anew(request, intent, &target).await;
        let repeated = self.or_carried_out_before(intent, cancelled).await?;
        let series = target.whole.master.id;
        let event = self.store.event(request.org, series).await?;
        Ok(EventSaved {
            event,
            repeated,
            warnings: Vec::new(),
        })
    }

    async fn cancel_event_anew(
        &self,
        request: &CancelEvent,
        intent: Intent,
        target: &Target,
    ) -> Result<bool, EventError> {
        let scope = target.required_scope()?;
        let writing = Writing {
            intent,
            on_clash: OnClash::Refuse,
            now: self.now(),
            calls_off: true,
            flaws: Vec::new(),
            means: Means::Writing,
            seen: Some(target.seen(request.expected_version)),
        };
        let edit = |whole: Option<&Whole>| {
            let whole = whole.expect("a cancellation is of a meeting").clone();
            let left = match scope {
                Scope::ThisAndFollowing(id) if !whole.begins_with(id) => {
                    whole.cancel_following(id, &self.zones)?
                }
                Scope::This(id) => whole.cancel_one(id, &self.zones)?,
                Scope::ThisAndFollowing(id) => {
                    whole.require(id, &self.zones)?;
                    whole.cancel_all()
                }
                Scope::All => whole.cancel_all(),
            };
            Ok(left.into_rows().collect())
        };
        self.write_rows(writing, &edit).await
    }
}
