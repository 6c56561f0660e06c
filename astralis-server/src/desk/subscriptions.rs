use astralis_core::model::{
    CalendarSubscription, CalendarUrl, FieldError, SubscriptionId, SubscriptionState, User,
    check_line,
};
use astralis_core::ports::StoreError;
use astralis_core::scheduler::ImportError;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::state::AppState;

/// How many calendars one user may subscribe to.
pub const MAX_SUBSCRIPTIONS: usize = 20;

/// A calendar to subscribe to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscriptionDraft {
    /// Its address.
    pub url: String,
    /// What to call it; absent or empty: its host.
    pub name: Option<String>,
}

/// The calendars a user subscribes to; by creation.
///
/// # Errors
///
/// [`DeskError::Store`].
pub async fn subscriptions(
    state: &AppState,
    user: &User,
) -> Result<Vec<CalendarSubscription>, DeskError> {
    Ok(state.store().subscriptions(user.org, user.id).await?)
}

/// Subscribes to a calendar, which is read at once, beside this request.
///
/// # Errors
///
/// [`DeskError`]; [`DeskError::Invalid`] holds everything that is wrong at once.
pub async fn subscribe(
    state: &AppState,
    user: &User,
    draft: &SubscriptionDraft,
) -> Result<CalendarSubscription, DeskError> {
    let (url, name) = (address(state, &draft.url), name(draft.name.as_deref()));
    let (url, name) = match (url, name) {
        (Ok(url), Ok(name)) => (url, name),
        (url, name) => {
            let errors = url.err().into_iter().chain(name.err());
            return Err(DeskError::Invalid(errors.collect()));
        }
    };
    if subscriptions(state, user).await?.len() >= MAX_SUBSCRIPTIONS {
        let expected = format!("at most {MAX_SUBSCRIPTIONS} calendars");
        return Err(DeskError::invalid("url", "tooMany", expected));
    }
    let now = state.scheduler.now();
    let subscription = CalendarSubscription {
        id: state.scheduler.next_id().into(),
        org: user.org,
        user: user.id,
        name: name.unwrap_or_else(|| url.host().to_owned()),
        url,
        added_at: now,
        due_at: now,
        state: SubscriptionState::default(),
    };
    match state.store().add_subscription(&subscription).await {
        Ok(()) => {
            state.calendar_is_due.notify_one();
            Ok(subscription)
        }
        Err(StoreError::NotUnique { field: "url" }) => {
            let expected = "a calendar you have not subscribed to yet";
            Err(DeskError::invalid("url", "notUnique", expected))
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes a calendar due at once.
///
/// # Errors
///
/// [`DeskError::NotFound`] or [`DeskError::Store`].
pub async fn expedite_subscription(
    state: &AppState,
    user: &User,
    id: SubscriptionId,
) -> Result<(), DeskError> {
    let (store, now) = (state.store(), state.scheduler.now());
    store
        .expedite_subscription(user.org, user.id, id, now)
        .await?;
    state.calendar_is_due.notify_one();
    Ok(())
}

/// Ends a subscription: what it made its owner busy with is free again.
///
/// # Errors
///
/// [`DeskError::NotFound`], [`DeskError::Calendar`] or [`DeskError::Store`].
pub async fn unsubscribe(
    state: &AppState,
    user: &User,
    id: SubscriptionId,
) -> Result<(), DeskError> {
    let all = subscriptions(state, user).await?;
    let found = all.iter().find(|found| found.id == id);
    let subscription = found.ok_or(DeskError::NotFound("subscription"))?;
    match state.scheduler.unsubscribe(subscription).await {
        Err(ImportError::Store(error)) => Err(error.into()),
        done => done.map_err(|error| DeskError::Calendar(Box::new(error))),
    }
}

fn address(state: &AppState, text: &str) -> Result<CalendarUrl, FieldError> {
    let invalid = |code, expected: &str| FieldError::new("url", code, expected);
    let expected = "an address such as https://example.org/calendar.ics";
    let url: CalendarUrl = text.parse().map_err(|_| invalid("invalidUrl", expected))?;
    // What our own feed says is busy would keep itself busy for good.
    if url.as_str().starts_with(&state.site.to("/feeds/")) {
        return Err(invalid("ownFeed", "a calendar other than your own feed"));
    }
    Ok(url)
}

fn name(text: Option<&str>) -> Result<Option<String>, FieldError> {
    let given = text.filter(|text| !text.trim().is_empty());
    given
        .map(|text| check_line("name", text, 1, 200))
        .transpose()
}
