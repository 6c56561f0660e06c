use astralis_core::model::{Booking, BookingId};

use crate::site::PublicUrl;
use crate::tokens::SecretKey;
use crate::tokens::signed::{InvalidLink, Signed, Signer};

/// Makes and reads guests' links to their bookings.
///
/// A token is the booking's id and link generation, signed. So it can be mailed at any later time
/// and is stored nowhere; raising the generation makes every link sent before invalid.
#[derive(Debug, Clone)]
pub struct BookingLinks {
    signer: Signer,
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

impl BookingLinks {
    /// Links under `site`, signed with `key`.
    #[must_use]
    pub const fn new(key: SecretKey, site: PublicUrl) -> Self {
        let signer = Signer::new(key, "astralis booking link v1\0");
        Self { signer, site }
    }

    /// The token of a booking's present generation.
    #[must_use]
    pub fn token(&self, booking: &Booking) -> String {
        self.signer.token(&Signed {
            id: booking.id.as_uuid(),
            generation: booking.link_generation,
            more: [],
        })
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
        let Signed { id, generation, .. } = self.signer.read::<0>(token)?;
        Ok(LinkTarget {
            booking: id.into(),
            generation,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use astralis_core::model::{BookingState, Guest};
    use chrono::DateTime;
    use uuid::Uuid;

    fn links() -> BookingLinks {
        let site = "https://book.example.org".parse().unwrap();
        BookingLinks::new(SecretKey::from_text("a"), site)
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
        let links = links();
        let target = links.read(&links.token(&booking())).unwrap();
        assert_eq!(target.booking, booking().id);
        assert_eq!(target.generation, 3);
    }
}
