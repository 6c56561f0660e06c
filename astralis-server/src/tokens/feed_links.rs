use astralis_core::model::UserId;
use astralis_core::ports::Feed;
use hmac::Mac;
use uuid::{Builder, Uuid};

use crate::site::PublicUrl;
use crate::tokens::SecretKey;
use crate::tokens::signed::{InvalidLink, Signed, Signer};

/// Makes and reads links to the feeds of users' calendars.
///
/// A token is the user's id, the feed's generation and what it shows, signed; it is stored nowhere.
#[derive(Debug, Clone)]
pub struct FeedLinks {
    signer: Signer,
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
    pub fn new(key: SecretKey, site: PublicUrl) -> Self {
        let signer = Signer::new(key.clone(), "astralis feed link v1\0");
        Self { signer, key, site }
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
        self.signer.token(&Signed {
            id: feed.user.as_uuid(),
            generation: feed.generation,
            more: [detail.byte()],
        })
    }

    /// What a token says, if it is genuine. Takes the same time whichever byte is wrong.
    ///
    /// # Errors
    ///
    /// [`InvalidLink`].
    pub fn read(&self, token: &str) -> Result<FeedTarget, InvalidLink> {
        let signed: Signed<1> = self.signer.read(token)?;
        let [detail] = signed.more;
        Ok(FeedTarget {
            user: signed.id.into(),
            generation: signed.generation,
            detail: FeedDetail::of_byte(detail).ok_or(InvalidLink)?,
        })
    }

    /// What the ids in a user's busy times are made from: the same for good, and nobody can guess it.
    #[must_use]
    pub fn uid_space(&self, user: UserId) -> Uuid {
        let mut digest = self.key.digest("astralis feed uids v1\0");
        digest.update(user.as_uuid().as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize().into_bytes()[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
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

    fn links() -> FeedLinks {
        let site = "https://book.example.org".parse().unwrap();
        FeedLinks::new(SecretKey::from_text("a"), site)
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
        let links = links();
        for detail in [FeedDetail::Full, FeedDetail::BusyOnly] {
            let target = links.read(&links.token(&feed(), detail)).unwrap();
            assert_eq!((target.user, target.generation), (feed().user, 3));
            assert_eq!(target.detail, detail);
        }
    }
}
