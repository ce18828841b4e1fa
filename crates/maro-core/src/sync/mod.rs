//! Status both ways: what a change of an issue means for its defect, and what a change of a defect
//! means for its issue.
//!
//! Everything goes through one explicit [`StatusMap`]. Only changes are carried over, never states:
//! [`inbound()`] acts on an issue that went from one category or resolution to another, [`outbound()`] on
//! a defect whose status was set. What is equal already is left alone, so an echo ends where it began.
//!
//! **Invariants**
//! * What was read earlier never undoes what was read later.
//! * A write of ours is dropped when somebody moved the issue since it was planned ([`ready`]).
//! * A link carries at most [`SyncRules::most_flips`] changes per window; then it pauses until a
//!   person resumes it.
//!
//! Rows and transactions are `maro_app::sync`'s; sending is the ledger's.

#[cfg(test)]
mod converges;
mod flips;
mod inbound;
mod link;
mod map;
mod outbound;
mod reading;
mod settled;
mod steps;
mod words;

pub use inbound::{Inbound, inbound};
pub use link::{Link, Live};
pub use map::{FromJira, Heard, Meaning, StatusMap, SyncRules, ToJira, Wish};
pub use outbound::{Outbound, outbound};
pub use reading::{Category, Reading};
pub use settled::{Moved, settled};
pub use steps::{MoveRequest, NoStep, Ready, Step, choose, ready};
pub use words::{after_reading, could_not_move, moved};
