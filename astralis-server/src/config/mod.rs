//! What the operator decides: read once from the environment and an optional file, checked as a
//! whole, never looked up again.

mod database;
mod rate_limit;
mod role;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;

use astralis_core::model::EmailAddress;
use astralis_mail::MailConfig;
use chrono::TimeDelta;

pub use database::{Database, Location, data_directory};
pub use rate_limit::RateLimitConfig;
pub use role::Role;
pub use settings::{ConfigError, Settings};

use crate::site::PublicUrl;

/// Everything `astralis-server` can be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the books are.
    pub database: Database,
    /// `ASTRALIS_ROLE`, or `--role`: which part of the work this process does.
    pub role: Role,
    /// `ASTRALIS_LISTEN`.
    pub listen: SocketAddr,
    /// `ASTRALIS_PUBLIC_URL`; `None`: the address it listens on.
    pub public_url: Option<PublicUrl>,
    /// `ASTRALIS_SECRET_KEY`; `None`: a key file beside the database. Never `None` with PostgreSQL:
    /// each server would make a key of its own, and know no link of another one.
    pub secret_key: Option<SecretText>,
    /// `SMTP_*`; without `SMTP_HOST`, mail goes to the spool folder beside the database.
    pub mail: MailConfig,
    /// `ASTRALIS_HOST_EMAIL`: where mail goes to the host that the first start creates.
    pub host_email: Option<EmailAddress>,
    /// `ASTRALIS_ZONEINFO`: a zoneinfo directory to use whatever its version.
    pub zoneinfo: Option<PathBuf>,
    /// `ASTRALIS_SUBSCRIPTIONS_ALLOW_PRIVATE`: whether subscribed calendars may lie at addresses that
    /// are not of the public internet. Whoever may subscribe can then reach what this machine reaches.
    pub private_subscriptions: bool,
    /// How many public requests one address may make.
    pub rate_limit: RateLimitConfig,
    /// `ASTRALIS_REQUEST_TIMEOUT_SECONDS`: how long a request may take, its reading included.
    pub request_timeout: TimeDelta,
    /// `ASTRALIS_SHUTDOWN_SECONDS`: how long requests may still run after a signal to stop.
    pub shutdown_grace: TimeDelta,
}

/// A secret that does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Config {
    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the first setting that cannot be as it is, and what was expected.
    pub fn from_settings(settings: &Settings) -> Result<Self, ConfigError> {
        let listen = settings.parse(
            "ASTRALIS_LISTEN",
            "an address and port such as 127.0.0.1:3001",
            SocketAddr::from(([127, 0, 0, 1], 3001)),
        )?;
        let database = Database::from_settings(settings)?;
        Ok(Self {
            role: Role::from_settings(settings)?,
            listen,
            public_url: public_url(settings)?,
            secret_key: secret_key(settings, &database)?,
            database,
            mail: MailConfig::from_lookup(|name| settings.text(name).map(str::to_owned))?,
            host_email: host_email(settings)?,
            zoneinfo: settings.text("ASTRALIS_ZONEINFO").map(PathBuf::from),
            private_subscriptions: settings.parse(
                "ASTRALIS_SUBSCRIPTIONS_ALLOW_PRIVATE",
                "true or false",
                false,
            )?,
            rate_limit: RateLimitConfig::from_settings(settings)?,
            request_timeout: seconds(settings, "ASTRALIS_REQUEST_TIMEOUT_SECONDS", 30)?,
            shutdown_grace: seconds(settings, "ASTRALIS_SHUTDOWN_SECONDS", 20)?,
        })
    }
}

fn seconds(
    settings: &Settings,
    name: &'static str,
    default: u16,
) -> Result<TimeDelta, ConfigError> {
    let expected = "a number of seconds from 1 to 3600";
    let seconds = settings.parse(name, expected, default)?;
    if (1..=3600).contains(&seconds) {
        Ok(TimeDelta::seconds(seconds.into()))
    } else {
        Err(settings.refuse(name, expected))
    }
}

fn public_url(settings: &Settings) -> Result<Option<PublicUrl>, ConfigError> {
    const NAME: &str = "ASTRALIS_PUBLIC_URL";
    let expected = "an address such as https://book.example.org";
    let url = settings.text(NAME).map(str::parse).transpose();
    url.map_err(|_| settings.refuse(NAME, expected))
}

fn host_email(settings: &Settings) -> Result<Option<EmailAddress>, ConfigError> {
    const NAME: &str = "ASTRALIS_HOST_EMAIL";
    let expected = "a mail address such as ada@example.org";
    let address = settings.text(NAME).map(str::parse).transpose();
    address.map_err(|_| settings.refuse(NAME, expected))
}

fn secret_key(settings: &Settings, database: &Database) -> Result<Option<SecretText>, ConfigError> {
    let refuse = |expected| Err(ConfigError::secret("ASTRALIS_SECRET_KEY", expected));
    match settings.text("ASTRALIS_SECRET_KEY") {
        Some(key) if key.len() < 32 => refuse("at least 32 characters that nobody can guess"),
        None if matches!(database.location, Location::Postgres(_)) => refuse(
            "at least 32 characters that nobody can guess, the same for all servers of a database",
        ),
        key => Ok(key.map(SecretText::new)),
    }
}

#[cfg(test)]
mod tests;
