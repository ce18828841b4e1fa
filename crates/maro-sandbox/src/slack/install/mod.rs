//! How Maro comes into a workspace and out of it again: OAuth v2, token rotation, removal.
//!
//! * `app` is the app as its developer set it up.
//! * `authorize` and `page` ask a person; `access`, `exchange` and `removal`
//!   are methods of the Web API.
//! * `state`, `tokens` and `webhooks` hold what was granted.
//!
//! **Invariant:** a bot token is good for one workspace, and a refresh token
//! for one use. See <https://docs.slack.dev/authentication/installing-with-oauth>
//! and <https://docs.slack.dev/authentication/using-token-rotation>.

mod access;
mod admin;
mod app;
mod authorize;
mod client;
mod exchange;
mod page;
mod removal;
mod scopes;
mod state;
mod tokens;
mod webhooks;

use std::sync::Arc;

use axum::{Router, routing::get};
use serde_json::Value;

pub(crate) use self::{
    admin::{AppSetUp, Chosen, Installing, expire, install, revoke, set_up, uninstall},
    state::InstallState,
    webhooks::{FIRST, Webhook},
};
pub(super) use self::{
    client::Client,
    removal::{revoke_token, uninstall_app},
};
use super::{args::Args, error::SlackError};
use crate::state::{SandboxState, lock};

/// The consent page.
pub(crate) fn router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route(
            "/slack/oauth/v2/authorize",
            get(authorize::ask).post(authorize::answer),
        )
        .with_state(state)
}

/// A method that a client calls without a token.
pub(super) type ClientMethod = fn(&SandboxState, &Client, &Args) -> Result<Value, SlackError>;

/// Finds a method that takes the client's credentials instead of a token.
pub(super) fn find(name: &str) -> Option<ClientMethod> {
    match name {
        "oauth.v2.access" => Some(access::run),
        "oauth.v2.exchange" => Some(exchange::run),
        _ => None,
    }
}

/// The app and where it is installed, without tokens.
pub(crate) fn snapshot(state: &SandboxState) -> Value {
    let redirect_urls = app::redirect_urls(state);
    lock(&state.install).shown(&redirect_urls, state.clock.now())
}
