use std::fmt;
use std::str::FromStr;

/// A mail address that is safe to put into a header: one `@`, a domain, no white space, no
/// control characters, at most 254 bytes (RFC 5321 §4.5.3.1).
///
/// Addresses compare without regard to case, since no mail system in use tells them apart; the
/// spelling is kept.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct EmailAddress(String);

/// The text is not a mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a mail address such as ada@example.org")]
pub struct InvalidEmail;

impl EmailAddress {
    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let local_is_safe = |c: char| {
            c.is_alphanumeric() || c.is_ascii_punctuation() && !r#"()<>[]:;@\,""#.contains(c)
        };
        let label_is_safe = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let valid = text.len() <= 254
            && (1..=64).contains(&local.len())
            && local.chars().all(local_is_safe)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && domain.split('.').all(label_is_safe);
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidEmail)
        }
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_could_break_a_header_are_refused() {
        for text in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "a b@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada@exa\nmple.org",
            "ada@example..org",
            "<ada@example.org>",
            "ada,eve@example.org",
            "ada@-example.org",
            ".ada@example.org",
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn ordinary_and_unusual_addresses_are_accepted() {
        for text in [
            "ada@example.org",
            "ada+tag@localhost",
            "o'neil@example.co.uk",
            "用户@例子.广告",
        ] {
            assert!(text.parse::<EmailAddress>().is_ok(), "{text:?}");
        }
    }

    #[test]
    fn case_makes_no_difference() {
        let address = |text: &str| text.parse::<EmailAddress>().unwrap();
        assert_eq!(address("Ada@Example.org"), address("ada@example.org"));
    }
}
