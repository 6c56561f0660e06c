use crate::config::{ConfigError, Settings};

/// How many public requests one address may make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitConfig {
    /// `ASTRALIS_RATE_LIMIT_PER_MINUTE`: sustained; 0 switches the limit off.
    pub per_minute: u32,
    /// `ASTRALIS_RATE_LIMIT_BURST`: at once.
    pub burst: u32,
    /// `ASTRALIS_TRUSTED_PROXY_HEADER`: the header in which a proxy in front of the server puts
    /// the caller's address; its last entry counts. `None`: the address of the connection.
    pub proxy_header: Option<axum::http::HeaderName>,
}

impl Default for RateLimitConfig {
    fn default() -> Self {
        Self {
            per_minute: 300,
            burst: 120,
            proxy_header: None,
        }
    }
}

impl RateLimitConfig {
    /// Reads the settings above.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`].
    pub fn from_settings(settings: &Settings) -> Result<Self, ConfigError> {
        const HEADER: &str = "ASTRALIS_TRUSTED_PROXY_HEADER";
        let default = Self::default();
        let burst = settings.parse(
            "ASTRALIS_RATE_LIMIT_BURST",
            "a number of requests from 1",
            default.burst,
        )?;
        if burst == 0 {
            return Err(settings.refuse("ASTRALIS_RATE_LIMIT_BURST", "a number of requests from 1"));
        }
        let proxy_header = settings
            .text(HEADER)
            .map(|name| name.parse())
            .transpose()
            .map_err(|_| settings.refuse(HEADER, "the name of a header such as X-Forwarded-For"))?;
        Ok(Self {
            per_minute: settings.parse(
                "ASTRALIS_RATE_LIMIT_PER_MINUTE",
                "a number of requests, or 0 for no limit",
                default.per_minute,
            )?,
            burst,
            proxy_header,
        })
    }
}
