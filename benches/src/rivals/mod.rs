//! Every other way to do it, each in the way that suits it best.

mod bare_sweep;
mod every_slot_every_event;

pub use bare_sweep::bare_sweep;
pub use every_slot_every_event::every_slot_every_event;
