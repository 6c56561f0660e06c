//! From a message to the mail that says it: the words, their two forms, and the invitation.

mod address;
mod mail;
mod one_line;
mod page;
mod when;
mod words;

pub use mail::{Composer, Links};
