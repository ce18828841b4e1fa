//! Status both ways on the web: how a defect and its issue stand to each other, and the map between
//! their statuses.

mod card;
mod map;
mod resume;

#[cfg(test)]
pub(super) use card::sample;
pub(super) use card::{SyncCard, card};
#[cfg(test)]
pub(in crate::pages) use map::StatusMapPage;
pub(in crate::pages) use map::show as status_map;
pub(in crate::pages) use resume::resume;
