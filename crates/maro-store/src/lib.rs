//! Storage of Maro on SQLite and PostgreSQL: rows, transactions, claims and leases.
//!
//! One module per table, one history of migrations for both databases. This crate decides nothing:
//! which steps are allowed is in `maro-core`, when they are taken is in `maro-app`.
//!
//! **Invariants**
//! * Every change of a state is a compare-and-set that says whether it happened.
//! * A claim is committed before it is returned, and hands one row to one worker.
//! * Times are kept in microseconds, so that a value reads back as it was written.

pub mod activity;
pub mod approvals;
pub mod audit;
pub mod case_histories;
pub mod defect_days;
pub mod defects;
pub mod deployment;
pub mod drafts;
mod entities;
mod error;
pub mod finding_cards;
pub mod finding_links;
pub mod health;
pub mod idempotency;
pub mod inbox;
pub mod integrations;
pub mod jira_changes;
pub mod jira_inbound;
pub mod leases;
mod migrations;
pub mod news;
pub mod oauth;
pub mod old_findings;
pub mod operations;
pub mod outbox;
mod page;
pub mod people;
mod row;
pub mod rules;
pub mod sealed_values;
pub mod secrets;
pub mod sessions;
pub mod sign_in_attempts;
pub mod slack;
mod store;
pub mod suite_runs;
pub mod suite_starts;
pub mod suites;
mod token_pair;
pub mod tokens;
pub mod tracked;
pub mod tracked_state;
pub mod wake;
pub mod web_sessions;

pub use error::StoreError;
pub use page::{Page, PageRequest};
pub use store::{MigrationState, Reader, Snapshot, Store, StoreOptions, Tx};
