use astralis_core::model::UserId;
use astralis_core::ports::Feed;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::{Builder, Uuid};

use crate::site::PublicUrl;
use crate::tokens::{InvalidLink, SecretKey};

/// Bytes of the signature that a token carries: 160 bits.
const SIGNATURE: usize = 20;
const SIGNED: usize = 16 + 4 + 1;

/// Makes and reads links to the feeds of users' calendars.
///
/// A token is the user's id, the feed's generation and what it shows, signed; it is stored nowhere.
#[derive(Debug, Clone)]
pub struct FeedLinks {
    key: SecretKey,
    site: PublicUrl,
}

/// How much of a calendar a feed shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedDetail {
    /// The meetings, with everything about them.
    Full,
    /// When its owner is busy, and nothing else.
    BusyOnly,
}

/// What a genuine token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedTarget {
    /// Whose feed it is.
    pub user: UserId,
    /// The generation it was made for.
    pub generation: u32,
    /// What it shows.
    pub detail: FeedDetail,
}

impl FeedLinks {
    /// Links under `site`, signed with `key`.
    #[must_use]
    pub const fn new(key: SecretKey, site: PublicUrl) -> Self {
        Self { key, site }
    }

    /// The address of a feed's present generation.
    #[must_use]
    pub fn url(&self, feed: &Feed, detail: FeedDetail) -> String {
        self.site
            .to(&format!("/feeds/{}.ics", self.token(feed, detail)))
    }

    /// The token of a feed's present generation.
    #[must_use]
    pub fn token(&self, feed: &Feed, detail: FeedDetail) -> String {
        let mut bytes = Vec::with_capacity(SIGNED + SIGNATURE);
        bytes.extend(feed.user.as_uuid().as_bytes());
        bytes.extend(feed.generation.to_be_bytes());
        bytes.push(detail.byte());
        let signature = self.signature(&bytes).finalize().into_bytes();
        bytes.extend(&signature[..SIGNATURE]);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a token says, if it is genuine. Takes the same time whichever byte is wrong.
    ///
    /// # Errors
    ///
    /// [`InvalidLink`].
    pub fn read(&self, token: &str) -> Result<FeedTarget, InvalidLink> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .filter(|bytes| bytes.len() == SIGNED + SIGNATURE)
            .ok_or(InvalidLink)?;
        let (signed, signature) = bytes.split_at(SIGNED);
        self.signature(signed)
            .verify_truncated_left(signature)
            .map_err(|_| InvalidLink)?;
        let (id, rest) = signed.split_at(16);
        let (generation, detail) = rest.split_at(4);
        Ok(FeedTarget {
            user: Uuid::from_slice(id).map_err(|_| InvalidLink)?.into(),
            generation: u32::from_be_bytes(generation.try_into().map_err(|_| InvalidLink)?),
            detail: FeedDetail::of_byte(detail[0]).ok_or(InvalidLink)?,
        })
    }

    /// What the ids in a user's busy times are made from: the same for good, and nobody can guess it.
    #[must_use]
    pub fn uid_space(&self, user: UserId) -> Uuid {
        let mut digest = self.keyed(b"astralis feed uids v1\0");
        digest.update(user.as_uuid().as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize().into_bytes()[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    }

    fn signature(&self, signed: &[u8]) -> Hmac<Sha256> {
        let mut signature = self.keyed(b"astralis feed link v1\0");
        signature.update(signed);
        signature
    }

    fn keyed(&self, purpose: &[u8]) -> Hmac<Sha256> {
        let mut digest = Hmac::<Sha256>::new_from_slice(self.key.as_bytes())
            .expect("HMAC takes keys of any length");
        digest.update(purpose);
        digest
    }
}

impl FeedDetail {
    const fn byte(self) -> u8 {
        match self {
            Self::Full => 0,
            Self::BusyOnly => 1,
        }
    }

    const fn of_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Full),
            1 => Some(Self::BusyOnly),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(key: &str) -> FeedLinks {
        let site = "https://book.example.org".parse().unwrap();
        FeedLinks::new(SecretKey::from_text(key), site)
    }

    fn feed() -> Feed {
        Feed {
            org: Uuid::from_u128(1).into(),
            user: Uuid::from_u128(7).into(),
            generation: 3,
        }
    }

    #[test]
    fn a_token_says_whose_feed_it_is_and_what_it_shows() {
        let links = links("a");
        for detail in [FeedDetail::Full, FeedDetail::BusyOnly] {
            let target = links.read(&links.token(&feed(), detail)).unwrap();
            assert_eq!((target.user, target.generation), (feed().user, 3));
            assert_eq!(target.detail, detail);
        }
    }

    #[test]
    fn a_token_that_was_changed_in_any_place_is_not_valid() {
        let links = links("a");
        let token = links.token(&feed(), FeedDetail::BusyOnly);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(links.read(&forged), Err(InvalidLink), "{forged}");
        }
    }

    #[test]
    fn tokens_of_another_key_or_length_are_not_valid() {
        let token = links("a").token(&feed(), FeedDetail::Full);
        assert_eq!(links("b").read(&token), Err(InvalidLink));
        for token in ["", "AAAA", "not base64!", &token[..token.len() - 4]] {
            assert_eq!(links("a").read(token), Err(InvalidLink), "{token:?}");
        }
    }
}
