//! The ledger at work: send, settle, search, ask a person.
//!
//! The rules are in `maro_core::operations`; this module carries them out. Only `send` writes to
//! Jira, and it takes a value that only the ledger's claim can make.

mod after_restore;
mod announce;
mod decide;
mod expire;
mod moves;
mod search;
mod send;
mod settle;
mod twins;
mod webhook;
mod words;

pub use after_restore::after_restore;
pub(crate) use after_restore::distrust;
pub use decide::{DecideError, DecisionRequest, decide};
pub(crate) use expire::expire_sends;
pub(crate) use search::search_for_evidence;
pub(crate) use send::send;
pub(crate) use webhook::{TakeEvidenceError, take_evidence};
