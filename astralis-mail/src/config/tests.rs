use super::*;

fn read(settings: &[(&str, &str)]) -> Result<MailConfig, ConfigError> {
    MailConfig::from_lookup(|key| {
        let setting = settings.iter().find(|(name, _)| *name == key);
        setting.map(|(_, value)| (*value).to_owned())
    })
}

fn smtp(settings: &[(&str, &str)]) -> SmtpConfig {
    let mut all = vec![("SMTP_FROM_EMAIL", "booking@example.com")];
    all.extend(settings);
    read(&all).unwrap().smtp.unwrap()
}

const LOGIN: [(&str, &str); 2] = [
    ("SMTP_USER", "ada@example.org"),
    ("SMTP_PASSWORD", "s3cret"),
];

#[test]
fn without_a_host_mails_stay_here() {
    let config = read(&[("SMTP_HOST", " ")]).unwrap();
    assert_eq!(config.smtp, None);
    assert_eq!(config.sender.name, "Astralis");
    assert_eq!(config.sender.email.as_str(), "astralis@localhost");
}

#[test]
fn a_login_demands_encryption_unless_the_server_is_this_machine() {
    let host = ("SMTP_HOST", "mail.example.com");
    let config = smtp(&[&[host][..], &LOGIN].concat());
    assert_eq!((config.security, config.port), (Security::StartTls, 587));

    let local = smtp(
        &[
            &[("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", "1025")][..],
            &LOGIN,
        ]
        .concat(),
    );
    assert_eq!((local.security, local.port), (Security::Plain, 1025));

    let refused = read(&[&[host, ("SMTP_SECURE", "none")][..], &LOGIN].concat()).unwrap_err();
    assert_eq!(refused.key, "SMTP_SECURE");
}

#[test]
fn the_port_decides_when_nothing_is_said() {
    let host = ("SMTP_HOST", "mail.example.com");
    let implicit = smtp(&[host, ("SMTP_PORT", "465"), ("SMTP_SECURE", "false")]);
    assert_eq!(implicit.security, Security::Tls);
    let relay = smtp(&[host]);
    assert_eq!(
        (relay.security, relay.port),
        (Security::StartTlsIfOffered, 25)
    );
    let secure = smtp(&[host, ("SMTP_SECURE", "true")]);
    assert_eq!((secure.security, secure.port), (Security::Tls, 465));
}

#[test]
fn the_login_is_the_sender_when_nothing_is_said() {
    let config = read(&[&[("SMTP_HOST", "mail.example.com")][..], &LOGIN].concat()).unwrap();
    assert_eq!(config.sender.email.as_str(), "ada@example.org");
}

#[track_caller]
fn check_refused(settings: &[(&str, &str)], key: &str) {
    let mut all = vec![("SMTP_HOST", "mail.example.com")];
    all.extend(settings);
    let error = read(&all).unwrap_err();
    assert_eq!(error.key, key, "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[test]
fn what_is_wrong_is_named() {
    check_refused(&[("SMTP_PORT", "70000")], "SMTP_PORT");
    check_refused(&[("SMTP_SECURE", "maybe")], "SMTP_SECURE");
    check_refused(&LOGIN[..1], "SMTP_PASSWORD");
    check_refused(&LOGIN[1..], "SMTP_USER");
    check_refused(&[], "SMTP_FROM_EMAIL");
    check_refused(&[("SMTP_FROM_EMAIL", "a\r\nb@c")], "SMTP_FROM_EMAIL");
}

#[test]
fn a_password_is_not_shown() {
    let config = read(&[&[("SMTP_HOST", "mail.example.com")][..], &LOGIN].concat()).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
}
