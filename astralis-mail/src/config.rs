use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use astralis_core::model::EmailAddress;

/// From whom and how mails go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// Whom mails are from.
    pub sender: Sender,
    /// The mail server; `None`: mails are kept as files.
    pub smtp: Option<SmtpConfig>,
}

/// Whom mails are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name readers see.
    pub name: String,
    /// The address; its domain is also that of every `Message-ID`.
    pub email: EmailAddress,
}

/// How to reach a mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// How to log in, if the server wants it.
    pub login: Option<Login>,
    /// A PEM file with root certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for a connection, for the server to want the text, and for it to take the
    /// text: three times this, and again for mails that wait for their turn, is to be less than
    /// the worker's lease.
    pub timeout: Duration,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Security {
    /// From the first byte (RFC 8314).
    Tls,
    /// By STARTTLS (RFC 3207); a server that does not offer it gets no mail.
    StartTls,
    /// By STARTTLS if the server offers it.
    StartTlsIfOffered,
    /// Not at all: for a server on this machine.
    Plain,
}

/// A name and a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, …)", self.user)
    }
}

/// A setting that is missing or not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: expected {expected}")]
pub struct ConfigError {
    /// Which setting.
    pub key: &'static str,
    /// What would have been accepted.
    pub expected: String,
}

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(25);

impl MailConfig {
    /// Reads the settings `SMTP_HOST`, `SMTP_PORT`, `SMTP_SECURE`, `SMTP_USER`, `SMTP_PASSWORD`,
    /// `SMTP_CA_FILE`, `SMTP_FROM_NAME` and `SMTP_FROM_EMAIL`. An empty value counts as none.
    ///
    /// Without `SMTP_SECURE` the port decides: 465 means TLS from the first byte. On other ports a
    /// login demands STARTTLS; without a login it is used if offered; and a server on this
    /// machine is spoken to in the clear.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the first setting that is wrong; no password is ever part of it.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let setting = |key: &str| lookup(key).filter(|value| !value.trim().is_empty());
        let smtp = setting("SMTP_HOST")
            .map(|host| SmtpConfig::read(host.trim().to_owned(), &setting))
            .transpose()?;
        Ok(Self {
            sender: Sender::read(smtp.as_ref(), &setting)?,
            smtp,
        })
    }
}

impl Sender {
    fn read(
        smtp: Option<&SmtpConfig>,
        setting: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let wrong = || ConfigError {
            key: "SMTP_FROM_EMAIL",
            expected: "the mail address that mails come from, such as booking@example.com"
                .to_owned(),
        };
        let login = smtp.and_then(|smtp| smtp.login.as_ref());
        let email = match (setting("SMTP_FROM_EMAIL"), login, smtp) {
            (Some(email), _, _) => email,
            (None, Some(login), _) => login.user.clone(),
            (None, None, Some(_)) => return Err(wrong()),
            (None, None, None) => "astralis@localhost".to_owned(),
        };
        Ok(Self {
            name: setting("SMTP_FROM_NAME").unwrap_or_else(|| "Astralis".to_owned()),
            email: email.parse().map_err(|_| wrong())?,
        })
    }
}

impl SmtpConfig {
    fn read(host: String, setting: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let port = setting("SMTP_PORT").map(|text| port(&text)).transpose()?;
        let login = login(setting)?;
        let asked = setting("SMTP_SECURE");
        let security = match asked.as_deref().map(security).transpose()?.flatten() {
            Some(security) => security,
            None if port == Some(465) => Security::Tls,
            None if is_this_machine(&host) => Security::Plain,
            None if login.is_some() => Security::StartTls,
            None => Security::StartTlsIfOffered,
        };
        let in_the_clear = matches!(security, Security::Plain | Security::StartTlsIfOffered);
        if login.is_some() && in_the_clear && !is_this_machine(&host) {
            return Err(ConfigError {
                key: "SMTP_SECURE",
                expected: "tls or starttls, since a password must not travel in the clear"
                    .to_owned(),
            });
        }
        Ok(Self {
            port: port.unwrap_or_else(|| default_port(security, login.as_ref())),
            host,
            security,
            login,
            ca_file: setting("SMTP_CA_FILE").map(PathBuf::from),
            timeout: DEFAULT_TIMEOUT,
        })
    }
}

fn port(text: &str) -> Result<u16, ConfigError> {
    let port = text.trim().parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| ConfigError {
        key: "SMTP_PORT",
        expected: format!("a port from 1 to 65535, got {text:?}"),
    })
}

const fn default_port(security: Security, login: Option<&Login>) -> u16 {
    match (security, login) {
        (Security::Tls, _) => 465,
        (Security::StartTls, _) | (_, Some(_)) => 587,
        (Security::StartTlsIfOffered | Security::Plain, None) => 25,
    }
}

/// `false` leaves it to the port, as other mailers read it.
fn security(text: &str) -> Result<Option<Security>, ConfigError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "tls" => Ok(Some(Security::Tls)),
        "starttls" => Ok(Some(Security::StartTls)),
        "none" => Ok(Some(Security::Plain)),
        "false" => Ok(None),
        _ => Err(ConfigError {
            key: "SMTP_SECURE",
            expected: format!("true, false, tls, starttls or none, got {text:?}"),
        }),
    }
}

fn login(setting: &dyn Fn(&str) -> Option<String>) -> Result<Option<Login>, ConfigError> {
    let missing = |key, other| ConfigError {
        key,
        expected: format!("a value, since {other} is set"),
    };
    match (setting("SMTP_USER"), setting("SMTP_PASSWORD")) {
        (Some(user), Some(password)) => Ok(Some(Login { user, password })),
        (Some(_), None) => Err(missing("SMTP_PASSWORD", "SMTP_USER")),
        (None, Some(_)) => Err(missing("SMTP_USER", "SMTP_PASSWORD")),
        (None, None) => Ok(None),
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
