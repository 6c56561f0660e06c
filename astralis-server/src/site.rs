//! Where the site is found from outside.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use axum::http::Uri;

/// The address under which guests reach the server: scheme and host, perhaps a port, no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// The text is not such an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an address such as https://book.example.org")]
pub struct InvalidPublicUrl;

impl PublicUrl {
    /// The address of a listener, for use on the same machine.
    #[must_use]
    pub fn of_listener(listen: SocketAddr) -> Self {
        let host = match listen {
            SocketAddr::V4(at) if at.ip().is_unspecified() => format!("127.0.0.1:{}", at.port()),
            SocketAddr::V6(at) if at.ip().is_unspecified() => format!("[::1]:{}", at.port()),
            at => at.to_string(),
        };
        Self(format!("http://{host}"))
    }

    /// Whether browsers reach it over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The address of a page; `path` begins with a slash.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address without a path, as browsers write an `Origin` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| InvalidPublicUrl)?;
        let scheme = uri.scheme_str().filter(|s| matches!(*s, "http" | "https"));
        let scheme = scheme.ok_or(InvalidPublicUrl)?;
        let authority = uri.authority().ok_or(InvalidPublicUrl)?;
        let plain = uri.query().is_none() && uri.path() == "/" && !authority.as_str().contains('@');
        if !plain {
            return Err(InvalidPublicUrl);
        }
        let authority = authority.as_str().to_ascii_lowercase();
        Ok(Self(format!("{scheme}://{authority}")))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
