//! One story of the store, told on SQLite and on PostgreSQL.
//!
//! PostgreSQL takes part when `MARO_TEST_POSTGRES_URL` names a server where databases may be made.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod audit;
mod inbox;
mod opening;
mod operations;
mod outbox;
mod people;
mod sessions;
mod support;
