//! The audit log, and the check of its chain.

mod list;
mod verify;

#[cfg(test)]
pub(super) use list::AuditPage;
pub(super) use list::list;
pub(super) use verify::verify;
