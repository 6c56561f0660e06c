//! The live index of who is taken when.
//!
//! For applications that keep calendars in memory: it answers in logarithmic time whether
//! somebody is free, while intervals come and go. A [`Cursor`] walks one subject in order for
//! long ascending sweeps.

mod cursor;
mod index;
mod timeline;

pub use cursor::Cursor;
pub use index::ConflictIndex;
