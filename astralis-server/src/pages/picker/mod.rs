//! Choosing a day and a time: the same picker for a new booking and for one that moves.

mod links;
mod month;
mod offer;
mod page;
mod search;
mod view;

pub(crate) use links::{PickerLinks, PickerQuery, parse_start};
pub(crate) use offer::{Offer, OfferView};
pub(super) use page::show;
pub(crate) use view::Picker;
