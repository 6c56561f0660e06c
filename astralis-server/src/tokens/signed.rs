use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::tokens::SecretKey;

/// Bytes of the signature that a token carries: 160 bits.
const SIGNATURE: usize = 20;

/// The token was not made by this server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the link is not valid")]
pub struct InvalidLink;

/// Makes and reads the tokens of one kind of link. They are stored nowhere: whatever one says is
/// in it, signed.
#[derive(Debug, Clone)]
pub(super) struct Signer {
    key: SecretKey,
    /// Parts the kinds, so that no token of one is valid as another.
    purpose: &'static str,
}

/// What a token says: whose link it is, of which generation, and as much more as the kind needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signed<const MORE: usize> {
    pub(super) id: Uuid,
    pub(super) generation: u32,
    pub(super) more: [u8; MORE],
}

impl Signer {
    pub(super) const fn new(key: SecretKey, purpose: &'static str) -> Self {
        Self { key, purpose }
    }

    pub(super) fn token<const MORE: usize>(&self, content: &Signed<MORE>) -> String {
        let mut bytes = Vec::new();
        bytes.extend(content.id.as_bytes());
        bytes.extend(content.generation.to_be_bytes());
        bytes.extend(content.more);
        let signature = self.digest(&bytes).finalize().into_bytes();
        bytes.extend(&signature[..SIGNATURE]);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Takes the same time whichever byte is wrong.
    pub(super) fn read<const MORE: usize>(&self, token: &str) -> Result<Signed<MORE>, InvalidLink> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .ok_or(InvalidLink)?;
        let (signed, signature) = bytes.split_last_chunk::<SIGNATURE>().ok_or(InvalidLink)?;
        self.digest(signed)
            .verify_truncated_left(signature)
            .ok()
            .ok_or(InvalidLink)?;
        Signed::of_bytes(signed).ok_or(InvalidLink)
    }

    fn digest(&self, signed: &[u8]) -> Hmac<Sha256> {
        let mut digest = self.key.digest(self.purpose);
        digest.update(signed);
        digest
    }
}

impl<const MORE: usize> Signed<MORE> {
    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk()?;
        let (generation, more) = rest.split_first_chunk()?;
        Some(Self {
            id: Uuid::from_bytes(*id),
            generation: u32::from_be_bytes(*generation),
            more: more.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTENT: Signed<1> = Signed {
        id: Uuid::from_u128(7),
        generation: 3,
        more: [1],
    };

    fn signer(key: &str, purpose: &'static str) -> Signer {
        Signer::new(SecretKey::from_text(key), purpose)
    }

    #[test]
    fn a_token_says_what_was_signed() {
        let signer = signer("a", "feeds");
        assert_eq!(signer.read(&signer.token(&CONTENT)), Ok(CONTENT));
    }

    #[test]
    fn a_token_that_was_changed_in_any_place_is_not_valid() {
        let signer = signer("a", "feeds");
        let token = signer.token(&CONTENT);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(signer.read::<1>(&forged), Err(InvalidLink), "{forged}");
        }
    }

    #[test]
    fn tokens_of_another_key_purpose_or_length_are_not_valid() {
        let token = signer("a", "feeds").token(&CONTENT);
        assert_eq!(signer("b", "feeds").read::<1>(&token), Err(InvalidLink));
        assert_eq!(signer("a", "bookings").read::<1>(&token), Err(InvalidLink));
        assert_eq!(signer("a", "feeds").read::<0>(&token), Err(InvalidLink));
        for token in ["", "AAAA", "not base64!", &token[..token.len() - 4]] {
            let read = signer("a", "feeds").read::<1>(token);
            assert_eq!(read, Err(InvalidLink), "{token:?}");
        }
    }
}
