use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use astralis_core::model::Message;
use astralis_core::ports::{MailError, Mailer};
use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::compose::Composer;
use crate::config::{Security, SmtpConfig};
use crate::error::{SetUpError, TimedOut, after_content, before_content, before_recipients};

/// How many mails are under way at once: servers turn away clients with too many connections. So
/// many connections are also kept open between mails.
const CONNECTIONS: usize = 8;

/// How long a connection is kept open; servers close idle ones after some minutes.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// Hands mails to a mail server by SMTP (RFC 5321).
///
/// Connections are used again while they are fresh. One on which a conversation broke off or took
/// too long is closed, never used again: a late reply would be taken for the next mail's.
pub struct SmtpMailer {
    config: SmtpConfig,
    tls: Option<TlsParameters>,
    composer: Composer,
    turns: Semaphore,
    idle: Mutex<VecDeque<Idle>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer")
            .field("config", &self.config)
            .field("composer", &self.composer)
            .finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// Prepares TLS; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`SetUpError`] for certificates that cannot be read and hosts that TLS cannot name.
    pub fn new(config: SmtpConfig, composer: Composer) -> Result<Self, SetUpError> {
        let tls = match config.security {
            Security::Plain => None,
            _ => Some(tls_parameters(&config)?),
        };
        Ok(Self {
            config,
            tls,
            composer,
            turns: Semaphore::new(CONNECTIONS),
            idle: Mutex::default(),
        })
    }

    /// A connection that is ready for a mail: one used before, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        while let Some(mut connection) = self.take_idle() {
            if connection.command(Rset).await.is_ok() {
                return Ok(connection);
            }
        }
        self.connect().await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        let hello = ClientId::default();
        let tls = self.tls.clone();
        let from_the_first_byte = tls
            .clone()
            .filter(|_| self.config.security == Security::Tls);
        let server = (self.config.host.trim_matches(['[', ']']), self.config.port);
        let limit = Some(self.config.timeout);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, limit, &hello, from_the_first_byte, None)
                .await?;
        let upgrade = match self.config.security {
            Security::StartTls => true,
            Security::StartTlsIfOffered => connection.can_starttls(),
            Security::Tls | Security::Plain => false,
        };
        if let Some(tls) = tls.filter(|_| upgrade) {
            connection.starttls(tls, &hello).await?;
        }
        if let Some(login) = &self.config.login {
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, &credentials).await?;
        }
        Ok(connection)
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|each| each.since.elapsed() < KEPT_FOR);
        idle.pop_back().map(|each| each.connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() == CONNECTIONS {
            idle.pop_front();
        }
        idle.push_back(Idle {
            connection,
            since: Instant::now(),
        });
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        let mail = self.composer.compose(message)?;
        let text = String::from_utf8(mail.formatted()).expect("we write UTF-8 alone");
        let turn = self.turns.acquire().await;
        let _turn = turn.expect("nobody closes the semaphore");
        let limit = self.config.timeout;
        let late = || TimedOut(limit).into();
        let mut connection = timeout(limit, self.connection())
            .await
            .map_err(|_| MailError::Transient(late()))?
            .map_err(before_recipients)?;
        timeout(limit, announce(&mut connection, mail.envelope(), &text))
            .await
            .map_err(|_| MailError::Transient(late()))??;
        // In one piece, like a command: a final dot in a packet of its own would wait for the other
        // side to acknowledge the text, some 40 milliseconds.
        timeout(limit, connection.command(ended(&text)))
            .await
            .map_err(|_| MailError::Unknown(late()))?
            .map_err(after_content)?;
        self.keep(connection);
        Ok(())
    }
}

/// Says from whom and to whom, up to the point where the server wants the text.
async fn announce(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    text: &str,
) -> Result<(), MailError> {
    let options = options(connection, text)?;
    let sender = Mail::new(envelope.from().cloned(), options);
    connection
        .command(sender)
        .await
        .map_err(before_recipients)?;
    for recipient in envelope.to() {
        let recipient = Rcpt::new(recipient.clone(), Vec::new());
        connection
            .command(recipient)
            .await
            .map_err(before_content)?;
    }
    connection.command(Data).await.map_err(before_content)?;
    Ok(())
}

/// Only an address can make a mail go beyond ASCII; then the server must know RFC 6531.
fn options(connection: &AsyncSmtpConnection, text: &str) -> Result<Vec<MailParameter>, MailError> {
    if text.is_ascii() {
        return Ok(Vec::new());
    }
    let server = connection.server_info();
    if server.supports_feature(Extension::SmtpUtfEight) {
        return Ok(vec![
            MailParameter::SmtpUtfEight,
            MailParameter::Body(MailBodyParameter::EightBitMime),
        ]);
    }
    let reason = "the mail server does not take addresses beyond ASCII (SMTPUTF8)";
    Err(MailError::Permanent(reason.into()))
}

/// A text up to the line with a dot that ends it; its own such lines get another (RFC 5321 §4.5.2).
fn ended(text: &str) -> String {
    let mut stuffed = text.replace("\r\n.", "\r\n..");
    if !stuffed.ends_with("\r\n") {
        stuffed.push_str("\r\n");
    }
    stuffed.push_str(".\r\n");
    stuffed
}

fn tls_parameters(config: &SmtpConfig) -> Result<TlsParameters, SetUpError> {
    let host = config.host.trim_matches(['[', ']']).to_owned();
    let mut parameters = TlsParametersBuilder::new(host);
    if let Some(path) = &config.ca_file {
        let pem = std::fs::read(path).map_err(|source| SetUpError::Unreadable {
            path: path.clone(),
            source,
        })?;
        // An unreadable certificate would otherwise be as silent as none at all.
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(SetUpError::NoCertificate { path: path.clone() });
        }
        let certificates = Certificate::from_pem(&pem).map_err(SetUpError::Tls)?;
        parameters = parameters.add_root_certificate(certificates);
    }
    parameters.build().map_err(SetUpError::Tls)
}
