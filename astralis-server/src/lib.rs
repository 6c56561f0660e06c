//! The reference server of Astralis: public booking pages, a host's pages, a JSON API, and the
//! workers that send mail, read subscribed calendars and extend series.
//!
//! [`app`] makes the whole site from an [`AppState`], so that a test can call it without a
//! network; [`startup`] does what has to be done once before; [`worker`] delivers beside it,
//! [`subscriptions`] reads calendars of other servers, and [`series`] claims the time of meetings
//! that repeat farther ahead.
//! Handlers read the request, call one function of the core (or of [`desk`], which the host's
//! pages and the API share), and render.

mod app;
mod assets;
mod commands;
mod directory;
mod state;

pub mod api;
pub mod cli;
pub mod config;
pub mod desk;
pub mod errors;
pub mod export;
pub mod host;
pub mod http;
pub mod import;
mod named_user;
mod operations;
pub mod pages;
pub mod series;
pub mod site;
pub mod startup;
pub mod subscriptions;
pub mod tokens;
pub mod worker;
pub mod zones;

pub use app::{app, app_for_operators};
pub use named_user::NoSuchUser;
pub use state::{AppState, SharedClock};
