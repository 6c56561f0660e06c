use astralis_core::ports::{FetchError, RetryAfter, chain};
use reqwest::StatusCode;

use super::fetcher::MAX_REDIRECTS;

/// Why we do not fetch something, or do not take what we were sent. The host reads the words.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the address is not one of the web")]
    NotAnAddress,
    #[error("the address does not lead into the public internet")]
    NotPublic,
    #[error("the server redirects from https to http, where others could read along")]
    Downgrade,
    #[error("the server redirects to an address that cannot be read")]
    BadRedirect,
    #[error("the server redirects more than {MAX_REDIRECTS} times")]
    TooManyRedirects,
    #[error("the server answers {0}")]
    Status(StatusCode),
    #[error("the calendar is larger than {} MB", .0 / 1024 / 1024)]
    TooLarge(u64),
    #[error("the server did not send it all within {0} seconds")]
    TooSlow(u64),
    #[error("no safe connection to the server could be made")]
    NoConnection,
    #[error("the server did not answer in time")]
    NoAnswer,
    #[error("the server's answer broke off, or cannot be understood")]
    BrokenAnswer,
}

impl Refusal {
    /// The same, of a server that may have said when it wants to be asked again: those that are
    /// asked too often, or that are down, do.
    pub(super) fn until(self, when: Option<RetryAfter>) -> FetchError {
        match (FetchError::from(self), when) {
            (FetchError::Transient(source), Some(when)) => FetchError::NotBefore { when, source },
            (error, _) => error,
        }
    }
}

impl From<Refusal> for FetchError {
    fn from(refusal: Refusal) -> Self {
        let may_pass = match refusal {
            Refusal::TooSlow(_)
            | Refusal::NoConnection
            | Refusal::NoAnswer
            | Refusal::BrokenAnswer => true,
            Refusal::Status(status) => {
                status.is_server_error()
                    || [
                        StatusCode::REQUEST_TIMEOUT,
                        StatusCode::TOO_EARLY,
                        StatusCode::TOO_MANY_REQUESTS,
                    ]
                    .contains(&status)
            }
            _ => false,
        };
        if may_pass {
            Self::Transient(refusal.into())
        } else {
            Self::Permanent(refusal.into())
        }
    }
}

/// What to say when the client fails: our resolver may have refused, and everything else may pass. Its
/// own words are for whoever runs the server.
pub(super) fn of_client(error: reqwest::Error) -> FetchError {
    // An address may be all that keeps a calendar from others.
    let error = error.without_url();
    let mut cause = std::error::Error::source(&error);
    while let Some(found) = cause {
        if let Some(Refusal::NotPublic) = found.downcast_ref() {
            return Refusal::NotPublic.into();
        }
        cause = found.source();
    }
    tracing::debug!(error = chain(&error), "a calendar could not be fetched");
    let refusal = if error.is_timeout() {
        Refusal::NoAnswer
    } else if error.is_connect() {
        Refusal::NoConnection
    } else {
        Refusal::BrokenAnswer
    };
    refusal.into()
}
