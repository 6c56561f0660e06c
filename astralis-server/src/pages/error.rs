use askama::Template;
use astralis_core::ports::{StoreError, chain};
use astralis_core::scheduler::{BookError, EventError, SchedulerError};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use crate::directory::LookupError;
use crate::errors::Incident;
use crate::pages::render;

/// Why there is no page to show, in words for a guest.
#[derive(Debug)]
pub enum PageError {
    /// 404, or 503 if that could not be found out.
    Lookup(LookupError),
    /// 404: a guest's link that nobody made, or that was revoked.
    LinkNotValid,
    /// 409: a booking that is over, with the path of its page.
    NotChangeable(String),
    /// 410: a sign-in link that was used or has run out.
    SignInLinkSpent,
    /// 404 on the host's side.
    NoSuchThing(&'static str),
    /// 400: an address that says something impossible.
    BadAddress(&'static str),
    /// 403: a form of another site.
    OtherSite,
    /// 503.
    Unavailable,
    /// 500.
    Incident(Incident),
}

/// The view of every error.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    title: String,
    message: String,
    reference: Option<String>,
    back: Option<Back>,
}

struct Back {
    url: String,
    label: String,
}

impl ErrorPage {
    fn new(title: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            message: message.into(),
            reference: None,
            back: None,
        }
    }

    fn with_back(mut self, url: String, label: impl Into<String>) -> Self {
        let label = label.into();
        self.back = Some(Back { url, label });
        self
    }

    /// What to say of an answer that is only a status.
    #[must_use]
    pub fn bare(status: StatusCode, reference: Option<String>) -> Self {
        let (title, message) = match status {
            StatusCode::NOT_FOUND => (
                "There is no such page",
                "Please check the address. If somebody gave you the link, ask them for a new one.",
            ),
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST => (
                "That did not work",
                "The request was not complete. Please go back, load the page again and repeat it.",
            ),
            StatusCode::REQUEST_TIMEOUT => (
                "That took too long",
                "It may have been done all the same; then a mail tells you. You can also send the same form again: that cannot book twice.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "That is too much",
                "The form holds more than we can take. Please shorten what you wrote.",
            ),
            StatusCode::TOO_MANY_REQUESTS => (
                "A little too fast",
                "There were many requests from your network. Please wait a few seconds and try again.",
            ),
            _ => (
                "Something went wrong on our side",
                "It is not your fault, and we have a record of it. Please try again in a minute.",
            ),
        };
        Self {
            reference,
            ..Self::new(title, message)
        }
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        // The caller sets the status.
        render(StatusCode::OK, &self)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let answer = |status, page: ErrorPage| render(status, &page);
        match self {
            Self::Lookup(error) => lookup(error),
            Self::LinkNotValid => answer(
                StatusCode::NOT_FOUND,
                ErrorPage::new(
                    "This link is not valid",
                    "It may be incomplete, or it was withdrawn. Please use the whole link as it stands in one of the mails about your meeting.",
                ),
            ),
            Self::NotChangeable(path) => answer(
                StatusCode::CONFLICT,
                ErrorPage::new(
                    "This meeting can no longer be changed",
                    "It has begun, is over, or was cancelled.",
                )
                .with_back(path, "Back to the meeting"),
            ),
            Self::SignInLinkSpent => answer(
                StatusCode::GONE,
                ErrorPage::new(
                    "This sign-in link no longer works",
                    "Each link signs in once, and for a day at most. Restart the server: it prints a new one.",
                ),
            ),
            Self::NoSuchThing(what) => answer(
                StatusCode::NOT_FOUND,
                ErrorPage::new(
                    format!("There is no such {what}"),
                    "It may have been removed meanwhile.",
                )
                .with_back("/calendar".to_owned(), "Back to your bookings"),
            ),
            Self::BadAddress(what) => answer(
                StatusCode::BAD_REQUEST,
                ErrorPage::new(
                    "This address is not complete",
                    format!("The {what} in it cannot be read. Please go back and choose again."),
                ),
            ),
            Self::OtherSite => answer(
                StatusCode::FORBIDDEN,
                ErrorPage::new(
                    "That did not come from our pages",
                    "For your safety, changes are only taken from this site's own forms. Please open the page here and try again.",
                ),
            ),
            Self::Unavailable => unavailable(),
            Self::Incident(incident) => incident.into_response(),
        }
    }
}

fn unavailable() -> Response {
    let page = ErrorPage::new(
        "Not possible right now",
        "We cannot reach our books at the moment. Please try again in a few seconds; nothing is lost.",
    );
    let mut response = render(StatusCode::SERVICE_UNAVAILABLE, &page);
    response.headers_mut().insert(RETRY_AFTER, 5.into());
    response
}

fn lookup(error: LookupError) -> Response {
    let to_page = |owner: &astralis_core::model::User| {
        (
            format!("/book/{}", owner.slug),
            format!("See what {} offers", owner.name),
        )
    };
    let page = match error {
        LookupError::NoPage => ErrorPage::new(
            "There is no such booking page",
            "Please check the address, or ask the person you want to meet for their link.",
        ),
        LookupError::PageInactive(owner) => ErrorPage::new(
            format!("{} takes no bookings at the moment", owner.name),
            "Meetings that are already booked are not affected.",
        ),
        LookupError::NoEventType(owner) => {
            let (url, label) = to_page(&owner);
            ErrorPage::new(
                "There is no such meeting",
                format!("{} does not offer a meeting of that name.", owner.name),
            )
            .with_back(url, label)
        }
        LookupError::EventTypeInactive(owner) => {
            let (url, label) = to_page(&owner);
            ErrorPage::new(
                "This meeting cannot be booked at the moment",
                format!("{} has paused it.", owner.name),
            )
            .with_back(url, label)
        }
        LookupError::Store(error) => return PageError::from(error).into_response(),
    };
    render(StatusCode::NOT_FOUND, &page)
}

impl From<LookupError> for PageError {
    fn from(error: LookupError) -> Self {
        Self::Lookup(error)
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            tracing::warn!(error = chain(&error), "the store is unavailable");
            Self::Unavailable
        } else {
            Self::Incident(Incident::of(&error))
        }
    }
}

impl From<SchedulerError> for PageError {
    fn from(error: SchedulerError) -> Self {
        match error {
            SchedulerError::Store(error) => error.into(),
            SchedulerError::Invalid(_) => Self::BadAddress("time"),
            other => Self::Incident(Incident::of(&other)),
        }
    }
}

impl From<EventError> for PageError {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Store(error) => error.into(),
            other => Self::Incident(Incident::of(&other)),
        }
    }
}

/// For what no page can show with its form: the caller has taken out refusals and findings.
impl From<BookError> for PageError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Store(error) => error.into(),
            other => Self::Incident(Incident::of(&other)),
        }
    }
}
