//! What a guest and a host see and do in a real browser.

mod booking;
mod calendars;
mod chromium;
mod guest;
mod host;
mod inspection;
mod keyboard;
mod visit;
