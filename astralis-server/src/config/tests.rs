use super::*;

fn config(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let home = [("HOME", "/home/ada")];
    let pairs = home.iter().chain(pairs).copied();
    Config::from_settings(&Settings::from_pairs(pairs))
}

#[track_caller]
fn sqlite_path(config: &Config) -> &str {
    match &config.database.location {
        Location::Sqlite(path) => path.to_str().unwrap(),
        Location::Postgres(_) => panic!("expected a file"),
    }
}

#[test]
fn without_settings_everything_has_a_default() {
    let config = config(&[]).unwrap();
    assert_eq!(
        sqlite_path(&config),
        "/home/ada/.local/share/astralis/astralis.db"
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:3001");
    assert_eq!(config.public_url, None);
    assert!(config.mail.smtp.is_none());
}

#[test]
fn the_data_directory_follows_xdg() {
    let config = config(&[("XDG_DATA_HOME", "/data")]).unwrap();
    assert_eq!(sqlite_path(&config), "/data/astralis/astralis.db");
}

#[test]
fn a_wrong_setting_is_named_with_what_was_expected() {
    for (pairs, message) in [
        (
            &[("ASTRALIS_LISTEN", "3001")][..],
            r#"ASTRALIS_LISTEN: expected an address and port such as 127.0.0.1:3001, got "3001""#,
        ),
        (
            &[("ASTRALIS_PUBLIC_URL", "book.example.org")],
            r#"ASTRALIS_PUBLIC_URL: expected an address such as https://book.example.org, got "book.example.org""#,
        ),
        (
            &[("ASTRALIS_SECRET_KEY", "short")],
            "ASTRALIS_SECRET_KEY: expected at least 32 characters that nobody can guess",
        ),
        (
            &[("DATABASE_URL", "postgres://ada:secret@db:port/astralis")],
            "DATABASE_URL: expected a URL such as postgres://user:password@host:5432/database",
        ),
        (
            &[("DATABASE_URL", "postgres://ada:secret@db/astralis")],
            "ASTRALIS_SECRET_KEY: expected at least 32 characters that nobody can guess, the same for all servers of a database",
        ),
        (
            &[("DATABASE_URL", "mysql://ada:secret@db")],
            "DATABASE_URL: expected a URL such as sqlite:///var/lib/astralis/astralis.db or postgres://user@host/database",
        ),
        (
            &[("ASTRALIS_ROLE", "both")],
            r#"ASTRALIS_ROLE: expected all, web or worker, got "both""#,
        ),
        (
            &[("SMTP_HOST", "mail.example.org")],
            "SMTP_FROM_EMAIL: expected the mail address that mails come from, such as booking@example.com",
        ),
        (
            &[("ASTRALIS_RATE_LIMIT_PER_MINUTE", "many")],
            r#"ASTRALIS_RATE_LIMIT_PER_MINUTE: expected a number of requests, or 0 for no limit, got "many""#,
        ),
        (
            &[("ASTRALIS_SUBSCRIPTIONS_ALLOW_PRIVATE", "yes")],
            r#"ASTRALIS_SUBSCRIPTIONS_ALLOW_PRIVATE: expected true or false, got "yes""#,
        ),
        (
            &[("ASTRALIS_REQUEST_TIMEOUT_SECONDS", "0")],
            r#"ASTRALIS_REQUEST_TIMEOUT_SECONDS: expected a number of seconds from 1 to 3600, got "0""#,
        ),
    ] {
        assert_eq!(config(pairs).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_file_holds_the_same_settings_and_the_environment_wins() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("astralis.conf");
    std::fs::write(
        &file,
        "# Where we listen.\nASTRALIS_LISTEN=127.0.0.1:4000\n\nDATABASE_URL=\"sqlite:///file.db\"\n",
    )
    .unwrap();
    let mut settings = Settings::from_pairs([("DATABASE_URL", "sqlite:///environment.db")]);
    settings.add_file(&file).unwrap();
    let config = Config::from_settings(&settings).unwrap();
    assert_eq!(config.listen.port(), 4000);
    assert_eq!(sqlite_path(&config), "/environment.db");
}

#[test]
fn a_line_that_is_no_setting_is_an_error_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("astralis.conf");
    std::fs::write(&file, "\nlisten on port 4000\n").unwrap();
    let error = Settings::default().add_file(&file).unwrap_err().to_string();
    assert!(
        error.starts_with("line 2 of the configuration file"),
        "{error}"
    );
}

#[test]
fn a_database_of_several_servers_keeps_its_files_in_the_data_directory() {
    let config = config(&[
        ("DATABASE_URL", "postgres://ada:secret@db/astralis"),
        ("ASTRALIS_SECRET_KEY", "a secret that is long enough for it"),
        ("ASTRALIS_DATABASE_CONNECTIONS", "40"),
    ]);
    let database = config.unwrap().database;
    let Location::Postgres(postgres) = &database.location else {
        panic!("expected a server");
    };
    assert_eq!(postgres.connections, 40);
    let spool = database.beside("spool");
    assert_eq!(
        spool.to_str(),
        Some("/home/ada/.local/share/astralis/spool")
    );
}
