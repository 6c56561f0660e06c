use astralis_core::ports::TokenHash;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A secret of 256 bits that nobody can guess, as text that fits into an address.
///
/// # Panics
///
/// If the operating system has no randomness: nothing secret could be made then.
#[must_use]
pub fn random_token() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has a source of randomness");
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What the store keeps in place of a token. A plain hash is enough: the token has 256 random
/// bits, so there is nothing to guess.
#[must_use]
pub fn hash_of(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}
