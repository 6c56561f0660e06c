use crate::model::{HostRule, SubjectId};

/// How deep rules can be nested: enough for "two of each team, and the room".
pub const MAX_DEPTH: usize = 4;

/// Who has to be there: an algebra over subjects.
///
/// The order of candidates is the order in which they are asked. Whoever wants the load shared
/// fairly puts those with the least first; nothing here is random.
///
/// Event types name [`HostRule::All`] so far, and that is what the scheduler books. Other rules are
/// decided about with a [`HostsAdmission`](crate::policy::HostsAdmission).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hosts {
    /// This one.
    One(SubjectId),
    /// All of these at once (collective).
    All(Vec<Self>),
    /// The first of these that can (round robin).
    Any(Vec<Self>),
    /// The first so many of these that can.
    KOf {
        /// How many; 1 to all of them.
        count: usize,
        /// The candidates.
        of: Vec<Self>,
    },
    /// Joins if free, and is missed by nobody. Only inside [`All`](Self::All).
    Optional(Box<Self>),
}

/// Why a rule cannot be as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostsError {
    /// A list that nobody is in, or a count of none or of more than there are.
    #[error("expected at least one host, and no more wanted than named")]
    Count,
    /// Nobody would have to come, or somebody optional is a candidate for something else.
    #[error("expected optional hosts only beside others that have to be there")]
    Optional,
    /// A subject is named twice.
    #[error("expected each host once, got {0} twice")]
    Twice(SubjectId),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("expected rules nested at most {MAX_DEPTH} deep")]
    TooDeep,
    /// The hours of a host are not among what a decision looks at.
    #[error("the hours of the host {0} are not known")]
    Unknown(SubjectId),
}

impl Hosts {
    /// Every subject the rule names, in the order given.
    #[must_use]
    pub fn subjects(&self) -> Vec<SubjectId> {
        match self {
            Self::One(subject) => vec![*subject],
            Self::Optional(joining) => joining.subjects(),
            Self::All(of) | Self::Any(of) | Self::KOf { of, .. } => {
                of.iter().flat_map(Self::subjects).collect()
            }
        }
    }

    /// Checks every part.
    ///
    /// # Errors
    ///
    /// The first [`HostsError`] found.
    pub fn check(&self) -> Result<(), HostsError> {
        self.check_from(1)?;
        let mut subjects = self.subjects();
        subjects.sort_unstable();
        match subjects.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(HostsError::Twice(pair[0])),
            None => Ok(()),
        }
    }

    fn check_from(&self, depth: usize) -> Result<(), HostsError> {
        let require = |holds: bool, error| if holds { Ok(()) } else { Err(error) };
        require(depth <= MAX_DEPTH, HostsError::TooDeep)?;
        let (of, wanted) = match self {
            Self::One(_) => return Ok(()),
            Self::Optional(_) => return Err(HostsError::Optional),
            Self::All(of) => (of, of.len()),
            Self::Any(of) => (of, 1),
            Self::KOf { count, of } => (of, *count),
        };
        require((1..=of.len()).contains(&wanted), HostsError::Count)?;
        let mut somebody = false;
        for part in of {
            let needed = match part {
                Self::Optional(joining) if matches!(self, Self::All(_)) => joining,
                part => {
                    somebody = true;
                    part
                }
            };
            needed.check_from(depth + 1)?;
        }
        require(somebody, HostsError::Optional)
    }
}

impl From<&HostRule> for Hosts {
    fn from(rule: &HostRule) -> Self {
        match rule {
            HostRule::All(subjects) => Self::All(subjects.iter().copied().map(Self::One).collect()),
        }
    }
}
