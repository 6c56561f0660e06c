use std::str::FromStr;

use crate::config::{ConfigError, Settings};

/// Which part of the work a process does. With PostgreSQL, web servers and workers can be started
/// apart, and as many of each as it takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// Answers requests, sends mail, reads subscribed calendars and extends series.
    #[default]
    All,
    /// Answers requests.
    Web,
    /// Sends mail, reads subscribed calendars and extends series; answers only what operators ask.
    Worker,
}

impl Role {
    /// Whether pages and the API are served.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, Self::All | Self::Web)
    }

    /// Whether mail is sent, and what else is done beside the requests.
    #[must_use]
    pub const fn delivers(self) -> bool {
        matches!(self, Self::All | Self::Worker)
    }

    pub(super) fn from_settings(settings: &Settings) -> Result<Self, ConfigError> {
        settings.parse("ASTRALIS_ROLE", "all, web or worker", Self::default())
    }
}

/// Not the name of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected all, web or worker")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        match word {
            "all" => Ok(Self::All),
            "web" => Ok(Self::Web),
            "worker" => Ok(Self::Worker),
            _ => Err(UnknownRole),
        }
    }
}
