use astralis_core::availability::{AvailabilityRule, LocalTime, LocalWindow, Schedule};
use astralis_core::model::{
    EmailAddress, EventType, EventTypeError, MeetingType, OrgId, Organization, Role, Slug, User,
    UserId,
};
use astralis_core::ports::{Credential, CredentialKind, HostProfile, StoreError};
use astralis_core::time::TimeZoneName;
use chrono::{TimeDelta, Weekday};

use crate::startup::StartError;
use crate::state::AppState;
use crate::tokens::{hash_of, random_token};

const WORKDAYS: [Weekday; 5] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
];

/// What the very first start made.
pub struct FirstStart {
    /// Calls the API as the host; only its hash is stored.
    pub api_token: String,
}

/// Creates an organization and a host who can be booked Monday to Friday, 9 to 17 o'clock in
/// `time_zone`, unless there is one already.
///
/// # Errors
///
/// [`StartError`].
pub async fn set_up(
    state: &AppState,
    email: EmailAddress,
    time_zone: TimeZoneName,
) -> Result<Option<FirstStart>, StartError> {
    if state.store().is_set_up().await? {
        return Ok(None);
    }
    let organization = Organization {
        id: state.scheduler.next_id().into(),
        name: "My organization".to_owned(),
    };
    let user = first_user(state, organization.id, email, time_zone);
    let profile = HostProfile {
        schedule: workdays(state, &user.time_zone),
        user,
        schedule_version: 1,
    };
    let user = profile.user.clone();
    let offers = offers(state, &user).map_err(|error| StartError::FirstHost(error.into()))?;
    let made = state
        .store()
        .set_up(&organization, &[profile], &offers)
        .await;
    match made {
        Ok(()) => {}
        // Another server on the same database was faster.
        Err(StoreError::NotUnique { .. }) if state.store().is_set_up().await? => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    // If this one is lost, be it that the process dies now, `astralis-server token` makes another.
    let api_token = issue_api_token(state, &user).await?;
    Ok(Some(FirstStart { api_token }))
}

/// A token that calls the API as `user` until it is revoked.
///
/// # Errors
///
/// [`StoreError`].
pub async fn issue_api_token(state: &AppState, user: &User) -> Result<String, StoreError> {
    let token = format!("astralis_{}", random_token());
    let credential = Credential {
        hash: hash_of(&token),
        kind: CredentialKind::ApiToken,
        org: user.org,
        user: user.id,
        expires_at: None,
    };
    let now = state.scheduler.now();
    state.store().save_credential(&credential, now).await?;
    Ok(token)
}

fn first_user(state: &AppState, org: OrgId, email: EmailAddress, time_zone: TimeZoneName) -> User {
    User {
        id: UserId::from(state.scheduler.next_id()),
        org,
        slug: slug("host"),
        name: "Your host".to_owned(),
        email,
        time_zone,
        role: Role::Admin,
        active: true,
    }
}

fn workdays(state: &AppState, time_zone: &TimeZoneName) -> Schedule {
    let hour = |hour: u16| LocalTime::from_minutes(hour * 60).expect("an hour of the day");
    let window = LocalWindow::new(hour(9), hour(17)).expect("nine is before seventeen");
    let rules = WORKDAYS.into_iter().map(|day| AvailabilityRule {
        id: state.scheduler.next_id().into(),
        days: day.into(),
        window,
        active: true,
        valid: None,
    });
    Schedule {
        rules: rules.collect(),
        ..Schedule::closed(time_zone.clone())
    }
}

fn offers(state: &AppState, user: &User) -> Result<Vec<EventType>, EventTypeError> {
    [(15, "15min", "Quick chat"), (30, "30min", "Meeting")]
        .into_iter()
        .map(|(minutes, address, title)| {
            let id = state.scheduler.next_id().into();
            let duration = TimeDelta::minutes(minutes);
            EventType::builder(id, user.org, user.id, slug(address), duration)
                .title(title)
                .meeting_types(vec![MeetingType::VideoCall, MeetingType::PhoneCall])
                .build()
        })
        .collect()
}

fn slug(text: &str) -> Slug {
    text.parse().expect("the first slugs are well-formed")
}
