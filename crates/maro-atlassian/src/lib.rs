//! Jira and Confluence as Maro sees them: the REST clients, webhooks, and Markdown as an Atlassian document.
//!
//! * [`client`] builds the HTTP clients: time-outs, no redirects, no retries.
//! * [`credentials`] says how requests prove who they are, and for which kind of Atlassian.
//! * `http` sends: credentials, deadlines, bounded answers, what failed.
//! * [`rest`] holds one file per call that Maro makes, and the errors in the words of the callers.
//! * [`confluence`] is the same for Confluence's pages.
//! * [`markdown`] turns Markdown into ADF, wiki markup and storage format, [`adf`] holds the typed nodes and the way back to text.
//! * [`oauth`] asks for consent, exchanges codes and renews tokens.
//! * [`mcp`] goes to Jira through an MCP server instead.
//! * [`webhook`] verifies and reads what Jira delivers.
//!
//! This crate decides nothing. When a write may be sent, and what follows from its outcome, is the
//! ledger's matter; this crate only says truthfully what happened to the request.

pub mod adf;
pub mod client;
pub mod confluence;
pub mod credentials;
mod http;
pub mod markdown;
pub mod mcp;
pub mod oauth;
mod observed;
pub mod outbound;
pub mod rest;
pub mod sentences;
pub mod webhook;

pub use credentials::{AccessTokens, Credentials, Flavor, TokenError};
pub use rest::{ConfigError, CreateError, JiraClient, JiraConfig, JiraError};
