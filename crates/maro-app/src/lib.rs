//! The use cases of Maro, its policies, and the runner that carries out what they decided.
//!
//! Adapters (HTTP, pages, command line) verify who asks, parse, call *one* function here, and
//! render. A use case loads, lets `maro-core` decide, and stores decision and messages in one
//! transaction; the runner claims due rows and talks to the outside.
//!
//! **Invariant:** only `operations::send` writes to Jira, and only with a claim of the ledger.

mod app;
pub mod audit;
mod cause;
mod clock;
pub mod connections;
pub mod drafts;
pub mod failpoints;
pub mod findings;
mod happening;
pub mod health;
pub mod inbound;
mod links;
mod messages;
mod metadata;
pub mod model;
pub mod notices;
pub mod oauth;
pub mod operations;
pub mod outbox;
pub mod people;
pub mod queries;
pub mod rules;
pub mod runner;
pub mod secrets;
pub mod settings;
pub mod slack;
pub mod suite_starts;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod tracking;

pub use app::{App, AppOptions};
pub use cause::Cause;
pub use clock::Clock;
pub use happening::Happening;
