//! The activity page: what happened on the connections.

mod list;

#[cfg(test)]
pub(super) use list::ActivityPage;
pub(super) use list::list;
