//! Secrets and what is derived from them: guests' links, sign-in links, sessions, API tokens.

mod booking_links;
mod feed_links;
mod key_file;
mod random;
mod signed;

pub use booking_links::{BookingLinks, LinkTarget};
pub use feed_links::{FeedDetail, FeedLinks, FeedTarget};
pub use key_file::{KeyFileError, load_or_create};
pub use random::{hash_of, random_token};
pub use signed::InvalidLink;

use hmac::{Hmac, KeyInit, Mac};
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

    /// The beginning of a digest that nobody can make without the key, nor for another purpose.
    fn digest(&self, purpose: &str) -> Hmac<Sha256> {
        let mut digest =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        digest.update(purpose.as_bytes());
        digest
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}
