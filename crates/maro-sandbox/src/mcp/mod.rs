//! Simulated MCP servers over streamable HTTP: mcp-atlassian and Atlassian's hosted server.
//!
//! | path | stands for |
//! |---|---|
//! | `/mcp/sooperset` | mcp-atlassian 0.23.1 with `--transport streamable-http` |
//! | `/mcp/rovo-v1` | `https://mcp.atlassian.com/v1/mcp` |
//! | `/mcp/rovo-v2` | `https://mcp.atlassian.com/v2/mcp` |
//!
//! `http` is the transport, `session` what it remembers, `rpc` the messages.
//! `sooperset` and `rovo` hold the tools; like the real servers they know
//! nothing of Jira's data and call the sandbox's own REST APIs (`backend`), with
//! the caller's credentials. So faults of Jira and Confluence show here, too, in
//! the words that these servers have for them. What the servers get wrong
//! by themselves is in `quirks`.
//!
//! Written against the protocol's text, not with the client's library.

mod admin;
mod auth;
mod backend;
mod catalogue;
mod http;
mod markdown;
mod quirks;
mod rovo;
mod rpc;
mod schema;
mod session;
mod sooperset;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

pub(crate) use admin::{admin_router, snapshot};
pub(crate) use state::McpState;

use crate::state::SandboxState;
use backend::Backend;

/// Larger messages are refused with 413.
const LARGEST_MESSAGE: usize = 4 * 1024 * 1024;

/// Which server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Profile {
    Sooperset,
    RovoV1,
    RovoV2,
}

impl Profile {
    /// What it calls itself.
    fn server(self) -> (&'static str, &'static str) {
        match self {
            // The version is that of the library below it; its own is not told.
            Self::Sooperset => ("Atlassian MCP", "3.4.10"),
            Self::RovoV1 => ("atlassian-mcp-server", "1.0.0"),
            Self::RovoV2 => ("atlassian-mcp-server", "2.0.0"),
        }
    }

    /// The protocol versions it speaks, the best first.
    fn protocols(self) -> &'static [&'static str] {
        match self {
            Self::Sooperset => &["2025-11-25", "2025-06-18", "2025-03-26"],
            Self::RovoV1 | Self::RovoV2 => &["2025-06-18", "2025-03-26"],
        }
    }
}

/// What every handler gets.
#[derive(Clone)]
struct Server {
    world: Arc<SandboxState>,
    profile: Profile,
    backend: Backend,
}

/// The three servers; `inner` holds the REST APIs that they call.
pub(crate) fn router(world: &Arc<SandboxState>, inner: Router) -> Router {
    let backend = Backend::new(inner);
    let server = |profile| {
        let routes = post(http::message).get(http::listen).delete(http::end);
        Router::new().route("/", routes).with_state(Server {
            world: Arc::clone(world),
            profile,
            backend: backend.clone(),
        })
    };
    Router::new()
        .nest("/sooperset", server(Profile::Sooperset))
        .nest("/rovo-v1", server(Profile::RovoV1))
        .nest("/rovo-v2", server(Profile::RovoV2))
        // Says that the process runs, nothing else, and asks for no credentials.
        .route("/healthz", get(async || r#"{"status":"ok"}"#))
        .layer(DefaultBodyLimit::max(LARGEST_MESSAGE))
}
