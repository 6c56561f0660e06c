use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

/// Names and values before they are checked: the file's, with the environment's on top.
#[derive(Debug, Clone, Default)]
pub struct Settings(BTreeMap<String, String>);

/// A setting cannot be as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The value does not have the shape it needs.
    #[error("{name}: expected {expected}, got {value:?}")]
    Invalid {
        /// Which setting.
        name: &'static str,
        /// What would have been accepted.
        expected: String,
        /// What was given.
        value: String,
    },
    /// The same for a value that must not be shown.
    #[error("{name}: expected {expected}")]
    Secret {
        /// Which setting.
        name: &'static str,
        /// What would have been accepted.
        expected: String,
    },
    /// One of the `SMTP_*` settings.
    #[error(transparent)]
    Mail(#[from] astralis_mail::ConfigError),
    /// The configuration file cannot be read.
    #[error("the configuration file {path} cannot be read")]
    Unreadable {
        /// Which file.
        path: String,
        /// What is wrong.
        #[source]
        source: std::io::Error,
    },
    /// A line of the configuration file is not `KEY=value`.
    #[error("line {line} of the configuration file {path}: expected KEY=value or a # comment")]
    Line {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
    },
}

impl ConfigError {
    /// A finding about a value that must not be shown.
    pub fn secret(name: &'static str, expected: impl Into<String>) -> Self {
        Self::Secret {
            name,
            expected: expected.into(),
        }
    }
}

impl Settings {
    /// Settings from pairs, such as the environment's.
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }

    /// Sets what the command line says: it stands above everything else.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Adds the `KEY=value` lines of a file beneath what is already set. Blank lines and lines
    /// that begin with `#` say nothing; quotes around a value are taken off.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Unreadable`] or [`ConfigError::Line`].
    pub fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: shown.clone(),
            source,
        })?;
        for (index, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line.split_once('=').ok_or(ConfigError::Line {
                path: shown.clone(),
                line: index + 1,
            })?;
            self.0
                .entry(name.trim().to_owned())
                .or_insert_with(|| unquoted(value.trim()).to_owned());
        }
        Ok(())
    }

    /// The value of a setting; an empty one is the same as none.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The value of a setting in the shape it needs, or `default` without one.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] says what was `expected`.
    pub fn parse<T: FromStr>(
        &self,
        name: &'static str,
        expected: &str,
        default: T,
    ) -> Result<T, ConfigError> {
        match self.text(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| self.refuse(name, expected)),
        }
    }

    /// Says that the value of `name` is not what was `expected`.
    #[must_use]
    pub fn refuse(&self, name: &'static str, expected: &str) -> ConfigError {
        ConfigError::Invalid {
            name,
            expected: expected.to_owned(),
            value: self.text(name).unwrap_or_default().to_owned(),
        }
    }
}

fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value)
}
