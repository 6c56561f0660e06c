//! Mails with iMIP invitations for Astralis, over SMTP or into a spool folder.
//!
//! A [`Composer`] makes mails of messages: text and HTML in the reader's time zone, and the
//! invitation that calendars understand (RFC 6047). [`SmtpMailer`] hands them to a mail server,
//! [`SpoolMailer`] keeps each as a file; both are the core's [`Mailer`](astralis_core::ports::Mailer).
//! A message always makes the same mail, byte for byte, with the same `Message-ID`.
//!
//! ```
//! use std::sync::Arc;
//!
//! use astralis_core::time::ZoneDatabase;
//! use astralis_mail::{Composer, Links, MailConfig, SpoolMailer};
//!
//! let config = MailConfig::from_lookup(|_key| None)?; // Or `|key| std::env::var(key).ok()`.
//! let composer = Composer {
//!     sender: config.sender,
//!     links: Links {
//!         manage: Arc::new(|booking| format!("https://book.example.com/booking/{}", booking.id)),
//!         dashboard: "https://book.example.com/calendar".to_owned(),
//!     },
//!     zones: ZoneDatabase::bundled(),
//! };
//! let mailer = SpoolMailer::new("/var/spool/astralis", composer);
//! # let _ = mailer;
//! # Ok::<(), astralis_mail::ConfigError>(())
//! ```

mod compose;
mod config;
mod error;
mod smtp;
mod spool;

pub use compose::{Composer, Links};
pub use config::{ConfigError, Login, MailConfig, Security, Sender, SmtpConfig};
pub use error::SetUpError;
pub use smtp::SmtpMailer;
pub use spool::SpoolMailer;
