//! A wire between a client and the server, which counts what goes through, can be cut and can go
//! dead.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use super::Database;

/// Where to cut the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// When the client commits, before the server hears of it: nothing was written.
    BeforeCommit,
    /// When the server has committed, before the client hears of it: everything was.
    AfterCommit,
    /// When the server has committed; the client hears nothing, and is not told that it is cut off.
    SilentCommit,
}

/// A port of the loopback interface behind which the database is.
#[derive(Debug)]
pub struct Wire {
    url: String,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    round_trips: AtomicU64,
    cuts: Mutex<VecDeque<Cut>>,
    dead: watch::Sender<bool>,
}

impl Wire {
    /// A wire to `database`, for as long as the runtime lives.
    ///
    /// # Panics
    ///
    /// If no port can be listened on.
    pub async fn to(database: &Database) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port of the loopback interface");
        let port = listener.local_addr().expect("a bound port").port();
        let options: PgConnectOptions = database.url().parse().expect("a URL we have made");
        let state = Arc::<State>::default();
        let user = options.get_username().to_owned();
        let server = Upstream::of(&options);
        tokio::spawn(accept(listener, server, Arc::clone(&state)));
        let name = &database.name;
        Self {
            url: format!("postgres://{user}@127.0.0.1:{port}/{name}?sslmode=disable"),
            state,
        }
    }

    /// The database's URL through the wire.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often a client has waited for a result so far. Preparing a statement, once for each
    /// connection, does not count, nor does asking whether the server is still there.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.state.round_trips.load(Ordering::SeqCst)
    }

    /// Cuts the connections of the next commits, of one after the other.
    ///
    /// # Panics
    ///
    /// If a wire has panicked.
    pub fn cut_next(&self, cuts: impl IntoIterator<Item = Cut>) {
        let mut waiting = self.state.cuts.lock().expect("no wire has panicked");
        waiting.extend(cuts);
    }

    /// From now on nothing goes through, and nobody is told: as if the server's machine had lost its
    /// power. New connections are taken and get no answer.
    pub fn go_dead(&self) {
        self.state.dead.send_replace(true);
    }

    /// Another machine has taken over: what begins from now on goes through again. What was under
    /// way stays dead.
    pub fn come_back(&self) {
        self.state.dead.send_replace(false);
    }
}

impl State {
    fn next_cut(&self) -> Option<Cut> {
        let mut waiting = self.cuts.lock().expect("no wire has panicked");
        waiting.pop_front()
    }

    /// Resolves when the wire goes dead.
    async fn dies(&self) {
        let mut dead = self.dead.subscribe();
        // The sender lives as long as we do.
        let _ = dead.wait_for(|dead| *dead).await;
    }
}

/// Where the server is.
#[derive(Debug, Clone)]
enum Upstream {
    Socket(PathBuf),
    Port(String),
}

impl Upstream {
    fn of(options: &PgConnectOptions) -> Self {
        match options.get_socket() {
            Some(folder) => Self::Socket(folder.join(format!(".s.PGSQL.{}", options.get_port()))),
            None => Self::Port(format!("{}:{}", options.get_host(), options.get_port())),
        }
    }
}

async fn accept(listener: TcpListener, server: Upstream, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        let (server, state) = (server.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            // A client that was cut off is no failure of the wire.
            let _ = match server {
                Upstream::Socket(path) => match UnixStream::connect(path).await {
                    Ok(server) => live(client, server, &state).await,
                    Err(error) => Err(error),
                },
                Upstream::Port(address) => match TcpStream::connect(address).await {
                    Ok(server) => live(client, server, &state).await,
                    Err(error) => Err(error),
                },
            };
        });
    }
}

/// Hands everything through until either side ends, the wire is cut, or it goes dead; then both ends
/// stay open for ever.
async fn live<S>(mut client: TcpStream, server: S, state: &State) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut server = server;
    tokio::select! {
        ended = hand_through(&mut client, &mut server, state) => ended,
        () = state.dies() => std::future::pending().await,
    }
}

/// Hands everything through until either side ends or the wire is cut. Both ends close then.
async fn hand_through<S>(client: &mut TcpStream, server: S, state: &State) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite,
{
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let cut = OnceLock::new(); // What the server's next answer falls victim to.
    let requests = async {
        let first = from_client.read_u32().await?;
        let mut startup = vec![0; first as usize - 4];
        from_client.read_exact(&mut startup).await?;
        to_server.write_u32(first).await?;
        to_server.write_all(&startup).await?;
        let mut executes = false;
        loop {
            let message = Message::read(&mut from_client).await?;
            if message.kind == b'Q' && message.body.starts_with(b"COMMIT") {
                match state.next_cut() {
                    Some(Cut::BeforeCommit) => return Ok(()),
                    Some(next) => {
                        let _ = cut.set(next); // The wire's last commit.
                    }
                    None => {}
                }
            }
            executes |= matches!(message.kind, b'Q' | b'E');
            // A simple query, and what ends an extended one: the client now waits.
            if executes && matches!(message.kind, b'Q' | b'S') {
                state.round_trips.fetch_add(1, Ordering::SeqCst);
                executes = false;
            }
            message.write(&mut to_server).await?;
        }
    };
    let answers = async {
        loop {
            let message = Message::read(&mut from_server).await?;
            match cut.get() {
                Some(Cut::SilentCommit) => std::future::pending().await,
                Some(_) => return Ok(()),
                None => {}
            }
            message.write(&mut to_client).await?;
        }
    };
    tokio::select! {
        ended = requests => ended,
        ended = answers => ended,
    }
}

/// A message of the protocol: a letter, a length that counts itself, and as many bytes.
struct Message {
    kind: u8,
    body: Vec<u8>,
}

impl Message {
    async fn read(from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Self> {
        let kind = from.read_u8().await?;
        let length = from.read_u32().await? as usize;
        let mut body = vec![0; length.saturating_sub(4)];
        from.read_exact(&mut body).await?;
        Ok(Self { kind, body })
    }

    async fn write(&self, to: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let length = u32::try_from(self.body.len() + 4).expect("as long as it was read");
        let mut bytes = Vec::with_capacity(self.body.len() + 5);
        bytes.push(self.kind);
        bytes.extend(length.to_be_bytes());
        bytes.extend(&self.body);
        to.write_all(&bytes).await?;
        to.flush().await
    }
}
