use async_trait::async_trait;

use crate::model::Message;
use crate::ports::BoxError;

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// It may work later: no connection, a busy server, a 4xx reply.
    #[error("the mail could not be sent now")]
    Transient(#[source] BoxError),
    /// It will never work: an address that does not exist, a 5xx reply.
    #[error("the mail cannot be delivered")]
    Permanent(#[source] BoxError),
    /// The connection was lost after the text was sent: it may or may not have been accepted.
    /// Sending it again carries the same `Message-ID`, so that readers can tell.
    #[error("it is unknown whether the mail was accepted")]
    Unknown(#[source] BoxError),
}

impl MailError {
    /// Whether sending again makes sense.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_) | Self::Unknown(_))
    }
}

/// Turns a message into a mail and hands it over.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one message. The same message always makes the same mail with the same `Message-ID`.
    ///
    /// `Ok` means that somebody else is now responsible for it.
    ///
    /// # Errors
    ///
    /// [`MailError`], sorted by whether trying again makes sense.
    async fn send(&self, message: &Message) -> Result<(), MailError>;
}
