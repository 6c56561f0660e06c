//! The live index of who is taken when.
//!
//! For applications that keep calendars in memory: it answers whether somebody is free at the cost
//! of a few cache lines, while intervals come and go. A [`ConflictIndex`] holds many subjects; a
//! [`Timeline`] is one of them, looked up once for many questions, and a [`Cursor`] walks it in order
//! for long ascending sweeps.
//!
//! Inside, a timeline is a chain of *leaves* of up to 112 intervals, in order of start. Every leaf
//! knows the latest end of all that comes before it, so that "does anything overlap `[a, b)`?" is
//! answered by the one leaf that `b` falls into: does anything, of all that starts before `b`, end
//! after `a`? The leaf is found by a *directory* that computes its address from `b`. A subject
//! with no more than fit into one is a single leaf.

mod arena;
mod chain;
mod counts;
mod cursor;
mod directory;
mod index;
mod leaf;
mod listing;
mod packed;
mod slab;
mod small;
mod tick;
mod timeline;

pub use cursor::Cursor;
pub use index::ConflictIndex;
pub use listing::Overlapping;
pub use timeline::Timeline;
