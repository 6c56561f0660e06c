//! What the command line can say. Four commands and two switches need no parser crate.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::export::ExportCommand;
use crate::import::ImportCommand;

/// What to do.
#[derive(Debug, Clone)]
pub struct CommandLine {
    /// `--config`, or `ASTRALIS_CONFIG`.
    pub config: Option<PathBuf>,
    /// `--role`, which overrules `ASTRALIS_ROLE`.
    pub role: Option<String>,
    /// The command.
    pub command: Command,
}

/// The commands.
#[derive(Debug, Clone)]
pub enum Command {
    /// Serve until told to stop.
    Serve,
    /// Read a calendar file as busy time.
    Import(ImportCommand),
    /// Write a calendar file.
    Export(ExportCommand),
    /// Make one more API token and print it.
    Token,
    /// Print how to use the program.
    Help,
    /// Print the version.
    Version,
}

/// The command line says something that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}; see astralis-server --help")]
pub struct UsageError(String);

/// How to use the program.
pub const HELP: &str = "\
Usage:
  astralis-server [--config FILE] [--role all|web|worker]      serve booking pages and send mail,
                                                               or one of the two
  astralis-server [--config FILE] import FILE --user SLUG      read a calendar file as busy time
                                  [--source NAME]              (importing a source again replaces it)
  astralis-server [--config FILE] export --user SLUG [FILE]    write a calendar file: meetings, or only
                                  [--from DATE] [--to DATE]    when the user is busy (the next 400 days;
                                  [--busy-only]                meetings: all); --to is the day after
  astralis-server [--config FILE] token                        print a new API token for the host
                                                               (those made before stay valid)
  astralis-server --help | --version

Settings come from the environment, or as KEY=value lines from FILE (or ASTRALIS_CONFIG):
  DATABASE_URL                     sqlite:///path/to/astralis.db (default: in the data directory)
                                   or postgres://user:password@host/database
  ASTRALIS_DATABASE_CONNECTIONS    how many to PostgreSQL at most (default: 16)
  ASTRALIS_ROLE                    all, web or worker, like --role (default: all)
  ASTRALIS_LISTEN                  address and port (default: 127.0.0.1:3001)
  ASTRALIS_PUBLIC_URL              how guests reach the server, such as https://book.example.org
  ASTRALIS_SECRET_KEY              at least 32 characters, needed with PostgreSQL
                                   (default: a key file beside the database)
  ASTRALIS_HOST_EMAIL              the address of the host that the first start creates
  ASTRALIS_ZONEINFO                a zoneinfo directory (default: the newer of bundled and system)
  ASTRALIS_RATE_LIMIT_PER_MINUTE   public requests per address; 0: no limit (default: 300)
  ASTRALIS_RATE_LIMIT_BURST        how many of them at once (default: 120)
  ASTRALIS_TRUSTED_PROXY_HEADER    header with the caller's address, set by your own proxy
  ASTRALIS_REQUEST_TIMEOUT_SECONDS how long a request may take (default: 30)
  ASTRALIS_SHUTDOWN_SECONDS        how long requests may end after a signal to stop (default: 20)
  ASTRALIS_SUBSCRIPTIONS_ALLOW_PRIVATE  whether subscribed calendars may lie at private addresses
                                   (default: false)
  SMTP_HOST, SMTP_PORT, SMTP_SECURE (tls, starttls, none), SMTP_USER, SMTP_PASSWORD,
  SMTP_FROM_NAME, SMTP_FROM_EMAIL  the mail server (default: mails are files beside the database)
  RUST_LOG                         what is logged to stderr (default: info)
";

impl CommandLine {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    ///
    /// [`UsageError`] says what is missing or unknown.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, UsageError> {
        let mut arguments = arguments.into_iter();
        let mut config = None;
        let mut role = None;
        let mut draft = Draft::Serve;
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = || UsageError(format!("{argument} needs a value"));
                arguments.next().ok_or_else(missing)
            };
            match (argument.as_str(), &mut draft) {
                ("--help" | "-h" | "help", _) => return Ok(Self::of(config, Command::Help)),
                ("--version" | "-V", _) => return Ok(Self::of(config, Command::Version)),
                ("--config", _) => config = Some(PathBuf::from(value()?)),
                ("--role", Draft::Serve) => role = Some(value()?),
                ("--user", Draft::Import(import)) => import.user = Some(value()?),
                ("--source", Draft::Import(import)) => import.source = Some(value()?),
                ("--user", Draft::Export(export)) => export.user = Some(value()?),
                ("--from", Draft::Export(export)) => export.from = Some(date(&value()?)?),
                ("--to", Draft::Export(export)) => export.to = Some(date(&value()?)?),
                ("--busy-only", Draft::Export(export)) => export.busy_only = true,
                ("serve", Draft::Serve) => {}
                ("token", Draft::Serve) => return Self::token(config, arguments),
                ("import", Draft::Serve) => draft = Draft::Import(Import::default()),
                ("export", Draft::Serve) => draft = Draft::Export(Export::default()),
                (path, Draft::Import(Import { file, .. }) | Draft::Export(Export { file, .. }))
                    if !path.starts_with('-') && file.is_none() =>
                {
                    *file = Some(PathBuf::from(path));
                }
                (other, _) => return Err(UsageError(format!("unknown argument {other:?}"))),
            }
        }
        let command = match draft {
            Draft::Serve => Command::Serve,
            Draft::Import(import) => Command::Import(import.complete()?),
            Draft::Export(export) => Command::Export(export.complete()?),
        };
        Ok(Self {
            role,
            ..Self::of(config, command)
        })
    }

    /// The token command, after which only the configuration can be named.
    fn token(
        config: Option<PathBuf>,
        rest: impl Iterator<Item = String>,
    ) -> Result<Self, UsageError> {
        let rest = Self::parse(rest)?;
        match rest.command {
            Command::Serve => Ok(Self::of(rest.config.or(config), Command::Token)),
            _ => Err(UsageError("token takes nothing but --config".to_owned())),
        }
    }

    const fn of(config: Option<PathBuf>, command: Command) -> Self {
        Self {
            config,
            role: None,
            command,
        }
    }
}

/// A command as far as it was read.
enum Draft {
    Serve,
    Import(Import),
    Export(Export),
}

#[derive(Default)]
struct Export {
    file: Option<PathBuf>,
    user: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    busy_only: bool,
}

impl Export {
    fn complete(self) -> Result<ExportCommand, UsageError> {
        let missing = || UsageError("export needs --user and a slug".to_owned());
        Ok(ExportCommand {
            user: self.user.ok_or_else(missing)?,
            from: self.from,
            to: self.to,
            busy_only: self.busy_only,
            file: self.file,
        })
    }
}

fn date(text: &str) -> Result<NaiveDate, UsageError> {
    let unknown = |_| UsageError(format!("expected a date such as 2026-04-02, got {text:?}"));
    text.parse().map_err(unknown)
}

#[derive(Default)]
struct Import {
    file: Option<PathBuf>,
    user: Option<String>,
    source: Option<String>,
}

impl Import {
    fn complete(self) -> Result<ImportCommand, UsageError> {
        let missing = |what: &str| UsageError(format!("import needs {what}"));
        Ok(ImportCommand {
            file: self.file.ok_or_else(|| missing("a calendar file"))?,
            user: self.user.ok_or_else(|| missing("--user and a slug"))?,
            source: self.source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<CommandLine, UsageError> {
        CommandLine::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn without_arguments_it_serves() {
        assert!(matches!(parse("").unwrap().command, Command::Serve));
        let config = parse("--config /etc/astralis.conf").unwrap().config;
        assert_eq!(config, Some(PathBuf::from("/etc/astralis.conf")));
    }

    #[test]
    fn a_role_is_taken_as_it_is() {
        let line = parse("serve --role worker").unwrap();
        assert_eq!(line.role.as_deref(), Some("worker"));
    }

    #[test]
    fn a_token_is_made_with_any_configuration() {
        for line in ["token", "--config a.conf token", "token --config a.conf"] {
            assert!(matches!(parse(line).unwrap().command, Command::Token));
        }
        assert!(parse("token import").is_err());
    }

    #[test]
    fn import_takes_a_file_and_a_user_in_any_order() {
        for line in ["import a.ics --user ada", "import --user ada a.ics"] {
            let Command::Import(import) = parse(line).unwrap().command else {
                panic!("expected an import");
            };
            assert_eq!(import.file, PathBuf::from("a.ics"));
            assert_eq!(import.user, "ada");
        }
    }

    #[test]
    fn export_takes_a_user_and_may_take_days_and_a_file() {
        let line = "export --user ada --from 2026-04-01 --busy-only ada.ics --to 2026-05-01";
        let Command::Export(export) = parse(line).unwrap().command else {
            panic!("expected an export");
        };
        assert_eq!(export.user, "ada");
        assert_eq!(export.from, NaiveDate::from_ymd_opt(2026, 4, 1));
        assert_eq!(export.to, NaiveDate::from_ymd_opt(2026, 5, 1));
        assert_eq!(export.file, Some(PathBuf::from("ada.ics")));
        assert!(export.busy_only);
        assert!(matches!(
            parse("export --user ada").unwrap().command,
            Command::Export(_)
        ));
    }

    #[test]
    fn what_is_missing_or_unknown_is_said() {
        for (line, said) in [
            ("import a.ics", "import needs --user and a slug"),
            ("import --user ada", "import needs a calendar file"),
            ("import a.ics --user", "--user needs a value"),
            ("export a.ics", "export needs --user and a slug"),
            ("export --from today", "expected a date such as 2026-04-02"),
            ("--port 80", "unknown argument \"--port\""),
            ("--user ada", "unknown argument \"--user\""),
        ] {
            let error = parse(line).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
