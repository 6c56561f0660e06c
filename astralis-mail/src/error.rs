use std::path::PathBuf;

use astralis_core::ports::MailError;
use lettre::transport::smtp;

/// Why a mailer cannot be made from its configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetUpError {
    /// The file with further root certificates cannot be read.
    #[error("the root certificates in {} cannot be read", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds no certificate in PEM form.
    #[error("expected at least one PEM certificate in {}", path.display())]
    NoCertificate {
        /// Which file.
        path: PathBuf,
    },
    /// TLS cannot be set up, for example because the host is no name.
    #[error("TLS cannot be set up for the mail server")]
    Tls(#[source] smtp::Error),
}

/// Nobody answered in time.
#[derive(Debug, thiserror::Error)]
#[error("the mail server did not answer within {} seconds", .0.as_secs())]
pub(crate) struct TimedOut(pub(crate) std::time::Duration);

/// A failure before it was said whom a mail is for: it is about us and the server, so that the mail
/// may well be delivered once that is mended. A wrong password is such a one, and a sender that the
/// server does not let us be.
pub(crate) fn before_recipients(error: smtp::Error) -> MailError {
    MailError::Transient(error.into())
}

/// A failure after that and before the text was sent: a 5xx reply is about this mail, unless it demands a login.
pub(crate) fn before_content(error: smtp::Error) -> MailError {
    let wants_login = error
        .status()
        .is_some_and(|code| ["530", "534", "535", "538"].contains(&code.to_string().as_str()));
    if error.is_permanent() && !wants_login {
        MailError::Permanent(error.into())
    } else {
        MailError::Transient(error.into())
    }
}

/// A failure after the text was sent: without a reply nobody knows who has the mail.
pub(crate) fn after_content(error: smtp::Error) -> MailError {
    if error.is_permanent() {
        MailError::Permanent(error.into())
    } else if error.is_transient() {
        MailError::Transient(error.into())
    } else {
        MailError::Unknown(error.into())
    }
}
