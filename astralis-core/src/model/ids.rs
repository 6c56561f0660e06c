use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(transparent))]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID; new ones are UUIDv7, so that they sort by creation.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID behind the id.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

id!(
    /// An organization: the tenant no query crosses.
    OrgId
);
id!(
    /// A user: somebody who signs in and can be booked.
    UserId
);
id!(
    /// What can be taken: a user or a room. A user's subject has the user's own UUID.
    SubjectId
);
id!(
    /// An event type: what can be booked.
    EventTypeId
);
id!(
    /// A weekly availability rule or a date override.
    RuleId
);
id!(
    /// A meeting in our books.
    EventId
);
id!(
    /// A guest's place in an event.
    BookingId
);
id!(
    /// One subject taken for one range.
    ClaimId
);
id!(
    /// A mail that is or was to be sent.
    MessageId
);
id!(
    /// An intent: a repeated command with the same id has no second effect.
    CommandId
);
id!(
    /// Proof that a worker still holds the job it claimed.
    LeaseToken
);

id!(
    /// A calendar outside that is read again and again.
    SubscriptionId
);

impl From<UserId> for SubjectId {
    fn from(user: UserId) -> Self {
        Self(user.0)
    }
}
