use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use astralis_core::model::Message;
use astralis_core::ports::{MailError, Mailer};
use async_trait::async_trait;

use crate::compose::Composer;

/// Keeps each mail as a file, `<message id>.eml`, instead of sending it: for trying things out,
/// and for tests.
///
/// A file is either there in full or not at all, even if the machine loses power. Sending a
/// message again replaces its file with the same bytes.
///
/// Mails hold guests' links, with which anybody can move and cancel: on Unix the files, and the
/// folder unless it was there before, are their owner's alone.
#[derive(Debug)]
pub struct SpoolMailer {
    folder: PathBuf,
    composer: Composer,
    // Keeps temporary files of concurrent sends apart.
    unfinished: AtomicU64,
}

impl SpoolMailer {
    /// Mails go into `folder`, which is made when the first one is kept.
    pub fn new(folder: impl Into<PathBuf>, composer: Composer) -> Self {
        Self {
            folder: folder.into(),
            composer,
            unfinished: AtomicU64::new(0),
        }
    }

    /// Where mails are kept.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[async_trait]
impl Mailer for SpoolMailer {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        let mail = self.composer.compose(message)?.formatted();
        let folder = self.folder.clone();
        let count = self.unfinished.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!(".{}-{}-{count}", message.id, std::process::id()));
        let finished = folder.join(format!("{}.eml", message.id));
        let kept = tokio::task::spawn_blocking(move || keep(&folder, &temporary, &finished, &mail));
        match kept.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(MailError::Transient(error.into())),
            Err(error) => Err(MailError::Unknown(error.into())),
        }
    }
}

/// Writes beside the place and then moves: nobody ever reads half a mail.
fn keep(folder: &Path, temporary: &Path, finished: &Path, mail: &[u8]) -> io::Result<()> {
    create_private(folder)?;
    let written = write_through(temporary, mail).and_then(|()| fs::rename(temporary, finished));
    if written.is_err() {
        // The first error is the one to tell; a leftover harms nobody.
        let _ = fs::remove_file(temporary);
    }
    written?;
    sync_folder(folder)
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_through(path: &Path, mail: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(mail)?;
    file.sync_all()
}

/// Makes the new name survive a loss of power; where folders cannot be opened, the system does.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
