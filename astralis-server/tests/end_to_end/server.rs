//! Starts and ends the server's process.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::waiting::eventually;

/// How long a start may take, migrations included, on a machine that is busy with other things.
const START: Duration = Duration::from_secs(30);

/// A running server. Dropping it kills its process, and no other.
pub(crate) struct Server {
    process: Child,
    printed: watch::Receiver<Vec<String>>,
    base: String,
}

impl Server {
    /// Starts the server on a free port of the loopback interface and waits until it is ready.
    ///
    /// Everything it keeps lies under `home`; a second start there finds what the first one left.
    pub(crate) async fn start(home: &Path, settings: &[(&str, &str)]) -> Self {
        choose_cryptography();
        let mut process = Command::new(env!("CARGO_BIN_EXE_astralis-server"))
            .env_clear()
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("ASTRALIS_LISTEN", "127.0.0.1:0")
            .env("RUST_LOG", "warn")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the server was built together with this test");
        let stdout = process.stdout.take().expect("stdout is piped");
        let mut server = Self {
            process,
            printed: read_lines(stdout),
            base: String::new(),
        };
        let page = server.printed("booking page").await;
        let (base, _) = page.split_once("/book/").expect("a booking page's address");
        server.base = base.to_owned();
        server.wait_until_ready().await;
        server
    }

    /// The address of a path such as `/book/host`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// What the start-up line with this label says.
    pub(crate) async fn printed(&self, label: &str) -> String {
        eventually(&format!("the line `{label}  …`"), START, async || {
            let lines = self.printed.borrow();
            let value = lines.iter().find_map(|line| line.strip_prefix(label))?;
            Some(value.trim().to_owned())
        })
        .await
    }

    /// Ends the process with SIGKILL, which it cannot notice.
    pub(crate) async fn kill(mut self) {
        self.process.kill().await.expect("it was still running");
    }

    /// Tells the process to stop, and answers how it ended.
    pub(crate) async fn stop(mut self, deadline: Duration) -> ExitStatus {
        let id = self.process.id().expect("it still runs").to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(told.expect("every system has it").success());
        let ended = timeout(deadline, self.process.wait()).await;
        ended.expect("it stops in time").expect("our own child")
    }

    async fn wait_until_ready(&mut self) {
        let url = self.url("/readyz");
        eventually("the server to be ready", START, async || {
            if let Some(status) = self.process.try_wait().expect("our own child") {
                panic!("the server ended during its start: {status}");
            }
            let response = reqwest::get(&url).await.ok()?;
            response.status().is_success().then_some(())
        })
        .await;
    }
}

/// Says which cryptography the tests' HTTP client is to use. It is built with TLS, because the
/// server's is, and asks for it even where everything is plain.
pub(crate) fn choose_cryptography() {
    // Whoever was first has chosen the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Collects what the process prints, so that its pipe never fills.
fn read_lines(stdout: ChildStdout) -> watch::Receiver<Vec<String>> {
    let (sender, receiver) = watch::channel(Vec::new());
    tokio::spawn(async move {
        let mut lines = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sender.send_modify(|lines| lines.push(line));
        }
    });
    receiver
}
