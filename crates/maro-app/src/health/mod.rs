//! Health: what the last real calls, the probes and the state of tokens say about each connection.
//!
//! Clients tell an observer about every call; the journal notes them, `write` writes them down
//! and stores a verdict when it changes. The rules of the verdict are `maro_core::health`'s.
//!
//! **Invariant:** configured is never healthy by itself.

mod concerns;
mod journal;
mod mcp;
mod news;
mod read;
mod ready;
mod series;
mod write;

pub(crate) use journal::Journal;
pub use mcp::{McpReport, mcp};
pub use news::{NewsOfJira, news_of_jira};
pub use read::{IntegrationHealth, activity, integrations, latest};
pub use ready::{NotReady, ready};
pub(crate) use write::{run, write_down};
