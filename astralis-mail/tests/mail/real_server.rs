//! A conversation with somebody else's SMTP server (aiosmtpd) over STARTTLS, with a login.

use std::path::Path;
use std::process::Stdio;

use astralis_core::model::{MessageKind, RecipientRole};
use astralis_core::ports::{MailError, Mailer};
use astralis_mail::{Login, Security, SmtpConfig, SmtpMailer};
use astralis_testkit::mailer::{message, python, script};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::fixture::{composed, composer};

struct RealServer {
    port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    folder: tempfile::TempDir,
    _process: Child,
}

impl RealServer {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (
            folder.path().join("cert.pem"),
            folder.path().join("key.pem"),
        );
        std::fs::write(&certificate, own.cert.pem()).unwrap();
        std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
        let mut process = Command::new(python())
            .arg(script("smtp_server.py"))
            .args([&certificate, &key])
            .args(["ada", "s3cret"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().expect("it starts");
        Self {
            port: port.parse().unwrap(),
            lines,
            folder,
            _process: process,
        }
    }

    fn config(&self, password: &str) -> SmtpConfig {
        SmtpConfig {
            host: "localhost".to_owned(),
            port: self.port,
            security: Security::StartTls,
            login: Some(Login {
                user: "ada".to_owned(),
                password: password.to_owned(),
            }),
            ca_file: Some(self.folder.path().join("cert.pem")),
            timeout: std::time::Duration::from_secs(20),
        }
    }

    async fn next_mail(&mut self) -> Value {
        let line = self.lines.next_line().await.unwrap().expect("a mail");
        serde_json::from_str(&line).unwrap()
    }
}

#[tokio::test]
async fn guest_and_host_get_their_mails_over_starttls_with_a_login() {
    let mut server = RealServer::start().await;
    let mailer = SmtpMailer::new(server.config("s3cret"), composer()).unwrap();
    for (side, address) in [
        (RecipientRole::Guest, "ada@example.org"),
        (RecipientRole::Host, "grace@example.com"),
    ] {
        let message = message(MessageKind::Confirmation, side);
        mailer.send(&message).await.unwrap();

        let mail = server.next_mail().await;
        assert_eq!(mail["encrypted"], true);
        assert_eq!(mail["from"], "booking@example.net");
        assert_eq!(mail["to"], serde_json::json!([address]));
        let content = mail["content"].as_str().unwrap().trim_end();
        assert_eq!(
            content,
            String::from_utf8(composed(&message)).unwrap().trim_end()
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_a_stranger_are_tried_again() {
    let server = RealServer::start().await;
    let message = message(MessageKind::Confirmation, RecipientRole::Guest);

    let wrong_password = SmtpMailer::new(server.config("guess"), composer()).unwrap();
    let error = wrong_password.send(&message).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
    assert!(format!("{error:?}").contains("Authentication"), "{error:?}");

    let mut config = server.config("s3cret");
    config.ca_file = None;
    let unknown_root = SmtpMailer::new(config, composer()).unwrap();
    let error = unknown_root.send(&message).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
}

#[tokio::test]
async fn certificates_that_are_none_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let config = |path: &Path| SmtpConfig {
        host: "localhost".to_owned(),
        port: 587,
        security: Security::StartTls,
        login: None,
        ca_file: Some(path.to_owned()),
        timeout: std::time::Duration::from_secs(20),
    };
    let path = folder.path().join("ca.pem");
    let missing = SmtpMailer::new(config(&path), composer()).unwrap_err();
    assert!(missing.to_string().contains("cannot be read"), "{missing}");
    std::fs::write(&path, "not a certificate").unwrap();
    let empty = SmtpMailer::new(config(&path), composer()).unwrap_err();
    assert!(empty.to_string().contains("PEM"), "{empty}");
}
