use astralis_core::model::{EmailAddress, FieldError, Slug, User, check_line};
use serde::Deserialize;

use crate::desk::DeskError;
use crate::desk::hours::known_zone;
use crate::desk::subscriptions::read_on_another_clock;
use crate::state::AppState;

/// What a host can say about themselves. What is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileDraft {
    /// What guests call them.
    pub name: Option<String>,
    /// Where their mail goes.
    pub email: Option<String>,
    /// The address of their page.
    pub slug: Option<String>,
    /// The zone their mails and pages show.
    pub timezone: Option<String>,
    /// Whether they can be booked.
    pub active: Option<bool>,
}

/// Changes what `draft` names.
///
/// # Errors
///
/// [`DeskError`]; [`DeskError::Invalid`] holds everything that is wrong at once.
pub async fn edit_profile(
    state: &AppState,
    user: &User,
    draft: &ProfileDraft,
) -> Result<User, DeskError> {
    let mut errors = Vec::new();
    let zone_before = &user.time_zone;
    let mut user = user.clone();
    if let Some(name) = &draft.name {
        match check_line("name", name, 1, 200) {
            Ok(name) => user.name = name,
            Err(error) => errors.push(error),
        }
    }
    if let Some(email) = &draft.email {
        match email.parse::<EmailAddress>() {
            Ok(email) => user.email = email,
            Err(_) => errors.push(FieldError::new(
                "email",
                "invalidEmail",
                "a mail address such as ada@example.org",
            )),
        }
    }
    if let Some(slug) = &draft.slug {
        match slug.parse::<Slug>() {
            Ok(slug) => user.slug = slug,
            Err(_) => errors.push(FieldError::new(
                "slug",
                "invalidSlug",
                "1 to 64 lower-case letters, digits and inner hyphens that are no UUID",
            )),
        }
    }
    match draft
        .timezone
        .as_deref()
        .map(|name| known_zone(state, name))
    {
        Some(Ok(zone)) => user.time_zone = zone,
        Some(Err(DeskError::Invalid(found))) => errors.extend(found),
        Some(Err(other)) => return Err(other),
        None => {}
    }
    user.active = draft.active.unwrap_or(user.active);
    if !errors.is_empty() {
        return Err(DeskError::Invalid(errors));
    }
    state.store().save_user(&user).await?;
    if user.time_zone != *zone_before {
        read_on_another_clock(state, &user).await?;
    }
    Ok(user)
}
