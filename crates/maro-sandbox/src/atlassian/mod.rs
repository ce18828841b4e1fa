//! Atlassian's accounts and gateway: OAuth 2.0 (3LO) and the APIs behind it.
//!
//! `/atlassian` stands for two hosts: auth.atlassian.com (`authorize`,
//! `oauth/token`) and api.atlassian.com (`oauth/token/accessible-resources`,
//! `me`, `ex/jira/{cloudId}/…`). One app is registered. `state` holds grants
//! and tokens, the other files are thin.
//!
//! **Invariant:** an account has at most one grant of the app, and another
//! consent adds to it, as Atlassian documents; tokens are good for whatever the
//! grant holds now. Tokens work here only, never on a site's own address.
//!
//! Not here: what the APIs behind the gateway do. That is `crate::jira`, which
//! learns from a [`Grantee`] who is asking.

mod admin;
mod app;
mod authorize;
mod gateway;
mod grants;
mod page;
mod refusal;
mod resources;
mod scopes;
mod settings;
mod sites;
mod snapshot;
mod state;
mod token;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

pub(crate) use admin::admin_router;
pub(crate) use gateway::{Gateway, Product};
pub(crate) use grants::Grantee;
pub(crate) use scopes::needed_by_jira;
pub(crate) use sites::{MAIN_CLOUD_ID, OTHER_CLOUD_ID};
pub(crate) use snapshot::snapshot;
pub(crate) use state::OAuthState;

use crate::state::SandboxState;

/// Everything under `/atlassian`.
pub(crate) fn router(state: &Arc<SandboxState>, gateway: Gateway) -> Router {
    Router::new()
        .route("/authorize", get(authorize::ask).post(authorize::answer))
        .route("/oauth/token", post(token::issue))
        .route(
            "/oauth/token/accessible-resources",
            get(resources::accessible),
        )
        .route("/me", get(resources::me))
        .with_state(Arc::clone(state))
        .merge(gateway.router())
        .fallback(refusal::no_such_path)
}
