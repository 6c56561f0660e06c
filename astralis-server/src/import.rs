//! `astralis-server import <file.ics> --user <slug>`: a calendar file becomes busy time.
//!
//! Works on the same database as a running server: the import is one transaction like any other.

mod summary;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use astralis_core::scheduler::{ImportError, ImportRequest, Scheduler};

use crate::named_user::{NoSuchUser, named_user};

pub use summary::Summary;

/// A larger file is not read.
pub const MAX_FILE_BYTES: u64 = 50 * 1024 * 1024;

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct ImportCommand {
    /// The calendar file.
    pub file: PathBuf,
    /// The slug or id of the user whose calendar it is.
    pub user: String,
    /// Which of their calendars it is: importing it again replaces what it brought. `None`: the
    /// file's name.
    pub source: Option<String>,
}

/// Why nothing was imported; then nothing has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportCommandError {
    /// The file cannot be opened or read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is too large.
    #[error("{} is larger than {} MB", path.display(), MAX_FILE_BYTES / 1024 / 1024)]
    TooLarge {
        /// Which file.
        path: PathBuf,
    },
    /// `--user` names nobody.
    #[error(transparent)]
    User(#[from] NoSuchUser),
    /// The file or the store says no.
    #[error("{} was not imported", path.display())]
    Refused {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: ImportError,
    },
}

/// Imports the file and answers what to print.
///
/// # Errors
///
/// [`ImportCommandError`]: nothing has changed, and the process should exit with a failure. What
/// could not be read as it was meant is no error but part of the summary.
pub async fn import(
    scheduler: &Scheduler,
    command: &ImportCommand,
) -> Result<Summary, ImportCommandError> {
    let path = &command.file;
    let bytes = read(path)?;
    let user = named_user(&**scheduler.store(), &command.user).await?;
    let source = command.source.clone().unwrap_or_else(|| name_of(path));
    let request = ImportRequest {
        command: scheduler.next_id().into(),
        org: user.org,
        user: user.id,
        source: source.clone(),
        bytes,
    };
    let refused = |source| ImportCommandError::Refused {
        path: path.clone(),
        source,
    };
    let report = scheduler.import(&request).await.map_err(refused)?;
    let zone = scheduler.zones().zone(&user.time_zone);
    Ok(Summary {
        source,
        user: user.slug,
        zone: zone.map_err(|unknown| refused(unknown.into()))?,
        report,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, ImportCommandError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|source| ImportCommandError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(ImportCommandError::TooLarge {
            path: path.to_owned(),
        });
    }
    Ok(bytes)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
