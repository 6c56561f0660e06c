//! The server as people meet it: the real program, started as a process of its own, with a real
//! browser and a real mail server beside it.
//!
//! One binary for all of these tests, because linking the server's dependencies once is enough.

mod books;
mod browser;
mod calendars;
mod crash;
mod guest;
mod home;
mod host;
mod mailbox;
mod race;
mod server;
mod several;
mod stopping;
mod waiting;
