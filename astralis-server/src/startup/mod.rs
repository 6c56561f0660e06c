//! What has to be done once before serving: the database, the secret key, the first host, and
//! telling the operator where everything is.

mod announcement;
mod first_start;
mod mail;
mod open;

use std::net::SocketAddr;
use std::sync::Arc;

use astralis_core::ports::{CalendarFetcher, Mailer};

pub use announcement::Announcement;
pub use first_start::{FirstStart, issue_api_token, set_up};
pub use mail::{MailRoute, mailer};
pub use open::{OpenedBooks, StartError, open};

use crate::config::Config;
use crate::host::issue_sign_in_link;
use crate::state::AppState;
use crate::subscriptions::{FetchLimits, HttpFetcher};
use crate::zones::machine_zone;

/// Everything that serving needs.
pub struct Started {
    /// What handlers reach.
    pub state: AppState,
    /// What the worker sends with.
    pub mailer: Arc<dyn Mailer>,
    /// What subscribed calendars are fetched with.
    pub fetcher: Arc<dyn CalendarFetcher>,
    /// What to tell the operator.
    pub announcement: Announcement,
    /// To be closed at the end.
    pub books: OpenedBooks,
}

/// Opens the books, creates what a first start needs, and makes a sign-in link. `tz` is what the
/// environment says of the machine's zone, if it says anything.
///
/// # Errors
///
/// [`StartError`] says what is in the way; a database that cannot be used is left as it was.
pub async fn start(
    config: &Config,
    listening: SocketAddr,
    tz: Option<&str>,
) -> Result<Started, StartError> {
    let books = open(config).await?;
    let state = books.state(config, listening)?;
    let sender = &config.mail.sender.email;
    let email = config.host_email.as_ref().unwrap_or(sender).clone();
    let first = set_up(&state, email, machine_zone(tz, state.scheduler.zones())).await?;
    let host = state.store().first_admin().await?;
    let (mailer, route) = mailer(config, &state)?;
    let announcement = Announcement {
        booking_page: state.site.to(&format!("/book/{}", host.slug)),
        sign_in_link: issue_sign_in_link(&state, &host).await?,
        api_token: first.map(|first| first.api_token),
        database: books.address(),
        zone_data: state.scheduler.zones().version().to_owned(),
        mail: route.to_string(),
    };
    let fetcher = HttpFetcher::new(config.private_subscriptions, FetchLimits::default())?;
    Ok(Started {
        state,
        mailer,
        fetcher: Arc::new(fetcher),
        announcement,
        books,
    })
}
