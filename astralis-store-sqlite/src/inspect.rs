//! A look at the file before anything can change it.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::error::{OpenError, is_busy};
use crate::migrate::{APPLICATION_ID, KNOWN_VERSION};

/// What a file says it is.
#[derive(Debug)]
struct Identity {
    application_id: i64,
    version: u32,
    has_tables: bool,
}

/// Refuses a file that is not ours to open. Reads all of it once, `O(size)`; a missing or empty
/// one is fine.
pub(crate) async fn look_before_touching(path: &Path) -> Result<(), OpenError> {
    let unreadable = |source| OpenError::Unreadable {
        path: path.to_owned(),
        source,
    };
    match tokio::fs::metadata(path).await {
        Ok(found) if found.is_file() && found.len() == 0 => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(error)),
    }
    let identity = match identify(path).await {
        Ok(identity) => identity,
        // Another process may have come or gone between the look for its log and ours.
        Err(_) => identify(path).await.map_err(|error| refusal(path, error))?,
    };
    judge(path, &identity)
}

fn judge(path: &Path, identity: &Identity) -> Result<(), OpenError> {
    let is_new = identity.application_id == 0 && identity.version == 0 && !identity.has_tables;
    if is_new {
        return Ok(());
    }
    if identity.application_id != APPLICATION_ID {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    require_known(path, identity.version)
}

/// Refuses a schema that only a newer version understands.
pub(crate) fn require_known(path: &Path, version: u32) -> Result<(), OpenError> {
    if version > KNOWN_VERSION {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found: version,
            known: KNOWN_VERSION,
        });
    }
    Ok(())
}

async fn identify(path: &Path) -> Result<Identity, sqlx::Error> {
    // Without a write-ahead log the file is read as if on a read-only disk: no lock, and no files
    // beside it. With a log, only reading it as well tells the truth; a connection that cannot
    // write changes neither of the two.
    let immutable = !has_log(path).await;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(immutable);
    let mut connection = options.connect().await?;
    let identity = read_identity(&mut connection).await;
    connection.close().await?;
    identity
}

async fn read_identity(connection: &mut SqliteConnection) -> Result<Identity, sqlx::Error> {
    let application_id = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    let version = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await?;
    let has_tables = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema)")
        .fetch_one(&mut *connection)
        .await?;
    let finding: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut *connection)
        .await?;
    if finding != "ok" {
        return Err(sqlx::Error::Protocol(finding));
    }
    Ok(Identity {
        application_id,
        version,
        has_tables,
    })
}

async fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let metadata = tokio::fs::metadata(PathBuf::from(log)).await;
    metadata.is_ok_and(|log| log.len() > 0)
}

fn refusal(path: &Path, error: sqlx::Error) -> OpenError {
    if is_busy(&error) {
        return OpenError::Unavailable(error);
    }
    OpenError::Damaged {
        path: path.to_owned(),
        source: error.into(),
    }
}
