use crate::model::{CommandId, OrgId};
use crate::policy::Refusal;

/// A cause from outside, kept whole.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An error with all its causes on one line, for the operator.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What `decide` said, unchanged; nothing was written.
    #[error("the decision was no")]
    Refused(Vec<Refusal>),
    /// Another writer already holds part of that time for one of the subjects: the store's own
    /// guard refused what `decide` had allowed. Nothing was written.
    #[error("the time is already taken for one of the subjects")]
    TimeTaken,
    /// The command's id was used before for something else.
    #[error("the command {0} was already used for a different request")]
    CommandReused(CommandId),
    /// Nothing of that kind has that id, within that organization.
    #[error("no {kind} {id}")]
    NotFound {
        /// What was looked for, such as `booking`.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// Somebody changed it in between.
    #[error("expected version {expected}, found {found}")]
    StaleVersion {
        /// The version the caller saw.
        expected: u32,
        /// The version it has now.
        found: u32,
    },
    /// A slug or a mail address that somebody else already has.
    #[error("the {field} is already in use")]
    NotUnique {
        /// Which one, such as `slug`.
        field: &'static str,
    },
    /// There are as many of that kind as there may be. Nothing was written.
    #[error("there are {most} already, which is the most")]
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// What is stored cannot be read as what it should be: an unknown word, a broken document.
    #[error("a stored {kind} cannot be read")]
    Corrupt {
        /// What it should have been.
        kind: &'static str,
        /// What is wrong with it.
        #[source]
        source: BoxError,
    },
    /// The store does not do this, now or later: its rules refuse what was to be written, or it
    /// cannot be written at all. Nothing was written.
    #[error("the store cannot do this")]
    Impossible(#[source] BoxError),
    /// The store could not be reached or did not answer; the same call may work later. For a
    /// writing call it is unknown whether it took effect: repeat it with the same command id.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
}

impl StoreError {
    /// Whether the same call may work later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// [`NotFound`](Self::NotFound) unless what is written belongs to the organization it is
    /// written into.
    ///
    /// # Errors
    ///
    /// [`NotFound`](Self::NotFound), of the organization that was named.
    pub fn require_org(expected: OrgId, named: OrgId) -> Result<(), Self> {
        if expected == named {
            Ok(())
        } else {
            Err(Self::NotFound {
                kind: "organization",
                id: named.to_string(),
            })
        }
    }

    /// [`StaleVersion`](Self::StaleVersion) unless the version found is the one that was expected.
    /// What does not exist yet has version 0.
    ///
    /// # Errors
    ///
    /// [`StaleVersion`](Self::StaleVersion).
    pub const fn require_version(expected: u32, found: u32) -> Result<(), Self> {
        if expected == found {
            Ok(())
        } else {
            Err(Self::StaleVersion { expected, found })
        }
    }
}
