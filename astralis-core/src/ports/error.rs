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
    CommandReused(crate::model::CommandId),
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
    /// What is stored cannot be read as what it should be: an unknown word, a broken document.
    #[error("a stored {kind} cannot be read")]
    Corrupt {
        /// What it should have been.
        kind: &'static str,
        /// What is wrong with it.
        #[source]
        source: BoxError,
    },
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
}
