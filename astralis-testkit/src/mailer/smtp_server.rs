use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// An SMTP server (RFC 5321) on a free port of this machine, for one test.
///
/// It is stricter than real ones: a command out of order, a bare CR or LF and a line that is too
/// long are noted as violations.
/// On demand it fails; see [`Fault`].
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

/// A mail that the server took responsibility for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The sender's address in the envelope.
    pub from: String,
    /// The recipients' addresses in the envelope.
    pub to: Vec<String>,
    /// The text, dots unstuffed.
    pub content: Vec<u8>,
    /// Whether the client was told.
    pub acknowledged: bool,
}

/// A point in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// Before the greeting.
    Greeting,
    /// After `AUTH`.
    Auth,
    /// After `MAIL FROM`.
    Sender,
    /// After `RCPT TO`.
    Recipient,
    /// After `DATA`.
    Data,
    /// After the dot that ends the text.
    Content,
}

/// What goes wrong, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The server answers this instead, such as `451 try again later`.
    Reply(&'static str),
    /// The server closes the connection without an answer.
    HangUp,
    /// After the text: the server accepts the mail, and closes the connection without saying so.
    AcceptAndHangUp,
    /// After the text: the server accepts the mail, and never says so.
    AcceptAndSilence,
    /// The server never answers.
    Silence,
}

#[derive(Default)]
struct Shared {
    login: Option<&'static str>,
    ascii_only: bool,
    faults: Mutex<VecDeque<(Phase, Fault)>>,
    accepted: Mutex<Vec<Accepted>>,
    violations: Mutex<Vec<String>>,
}

impl SmtpServer {
    /// Starts a server that takes mail from anybody.
    pub async fn start() -> Self {
        Self::listen(Shared::default()).await
    }

    /// Starts a server that demands `AUTH PLAIN` with exactly this base64 text.
    pub async fn start_with_login(credentials: &'static str) -> Self {
        Self::listen(Shared {
            login: Some(credentials),
            ..Shared::default()
        })
        .await
    }

    /// Starts a server that does not know SMTPUTF8 (RFC 6531), as many relays do not.
    pub async fn start_ascii_only() -> Self {
        Self::listen(Shared {
            ascii_only: true,
            ..Shared::default()
        })
        .await
    }

    async fn listen(shared: Shared) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(shared);
        let listening = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            listening,
        }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets the conversation that next comes to `phase` fail; faults of one phase are used up in
    /// the order given.
    pub fn fail_next(&self, phase: Phase, fault: Fault) {
        let mut faults = self.shared.faults.lock().expect("nobody panicked");
        faults.push_back((phase, fault));
    }

    /// The mails it took, oldest first.
    #[must_use]
    pub fn accepted(&self) -> Vec<Accepted> {
        self.shared
            .accepted
            .lock()
            .expect("nobody panicked")
            .clone()
    }

    /// What clients did that RFC 5321 forbids.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let violations = self.shared.violations.lock().expect("nobody panicked");
        violations.clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let conversation = Conversation {
            stream: BufReader::new(stream),
            shared: Arc::clone(&shared),
            logged_in: false,
            envelope: None,
        };
        // A client that goes away ends its conversation and nothing else.
        tokio::spawn(conversation.hold());
    }
}

/// Who writes to whom; `None` before MAIL.
struct Envelope {
    from: String,
    to: Vec<String>,
}

struct Conversation {
    stream: BufReader<TcpStream>,
    shared: Arc<Shared>,
    logged_in: bool,
    envelope: Option<Envelope>,
}

/// How a conversation goes on after a command.
enum Next {
    Go,
    HangUp,
}

impl Conversation {
    async fn hold(mut self) -> io::Result<()> {
        if let Next::HangUp = self.answer(Phase::Greeting, "220 test ESMTP").await? {
            return Ok(());
        }
        while let Some(line) = self.line().await? {
            let command = match String::from_utf8(line) {
                Ok(command) => command,
                Err(_) => {
                    self.violation("a command that is not UTF-8").await?;
                    continue;
                }
            };
            if let Next::HangUp = self.obey(&command).await? {
                break;
            }
        }
        Ok(())
    }

    async fn obey(&mut self, command: &str) -> io::Result<Next> {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello().await,
            "AUTH" => self.auth(rest).await,
            "MAIL" => self.sender(rest).await,
            "RCPT" => self.recipient(rest).await,
            "DATA" => self.data().await,
            "NOOP" => self.reply("250 ok").await,
            "RSET" => {
                self.envelope = None;
                self.reply("250 ok").await
            }
            "QUIT" => {
                self.reply("221 bye").await?;
                Ok(Next::HangUp)
            }
            _ => self.violation("an unknown command").await,
        }
    }

    async fn hello(&mut self) -> io::Result<Next> {
        let login = self.shared.login.map_or("", |_| "250-AUTH PLAIN\r\n");
        let last = if self.shared.ascii_only {
            "250 8BITMIME"
        } else {
            "250-8BITMIME\r\n250 SMTPUTF8"
        };
        let extensions = format!("250-test\r\n{login}{last}");
        self.reply(&extensions).await
    }

    async fn auth(&mut self, rest: &str) -> io::Result<Next> {
        let expected = self.shared.login.map(|login| format!("PLAIN {login}"));
        if expected.as_deref() == Some(rest) {
            self.logged_in = true;
            self.answer(Phase::Auth, "235 welcome").await
        } else {
            self.reply("535 wrong name or password").await
        }
    }

    async fn sender(&mut self, rest: &str) -> io::Result<Next> {
        if self.shared.login.is_some() && !self.logged_in {
            return self.reply("530 log in first").await;
        }
        match (path(rest, "FROM:"), &self.envelope) {
            (Some(from), None) => {
                self.envelope = Some(Envelope {
                    from,
                    to: Vec::new(),
                });
                self.answer(Phase::Sender, "250 ok").await
            }
            _ => self.violation("MAIL out of order or misspelt").await,
        }
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<Next> {
        match (path(rest, "TO:"), &mut self.envelope) {
            (Some(to), Some(envelope)) => {
                envelope.to.push(to);
                self.answer(Phase::Recipient, "250 ok").await
            }
            _ => self.violation("RCPT out of order or misspelt").await,
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        let Some(envelope) = self.envelope.take_if(|envelope| !envelope.to.is_empty()) else {
            return self.violation("DATA without a recipient").await;
        };
        let fault = self.fault(Phase::Data);
        if fault.is_some() {
            return self.act(fault, "").await;
        }
        self.reply("354 go ahead").await?;
        let mut content = Vec::new();
        loop {
            let Some(line) = self.line().await? else {
                return Ok(Next::HangUp);
            };
            if line == b"." {
                break;
            }
            content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            content.extend_from_slice(b"\r\n");
        }
        let accepted = Accepted {
            from: envelope.from,
            to: envelope.to,
            content,
            acknowledged: true,
        };
        self.finish(accepted).await
    }

    async fn finish(&mut self, mut mail: Accepted) -> io::Result<Next> {
        let fault = self.fault(Phase::Content);
        mail.acknowledged = fault.is_none();
        if matches!(
            fault,
            None | Some(Fault::AcceptAndHangUp | Fault::AcceptAndSilence)
        ) {
            let mut accepted = self.shared.accepted.lock().expect("nobody panicked");
            accepted.push(mail);
        }
        self.act(fault, "250 it is mine now").await
    }

    /// The next line without its CRLF; `None` at the end of the conversation.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        let Some(text) = line.strip_suffix(b"\r\n") else {
            if !line.is_empty() {
                self.note("a line that does not end in CRLF");
            }
            return Ok(None);
        };
        if text.contains(&b'\r') {
            self.note("a bare CR");
        }
        if text.len() > 998 {
            self.note("a line of more than 998 bytes");
        }
        Ok(Some(text.to_vec()))
    }

    async fn answer(&mut self, phase: Phase, reply: &str) -> io::Result<Next> {
        let fault = self.fault(phase);
        self.act(fault, reply).await
    }

    async fn act(&mut self, fault: Option<Fault>, reply: &str) -> io::Result<Next> {
        match fault {
            None => self.reply(reply).await,
            Some(Fault::Reply(reply)) => {
                self.envelope = None;
                self.reply(reply).await
            }
            Some(Fault::HangUp | Fault::AcceptAndHangUp) => Ok(Next::HangUp),
            Some(Fault::Silence | Fault::AcceptAndSilence) => {
                // Until the client has had enough.
                self.stream.read_to_end(&mut Vec::new()).await?;
                Ok(Next::HangUp)
            }
        }
    }

    fn fault(&self, phase: Phase) -> Option<Fault> {
        let mut faults = self.shared.faults.lock().expect("nobody panicked");
        let position = faults.iter().position(|(at, _)| *at == phase)?;
        faults.remove(position).map(|(_, fault)| fault)
    }

    async fn reply(&mut self, reply: &str) -> io::Result<Next> {
        // In one piece: a second packet would wait for the first one's acknowledgement.
        let line = format!("{reply}\r\n");
        self.stream.get_mut().write_all(line.as_bytes()).await?;
        Ok(Next::Go)
    }

    async fn violation(&mut self, what: &str) -> io::Result<Next> {
        self.note(what);
        self.reply("503 that is not how it goes").await
    }

    fn note(&self, what: &str) {
        let mut violations = self.shared.violations.lock().expect("nobody panicked");
        violations.push(what.to_owned());
    }
}

/// The address in `FROM:<ada@example.org> BODY=8BITMIME`.
fn path(rest: &str, keyword: &str) -> Option<String> {
    let start = rest.get(..keyword.len())?;
    let rest = rest.get(keyword.len()..)?.strip_prefix('<')?;
    let (address, _parameters) = rest.split_once('>')?;
    let valid = start.eq_ignore_ascii_case(keyword) && !address.contains(char::is_whitespace);
    valid.then(|| address.to_owned())
}
