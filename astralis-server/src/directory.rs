//! From what a request says to what it means: pages, event types, intents, who is calling.

use astralis_core::model::{CommandId, EventType, User};
use astralis_core::ports::{CredentialKind, Page, StoreError};
use uuid::Uuid;

use crate::state::AppState;
use crate::tokens::hash_of;

/// Why there is nothing to show under an address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// Nobody has this page.
    #[error("no page has that name")]
    NoPage,
    /// Its owner cannot be booked at the moment.
    #[error("this page takes no bookings at the moment")]
    PageInactive(Box<User>),
    /// The page lists no such event type.
    #[error("the page offers no such meeting")]
    NoEventType(Box<User>),
    /// The event type is paused.
    #[error("this meeting cannot be booked at the moment")]
    EventTypeInactive(Box<User>),
    /// The store could not answer.
    #[error("the store did not answer")]
    Store(#[source] StoreError),
}

impl From<StoreError> for LookupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The user behind a page's slug or id, whether or not they can be booked at the moment: what was
/// booked before is answered again, and whether anything new can be is the scheduler's to say.
///
/// # Errors
///
/// [`LookupError`].
pub(crate) async fn page_owner(state: &AppState, page: &str) -> Result<User, LookupError> {
    match state.store().page(page).await {
        Ok(Page::User(user)) => Ok(user),
        Ok(_) | Err(StoreError::NotFound { .. }) => Err(LookupError::NoPage),
        Err(error) => Err(error.into()),
    }
}

/// The active user behind a page's slug or id.
///
/// # Errors
///
/// [`LookupError`].
pub(crate) async fn active_page_owner(state: &AppState, page: &str) -> Result<User, LookupError> {
    let user = page_owner(state, page).await?;
    if user.active {
        Ok(user)
    } else {
        Err(LookupError::PageInactive(Box::new(user)))
    }
}

/// What a page offers at the moment, in the order it was set up.
///
/// # Errors
///
/// [`LookupError::Store`].
pub(crate) async fn offered_by(
    state: &AppState,
    owner: &User,
) -> Result<Vec<EventType>, LookupError> {
    let mut all = state.store().event_types(owner.org, owner.id).await?;
    all.retain(|event_type| event_type.active);
    Ok(all)
}

/// The event type of a page with this slug or id, be it paused.
///
/// # Errors
///
/// [`LookupError`].
pub(crate) async fn event_type_of(
    state: &AppState,
    owner: &User,
    slug_or_id: &str,
) -> Result<EventType, LookupError> {
    let id = slug_or_id.parse().ok();
    let all = state.store().event_types(owner.org, owner.id).await?;
    let found = all
        .into_iter()
        .find(|each| each.slug.as_str() == slug_or_id || Some(each.id) == id);
    found.ok_or_else(|| LookupError::NoEventType(Box::new(owner.clone())))
}

/// The active event type of a page with this slug or id.
///
/// # Errors
///
/// [`LookupError`].
pub(crate) async fn active_event_type_of(
    state: &AppState,
    owner: &User,
    slug_or_id: &str,
) -> Result<EventType, LookupError> {
    let event_type = event_type_of(state, owner, slug_or_id).await?;
    if event_type.active {
        Ok(event_type)
    } else {
        Err(LookupError::EventTypeInactive(Box::new(owner.clone())))
    }
}

/// Who holds a secret of this kind, if it is one and has not run out. They need not be active:
/// that is about being booked, and a host who takes a break must be able to end it.
///
/// # Errors
///
/// [`StoreError`].
pub(crate) async fn holder_of(
    state: &AppState,
    token: &str,
    kind: CredentialKind,
) -> Result<Option<User>, StoreError> {
    let (store, now) = (state.store(), state.scheduler.now());
    match store.credential(hash_of(token), kind, now).await? {
        Some(found) => Ok(Some(store.host(found.org, found.user).await?.user)),
        None => Ok(None),
    }
}

/// The intent behind a key that a client chose: the same key for the same purpose is the same
/// intent, and nobody's key is another one's.
#[must_use]
pub(crate) fn command_for(scope: Uuid, purpose: &[&str], key: &str) -> CommandId {
    let name = [purpose, &[key]].concat().join("\n");
    Uuid::new_v5(&scope, name.as_bytes()).into()
}
