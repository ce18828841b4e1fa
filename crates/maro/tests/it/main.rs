//! The real binary, driven from outside: through the simulated Slack and Jira, the API, signals.
//!
//! PostgreSQL takes part when `MARO_TEST_POSTGRES_URL` names a server where databases may be made;
//! tests that need it say so and pass without it. Tests that kill the binary at its failpoints need
//! the cargo feature `failpoints`, with which `cargo xtask test` builds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

mod approvals;
mod black_hole;
mod cli;
mod concurrency;
mod confluence;
mod connections;
mod crashes;
mod crashes_on_roads;
mod data_center;
mod defects;
mod doctor;
mod drafts;
mod dynamic_webhooks;
mod errors;
mod faults;
mod finding_cards;
mod finding_commands;
mod findings;
mod health;
mod hour;
mod inbound;
#[cfg(feature = "kubernetes")]
mod kubernetes;
mod main_job;
mod mcp;
mod mcp_grant;
mod mcp_hosted;
mod mcp_killed;
mod mcp_package;
mod oauth;
mod oauth_flow;
mod outbox;
mod plans;
mod questions;
mod rules;
mod rules_killed;
mod rules_since;
mod slack_app;
mod slack_doctor;
mod slack_install;
mod slack_page;
mod socket_mode;
mod storm;
mod suite_starts;
mod sync;
mod tickets;
mod tickets_killed;
mod tracked_news;
mod trends;
mod webhook_only;
