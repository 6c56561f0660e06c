//! Secrets and what is derived from them: guests' links, sign-in links, sessions, API tokens.

mod booking_links;
mod feed_links;
mod key_file;
mod random;

pub use booking_links::{BookingLinks, InvalidLink, LinkTarget};
pub use feed_links::{FeedDetail, FeedLinks, FeedTarget};
pub use key_file::{KeyFileError, load_or_create};
pub use random::{hash_of, random_token};

use sha2::{Digest, Sha256};

/// The server's own key, from which other keys are derived.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// The key behind a secret text of any length.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}
