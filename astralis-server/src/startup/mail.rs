use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use astralis_core::ports::Mailer;
use astralis_mail::{Composer, Links, SmtpMailer, SpoolMailer};

use crate::config::Config;
use crate::startup::StartError;
use crate::state::AppState;

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// One file per message in this folder.
    Spool(PathBuf),
    /// To this mail server.
    Smtp {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
    },
}

impl fmt::Display for MailRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spool(folder) => folder.display().fmt(f),
            Self::Smtp { host, port } => write!(f, "smtp://{host}:{port}"),
        }
    }
}

/// The mailer that the settings ask for.
///
/// # Errors
///
/// [`StartError::Mail`].
pub fn mailer(
    config: &Config,
    state: &AppState,
) -> Result<(Arc<dyn Mailer>, MailRoute), StartError> {
    let links = state.links.clone();
    let composer = Composer {
        sender: config.mail.sender.clone(),
        links: Links {
            manage: Arc::new(move |booking| links.url(booking)),
            dashboard: state.site.to("/calendar"),
        },
        zones: state.scheduler.zones().clone(),
    };
    match config.mail.smtp.clone() {
        Some(smtp) => {
            let route = MailRoute::Smtp {
                host: smtp.host.clone(),
                port: smtp.port,
            };
            Ok((Arc::new(SmtpMailer::new(smtp, composer)?), route))
        }
        None => {
            let folder = config.database.beside("spool");
            let mailer = SpoolMailer::new(&folder, composer);
            Ok((Arc::new(mailer), MailRoute::Spool(folder)))
        }
    }
}
