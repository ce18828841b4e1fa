//! Slack, as Maro sees it: request signatures, payloads, Block Kit and the Web API calls we make.
//!
//! This crate knows Slack's wire formats and limits, and nothing of drafts, approvals or storage:
//! what a message says is decided by its callers. It never retries and never spawns; the outbox
//! does both.
//!
//! **Invariants:** a signature is checked over the raw bytes before anything is parsed; a token,
//! a signing secret or a response address never appears in `Debug`, `Display` or a log line;
//! what the constructors of [`blocks`] build is within Slack's limits.
//!
//! The rest lives elsewhere: routes in `maro-web`, what is said and when in `maro-app`, a
//! simulated Slack in `maro-sandbox`, which on purpose shares no code with this crate.

pub mod api;
pub mod blocks;
pub mod client;
pub mod manifest;
pub mod mrkdwn;
pub mod oauth;
pub mod payloads;
pub mod scopes;
pub mod signature;
pub mod socket;
mod tolerant;
pub mod webhook;

pub use client::{
    PendingToken, RotatingToken, SlackClient, SlackConfig, SlackError, TokenError, UnknownCause,
};
