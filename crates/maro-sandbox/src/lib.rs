//! Simulated Slack and Atlassian over real HTTP, for demos and tests.
//!
//! One server holds one Slack workspace and two Jira sites in memory, lets a
//! test (or a person at the page `/`) act in them, and delivers to Maro what
//! the real ones would deliver, signed as they sign it.
//!
//! It shares no code with the clients it is used against, or it would agree
//! with their mistakes.
//!
//! **Invariant:** the sandbox is never kinder than the real thing. What real
//! Slack or Jira refuses is refused here, with the same error names.

mod admin;
mod atlassian;
mod clock;
mod confluence;
mod consent;
mod faults;
mod host;
mod ids;
mod jira;
mod mcp;
mod options;
mod page;
mod query;
mod request_log;
mod server;
mod settings;
mod slack;
mod state;

pub use crate::faults::{Action, FaultRule, FaultRuleError, RetryAfter, Target};
pub use crate::options::{SandboxOptions, Seed};
pub use crate::server::Sandbox;
