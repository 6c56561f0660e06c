//! A server with a browser in front of it.

use std::path::PathBuf;

use tempfile::TempDir;

use super::chromium::{Chromium, Scripts};
use crate::server::Server;

/// Both, for one test.
pub(crate) struct Visit {
    pub(crate) chromium: Chromium,
    pub(crate) server: Server,
    _home: TempDir,
}

impl Visit {
    /// Starts both on an empty folder.
    pub(crate) async fn begin(scripts: Scripts) -> Self {
        Self::begin_with(scripts, &[]).await
    }

    /// The same with settings of the server.
    pub(crate) async fn begin_with(scripts: Scripts, settings: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        Self {
            chromium: Chromium::start(scripts).await,
            server: Server::start(home.path(), settings).await,
            _home: home,
        }
    }

    /// The address that the start-up prints.
    pub(crate) async fn booking_page(&self) -> String {
        self.server.printed("booking page").await
    }

    /// The folder that mails go to.
    pub(crate) async fn spool(&self) -> PathBuf {
        PathBuf::from(self.server.printed("mail").await)
    }
}
