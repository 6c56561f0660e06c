//! What others do between the moment a request is read and the moment it is decided.

use std::sync::Arc;

use astralis_core::jobs::extend_series;
use astralis_core::memory::MemoryStore;
use astralis_core::model::Transparency;
use astralis_core::policy::Refusal;
use astralis_core::ports::{Bookings, Catalog, Command, Plan};
use astralis_core::scheduler::{EventError, OnClash, Scope};
use astralis_testkit::store::FaultyStore;
use chrono::TimeDelta;

use crate::office::{Office, at, user};

const TUESDAY_NINE: &str = "2026-03-31T07:00:00Z";
const TUESDAYS: Option<&str> = Some("FREQ=WEEKLY;COUNT=5");

struct Both {
    store: Arc<FaultyStore>,
    memory: Arc<MemoryStore>,
    office: Office,
}

impl Both {
    async fn open() -> Self {
        let memory = Arc::new(MemoryStore::new());
        let store = Arc::new(FaultyStore::around_store(memory.clone()));
        let office = Office::open_on(store.clone()).await;
        Self {
            store,
            memory,
            office,
        }
    }
}

#[tokio::test]
async fn what_came_to_clash_with_one_occurrence_meanwhile_is_looked_at_as_well() {
    let Both {
        store,
        memory,
        office,
    } = Both::open().await;
    let series = office.create(office.draft(TUESDAY_NINE, TUESDAYS));
    let series = series.await.unwrap();
    let second = at(TUESDAY_NINE) + TimeDelta::weeks(1);
    let moved = office.draft("2026-04-08T10:00:00Z", None);
    let moved = office.change(&series, Scope::This(second), moved);
    let moved = moved.await.unwrap();
    let series = office.event(series.id).await;
    let other = office.request(office.draft("2026-04-08T10:30:00Z", None), OnClash::Refuse);
    let elsewhere = office.another_on(memory);
    let (sender, created) = tokio::sync::oneshot::channel();
    store.before_next_transact(async move {
        let created = elsewhere.create_event(&other).await.unwrap();
        sender.send(created.event).unwrap();
    });

    office.cancel(&series, Scope::All).await;

    let created = created.await.unwrap();
    assert_eq!(created.conflicts.len(), 1);
    assert_eq!(created.conflicts[0].event, moved.id);
    assert_eq!(office.event(created.id).await.conflicts, []);
    let spring = "2026-03-28T00:00Z/2026-06-01T00:00Z";
    let claims = office.claims(office.ada(), spring).await;
    let left: Vec<_> = claims
        .iter()
        .map(|claim| (claim.event, claim.exclusive))
        .collect();
    assert_eq!(left, [(created.id, true)]);
}

#[tokio::test]
async fn a_meeting_that_takes_nobodys_time_is_changed_under_its_organizers_lock() {
    let Both { store, office, .. } = Both::open().await;
    let locked = || store.last_command().unwrap().subjects;
    let ada = [office.ada().into()];
    let mut draft = office.draft(TUESDAY_NINE, Some("FREQ=WEEKLY"));
    draft.transparency = Transparency::Transparent;

    let series = office.create(draft.clone()).await.unwrap();
    assert_eq!(locked(), ada);
    draft.title = "Planning".to_owned();
    let series = office.change(&series, Scope::All, draft).await.unwrap();
    assert_eq!(locked(), ada);
    // As if it had been written when such meetings still had a horizon.
    let mut claimed = series.clone();
    claimed.recurrence.as_mut().unwrap().claimed_until = Some(office.scheduler.now());
    let plan = Plan {
        events: vec![claimed],
        ..Plan::default()
    };
    let command = Command {
        subjects: Vec::new(),
        ..office.world.command()
    };
    let written = store.transact(&command, &|_| Ok(plan.clone())).await;
    written.unwrap();
    extend_series(&office.scheduler, 10).await.unwrap();
    assert_eq!(locked(), ada);
    let series = office.event(series.id).await;
    assert_eq!(series.recurrence.as_ref().unwrap().claimed_until, None);
    office.cancel(&series, Scope::All).await;
    assert_eq!(locked(), ada);
}

#[tokio::test]
async fn what_clashes_with_an_old_series_looks_at_none_of_its_past() {
    let Both { store, office, .. } = Both::open().await;
    let draft = office.draft("2010-03-30T07:00:00Z", Some("FREQ=WEEKLY"));
    office.create(draft).await.unwrap();
    let single = office.draft(TUESDAY_NINE, None);
    let single = office.create(single).await.unwrap();
    assert_eq!(single.conflicts.len(), 1);

    office.cancel(&single, Scope::All).await;

    let looked_at = store.last_command().unwrap().look.claims.unwrap();
    assert_eq!(looked_at.start(), office.scheduler.now());
}

#[tokio::test]
async fn who_leaves_meanwhile_is_not_invited() {
    let Both {
        store,
        memory,
        office,
    } = Both::open().await;
    let mut draft = office.draft(TUESDAY_NINE, None);
    draft.participants.push(user(office.grace()));
    let mut grace = office.world.hosts()[1].user.clone();
    grace.active = false;
    store.before_next_transact(async move { memory.save_user(&grace).await.unwrap() });

    let created = office.create(draft).await;

    let subject = office.grace().into();
    assert!(
        matches!(&created, Err(EventError::Refused(reasons)) if *reasons == [Refusal::HostInactive { subject }]),
        "{created:?}"
    );
}

#[tokio::test]
async fn whoever_left_keeps_the_time_they_had_and_gets_no_more() {
    let office = Office::open().await;
    let mut draft = office.draft(TUESDAY_NINE, Some("FREQ=WEEKLY"));
    draft.participants.push(user(office.grace()));
    let series = office.create(draft.clone()).await.unwrap();
    let mut grace = office.world.hosts()[1].user.clone();
    grace.active = false;
    office.scheduler.store().save_user(&grace).await.unwrap();
    let whole = "2026-03-28T00:00Z/2028-01-01T00:00Z";
    let had = office.claims(office.grace(), whole).await.len();
    draft.title = "Planning".to_owned();

    let renamed = office.change(&series, Scope::All, draft.clone());
    let renamed = renamed.await.unwrap();
    assert_eq!(office.claims(office.grace(), whole).await.len(), had);

    office.clock.advance(TimeDelta::days(31));
    let step = extend_series(&office.scheduler, 10);
    assert_eq!(step.await.unwrap().extended, [series.id]);
    let ada = office.claims(office.ada(), whole).await.len();
    assert_eq!(office.claims(office.grace(), whole).await.len(), had);
    assert!(had < ada);

    draft.time = office.draft("2026-03-31T12:00:00Z", None).time;
    office.change(&renamed, Scope::All, draft).await.unwrap();
    let ahead = "2026-05-01T00:00Z/2028-01-01T00:00Z";
    assert_eq!(office.claims(office.grace(), ahead).await, []);
}
