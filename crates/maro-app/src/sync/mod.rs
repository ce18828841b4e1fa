//! Status both ways between a defect and its issue in Jira.
//!
//! What a change means is decided in `maro_core::sync`; here it is loaded and stored. A change of a
//! defect plans a move in the caller's transaction, and the ledger makes it. A change of an issue
//! comes as a reading, from wherever news of Jira come.
//!
//! **Invariant:** a link is decided about under the locks of its defect and of itself, in this order,
//! so that news of both sides take turns.

mod changed;
mod follow;
mod linked;
mod outcome;
mod read;
mod reading;
mod resume;
mod state;
mod wanted;

pub(crate) use changed::defects_changed;
pub(crate) use follow::follow;
pub(crate) use read::{issue_gone, issue_read};
pub(crate) use reading::{FIELDS, reading, step_of};
pub use resume::{ResumeError, resume};
pub use state::{SyncState, state};
pub(crate) use wanted::still_wanted;

/// The name under which the map of statuses approves moves in the ledger.
const STATUS_MAP: &str = "status map";
