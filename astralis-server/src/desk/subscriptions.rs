use astralis_core::model::{
    CalendarSubscription, CalendarUrl, FieldError, SubscriptionId, SubscriptionState, User,
    check_line,
};
use astralis_core::ports::StoreError;
use astralis_core::scheduler::ImportError;
use chrono::TimeDelta;
use reqwest::Url;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::state::AppState;

/// How long a calendar is left alone after a try, however often its owner asks.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

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
    let (url, name) = (
        address(state, user, &draft.url),
        name(draft.name.as_deref()),
    );
    let (url, name) = match (url, name) {
        (Ok(url), Ok(name)) => (url, name),
        (url, name) => {
            let errors = url.err().into_iter().chain(name.err());
            return Err(DeskError::Invalid(errors.collect()));
        }
    };
    let now = state.scheduler.now();
    let subscription = CalendarSubscription {
        id: state.scheduler.next_id().into(),
        org: user.org,
        user: user.id,
        name: name.unwrap_or_else(|| url.host().to_owned()),
        url,
        added_at: now,
        due_at: now,
        begun: 0,
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
        Err(StoreError::TooMany { most }) => {
            let expected = format!("at most {most} calendars");
            Err(DeskError::invalid("url", "tooMany", expected))
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes a calendar due at once, or a minute after it was last tried.
///
/// # Errors
///
/// [`DeskError::NotFound`] or [`DeskError::Store`].
pub async fn expedite_subscription(
    state: &AppState,
    user: &User,
    id: SubscriptionId,
) -> Result<(), DeskError> {
    let all = subscriptions(state, user).await?;
    let found = all.iter().find(|found| found.id == id);
    let subscription = found.ok_or(DeskError::NotFound("subscription"))?;
    let now = state.scheduler.now();
    let tried = subscription.state.last_attempt;
    let due_at = tried.map_or(now, |tried| now.max(tried + PAUSE));
    let store = state.store();
    store
        .expedite_subscription(user.org, user.id, id, due_at)
        .await?;
    state.calendar_is_due.notify_one();
    Ok(())
}

/// Makes all calendars of a user due at once: their whole days lie elsewhere now.
///
/// # Errors
///
/// [`DeskError::Store`].
pub(super) async fn read_on_another_clock(state: &AppState, user: &User) -> Result<(), DeskError> {
    let (store, now) = (state.store(), state.scheduler.now());
    for subscription in subscriptions(state, user).await? {
        let done = store.expedite_subscription(user.org, user.id, subscription.id, now);
        match done.await {
            // It was removed meanwhile.
            Ok(()) | Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
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

fn address(state: &AppState, user: &User, text: &str) -> Result<CalendarUrl, FieldError> {
    let invalid = |code, expected: &str| FieldError::new("url", code, expected);
    let expected = "an address such as https://example.org/calendar.ics";
    let url: CalendarUrl = text.parse().map_err(|_| invalid("invalidUrl", expected))?;
    let parsed = Url::parse(url.as_str()).map_err(|_| invalid("invalidUrl", expected))?;
    // What our own feed says is busy would keep itself busy for good.
    if is_own_feed(state, user, &parsed) {
        return Err(invalid("ownFeed", "a calendar other than your own feed"));
    }
    Ok(url)
}

/// Whether the address carries a token of the user's feed, by whatever name the server is reached. Of
/// what is reached in a roundabout way, the import knows that it is ours.
fn is_own_feed(state: &AppState, user: &User, url: &Url) -> bool {
    let file = url.path_segments().and_then(|mut parts| parts.next_back());
    let token = file.and_then(|file| file.strip_suffix(".ics"));
    let target = token.and_then(|token| state.feed_links.read(token).ok());
    target.is_some_and(|target| target.user == user.id)
}

fn name(text: Option<&str>) -> Result<Option<String>, FieldError> {
    let given = text.filter(|text| !text.trim().is_empty());
    given
        .map(|text| check_line("name", text, 1, 200))
        .transpose()
}
