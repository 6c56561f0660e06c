use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

use super::Database;

/// Starts a server and stops it when nobody needs it any more.
const SCRIPT: &str = include_str!("cluster.sh");
const RUN_SCRIPT: [&str; 4] = ["sh", "-c", SCRIPT, "cluster.sh"];

/// Runs a command with a view of its own of what is mounted where, so that what it mounts goes with it.
const WITH_OWN_MOUNTS: &str = r#"
with_own_mounts() {
    if [ "$(id -u)" = 0 ]; then
        unshare --mount "$@"
    else
        unshare --user --map-current-user --keep-caps --mount "$@"
    fi
}
with_own_mounts mount -t tmpfs tmpfs /tmp || {
    echo "A small disk can be mounted by root with CAP_SYS_ADMIN (docker: --privileged)," \
        "or where the system allows user namespaces." >&2
    exit 1
}
with_own_mounts "$@""#;

/// What helps if the server that all tests share cannot be started.
const OR_ANOTHER: &str = "Or set ASTRALIS_TEST_POSTGRES_URL to a server that runs.";

/// How long a new server may take, on a machine that is busy with other things.
const START: Duration = Duration::from_secs(90);

/// A server that runs as long as this value, or anybody else's claim on the same folder, lives.
#[derive(Debug)]
pub struct Server {
    url: String,
    folder: PathBuf,
    _claim: File, // A shared lock, which the system releases when the process ends.
}

impl Server {
    /// The server whose state lies in `folder`; started unless it runs.
    ///
    /// # Panics
    ///
    /// If it cannot be started, with what it said.
    pub async fn in_folder(folder: &Path) -> Self {
        Self::with(folder, script(folder, &RUN_SCRIPT), "").await
    }

    /// The same with a small disk beside its own, for a database that is to run out of room.
    ///
    /// # Panics
    ///
    /// If it cannot be started, with what it said; if no disk can be mounted, with what that takes.
    pub async fn with_small_disk(folder: &Path) -> Self {
        let words = [
            "sh",
            "-c",
            WITH_OWN_MOUNTS,
            "mounts",
            "sh",
            "-c",
            SCRIPT,
            "cluster.sh",
        ];
        let mut script = script(folder, &words);
        script.arg("--small-disk");
        Self::with(folder, script, "").await
    }

    async fn with(folder: &Path, script: Command, otherwise: &str) -> Self {
        fs::create_dir_all(folder).expect("a folder for the server's state");
        let claim = lock_file(&folder.join("users"));
        claim.lock_shared().expect("a shared lock");
        // Of processes that find no server, one starts it.
        let starting = lock_file(&folder.join("starting"));
        starting.lock().expect("an exclusive lock");
        let url = match running(folder).await {
            Some(url) => url,
            None => start(folder, script, otherwise).await,
        };
        Self {
            url,
            folder: folder.to_owned(),
            _claim: claim,
        }
    }

    /// Stops it in the middle of everything, as `pg_ctl stop -m immediate` does. It starts again by
    /// itself, and recovers from its log.
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub async fn stop_immediately(&self) {
        let mut script = script(&self.folder, &RUN_SCRIPT);
        let stopped = script.arg("--stop").output().await.expect("a shell");
        assert!(stopped.status.success(), "{stopped:?}");
    }

    /// A database on the small disk.
    ///
    /// # Panics
    ///
    /// If the server has none.
    pub async fn database_on_small_disk(&self) -> Database {
        let database = Database::create_on(&self.url).await;
        let options: PgConnectOptions = self.url.parse().expect("the URL of a server");
        let mut shell = options.connect().await.expect("the server answers");
        let sockets: String = sqlx::query_scalar("SHOW unix_socket_directories")
            .fetch_one(&mut shell)
            .await
            .expect("the server answers");
        for statement in [
            format!("CREATE TABLESPACE small LOCATION '{sockets}/small'"),
            format!("ALTER DATABASE {} SET TABLESPACE small", database.name),
        ] {
            let moved = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut shell);
            moved.await.expect("the server has a small disk");
        }
        database
    }

    /// Where its administrator connects.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The URL of the server that all tests share.
///
/// # Panics
///
/// If there is none and none can be started, with words on how to get one.
pub async fn shared_server() -> String {
    static SERVER: OnceCell<Server> = OnceCell::const_new();
    if let Ok(url) = std::env::var("ASTRALIS_TEST_POSTGRES_URL") {
        return url;
    }
    let server = SERVER.get_or_init(async || {
        let folder = shared_folder();
        Server::with(&folder, script(&folder, &RUN_SCRIPT), OR_ANOTHER).await
    });
    server.await.url.clone()
}

/// Beside what cargo builds, so that every test binary of a checkout finds the same one.
fn shared_folder() -> PathBuf {
    let program = std::env::current_exe().expect("the path of the test's own program");
    // target/debug/deps/program
    let target = program.ancestors().nth(3).expect("a target folder");
    target.join("postgres")
}

fn lock_file(path: &Path) -> File {
    let mut options = File::options();
    let file = options.write(true).create(true).truncate(false).open(path);
    file.expect("a lock file")
}

async fn running(folder: &Path) -> Option<String> {
    let url = fs::read_to_string(folder.join("url")).ok()?;
    let url = url.trim();
    let options: PgConnectOptions = url.parse().ok()?;
    options.connect().await.ok()?.close().await.ok()?;
    Some(url.to_owned())
}

/// A command with the folder as its last argument.
fn script(folder: &Path, words: &[&str]) -> Command {
    let (program, arguments) = words.split_first().expect("a command");
    let mut command = Command::new(program);
    command.args(arguments).arg(folder);
    command
}

async fn start(folder: &Path, mut script: Command, otherwise: &str) -> String {
    let url = folder.join("url");
    let log = folder.join("log");
    let _ = fs::remove_file(&url); // Of a server that is gone.
    let said = File::create(&log).expect("a log file");
    let mut script = script
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        // It outlives us, and an interrupt from the keyboard is not meant for it.
        .process_group(0)
        .spawn()
        .expect("a shell");
    let begun = Instant::now();
    while !url.exists() {
        if has_ended(&mut script) || begun.elapsed() > START {
            let said = fs::read_to_string(&log).unwrap_or_default();
            panic!("PostgreSQL could not be started: {said}{otherwise}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let url = fs::read_to_string(url).expect("the file was renamed when it was complete");
    url.trim().to_owned()
}

fn has_ended(script: &mut Child) -> bool {
    script.try_wait().is_ok_and(|status| status.is_some())
}
