//! The domain of Maro: what a draft, an approval and an operation are, and which steps are allowed.
//!
//! Everything here is pure: no async, no SQL, no HTTP, no clock. The current time is an argument.
//! Storage lives in `maro-store`, use cases in `maro-app`, the outside world in the client crates.
//!
//! **Invariant:** a rule that decides whether Jira is written to is in this crate and is tested
//! beside its code, so that it can be read without knowing the rest.

pub mod activity;
pub mod actor;
pub mod approvals;
pub mod audit;
pub mod calls;
pub mod commands;
pub mod drafts;
pub mod findings;
pub mod hash;
pub mod health;
pub mod ids;
pub mod inbox;
pub mod integrations;
pub mod issue_key;
pub mod operations;
pub mod outbox;
pub mod people;
pub mod rules;
pub mod sessions;
pub mod suite_starts;
pub mod sync;
pub mod text;
pub mod tracking;
