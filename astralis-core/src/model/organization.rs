use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::model::{EmailAddress, OrgId, UserId};
use crate::time::TimeZoneName;

/// A tenant: everything belongs to exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Organization {
    /// Its id.
    pub id: OrgId,
    /// What people call it.
    pub name: String,
}

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum Role {
    /// Runs the organization.
    Admin,
    /// Works with everybody's calendar.
    Operator,
    /// Works with their own calendar.
    Client,
}

/// Somebody who signs in and can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct User {
    /// Their id; also the id of their [subject](crate::model::SubjectId).
    pub id: UserId,
    /// The tenant they belong to.
    pub org: OrgId,
    /// The address of their booking page; unique over all users and teams.
    pub slug: Slug,
    /// What guests call them.
    pub name: String,
    /// Where their mail goes; unique over all users.
    pub email: EmailAddress,
    /// The zone their mails and pages show.
    #[cfg_attr(feature = "serde", serde(rename = "timezone"))]
    pub time_zone: TimeZoneName,
    /// What they may do.
    pub role: Role,
    /// Whether they can be booked; claims that exist stay.
    pub active: bool,
}

/// The last part of a booking page's address: 1–64 lower-case ASCII letters, digits and inner
/// hyphens. Never a UUID: pages are looked up by slug or by id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct Slug(String);

/// The text is not a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 64 lower-case letters, digits and inner hyphens that are no UUID")]
pub struct InvalidSlug;

impl Slug {
    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let valid = (1..=64).contains(&text.len())
            && text.chars().all(letters)
            && !text.starts_with('-')
            && !text.ends_with('-')
            && Uuid::try_parse(text).is_err();
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_words_in_lower_case() {
        for slug in ["a", "ada", "30min", "ada-lovelace", "cafe", &"a".repeat(64)] {
            assert_eq!(slug.parse::<Slug>().unwrap().as_str(), slug);
        }
        for text in ["", "Ada", "-a", "a-", "a b", "ä", &"a".repeat(65)] {
            assert_eq!(text.parse::<Slug>(), Err(InvalidSlug), "{text:?}");
        }
    }

    /// Or one user's slug could be another's id.
    #[test]
    fn an_id_is_no_slug() {
        let id = "0190a5c4-7f3b-7c3e-9f52-7d1c8f0f4b11";
        for text in [id, &id.replace('-', "")] {
            assert_eq!(text.parse::<Slug>(), Err(InvalidSlug), "{text}");
        }
    }
}
