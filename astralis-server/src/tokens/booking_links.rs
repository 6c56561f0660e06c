use astralis_core::model::{Booking, BookingId};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::site::PublicUrl;
use crate::tokens::SecretKey;

/// Bytes of the signature that a token carries: 160 bits.
const SIGNATURE: usize = 20;
const SIGNED: usize = 16 + 4;

/// Makes and reads guests' links to their bookings.
///
/// A token is the booking's id and link generation, signed. So it can be mailed at any later time
/// and is stored nowhere; raising the generation makes every link sent before invalid.
#[derive(Debug, Clone)]
pub struct BookingLinks {
    key: SecretKey,
    site: PublicUrl,
}

/// What a genuine token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkTarget {
    /// Whose link it is.
    pub booking: BookingId,
    /// The generation it was made for.
    pub generation: u32,
}

/// The token was not made by this server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the link is not valid")]
pub struct InvalidLink;

impl BookingLinks {
    /// Links under `site`, signed with `key`.
    #[must_use]
    pub const fn new(key: SecretKey, site: PublicUrl) -> Self {
        Self { key, site }
    }

    /// The token of a booking's present generation.
    #[must_use]
    pub fn token(&self, booking: &Booking) -> String {
        let mut bytes = Vec::with_capacity(SIGNED + SIGNATURE);
        bytes.extend(booking.id.as_uuid().as_bytes());
        bytes.extend(booking.link_generation.to_be_bytes());
        let signature = self.signature(&bytes).finalize().into_bytes();
        bytes.extend(&signature[..SIGNATURE]);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The path of the guest's own page.
    #[must_use]
    pub fn path(&self, booking: &Booking) -> String {
        format!("/booking/{}", self.token(booking))
    }

    /// The address of the guest's own page, for mails.
    #[must_use]
    pub fn url(&self, booking: &Booking) -> String {
        self.site.to(&self.path(booking))
    }

    /// What a token says, if it is genuine. Takes the same time whichever byte is wrong.
    ///
    /// # Errors
    ///
    /// [`InvalidLink`].
    pub fn read(&self, token: &str) -> Result<LinkTarget, InvalidLink> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .filter(|bytes| bytes.len() == SIGNED + SIGNATURE)
            .ok_or(InvalidLink)?;
        let (signed, signature) = bytes.split_at(SIGNED);
        self.signature(signed)
            .verify_truncated_left(signature)
            .map_err(|_| InvalidLink)?;
        let (id, generation) = signed.split_at(16);
        Ok(LinkTarget {
            booking: Uuid::from_slice(id).map_err(|_| InvalidLink)?.into(),
            generation: u32::from_be_bytes(generation.try_into().map_err(|_| InvalidLink)?),
        })
    }

    fn signature(&self, signed: &[u8]) -> Hmac<Sha256> {
        let mut signature = Hmac::<Sha256>::new_from_slice(self.key.as_bytes())
            .expect("HMAC takes keys of any length");
        signature.update(b"astralis booking link v1\0");
        signature.update(signed);
        signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use astralis_core::model::{BookingState, Guest};
    use chrono::DateTime;

    fn links(key: &str) -> BookingLinks {
        let site = "https://book.example.org".parse().unwrap();
        BookingLinks::new(SecretKey::from_text(key), site)
    }

    fn booking() -> Booking {
        let id = Uuid::from_u128(7);
        Booking {
            id: id.into(),
            org: id.into(),
            event: id.into(),
            event_type: id.into(),
            event_type_version: 1,
            guest: Guest {
                name: "Ada".into(),
                email: "ada@example.org".parse().unwrap(),
                phone: None,
                time_zone: "Europe/Paris".parse().unwrap(),
            },
            note: None,
            state: BookingState::Confirmed,
            link_generation: 3,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_token_says_which_booking_and_generation_it_is_for() {
        let links = links("a");
        let target = links.read(&links.token(&booking())).unwrap();
        assert_eq!(target.booking, booking().id);
        assert_eq!(target.generation, 3);
    }

    #[test]
    fn a_token_that_was_changed_in_any_place_is_not_valid() {
        let links = links("a");
        let token = links.token(&booking());
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(links.read(&forged), Err(InvalidLink), "{forged}");
        }
    }

    #[test]
    fn tokens_of_another_key_or_length_are_not_valid() {
        let token = links("a").token(&booking());
        assert_eq!(links("b").read(&token), Err(InvalidLink));
        for token in ["", "AAAA", "not base64!", &token[..token.len() - 4]] {
            assert_eq!(links("a").read(token), Err(InvalidLink), "{token:?}");
        }
    }
}
