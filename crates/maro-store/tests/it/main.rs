//! One story of the store, told on SQLite and on PostgreSQL.
//!
//! PostgreSQL takes part when `MARO_TEST_POSTGRES_URL` names a server where databases may be made.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

mod audit;
mod crash_loops;
mod defects;
mod finding_cards;
mod finding_links;
mod health;
mod inbound_jira;
mod inbox;
mod integrations;
mod news;
mod oauth;
mod opening;
mod operations;
mod outbox;
mod outbox_edits;
mod outbox_races;
mod people;
mod sessions;
mod slack;
mod support;
mod unreadable;
