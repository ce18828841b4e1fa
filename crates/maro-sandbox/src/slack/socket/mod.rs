//! Socket Mode: what Slack would send to Maro's URLs comes over `WebSockets` instead.
//!
//! * `open` is `apps.connections.open`, which hands out an address with a ticket.
//! * `serve` is what happens on one connection.
//! * `envelopes` wraps deliveries, hands them out and waits for acknowledgements.
//! * `state` knows the connections and what is not acknowledged.
//!
//! **Invariant:** it is all or nothing. While Socket Mode is on, nothing goes
//! out by HTTP, and while no connection is open, events are lost.
//! See <https://docs.slack.dev/apis/events-api/using-socket-mode>.

mod admin;
mod envelopes;
mod open;
mod serve;
mod settings;
mod state;

use std::sync::Arc;

use axum::{Router, routing::get};

pub(crate) use self::{
    admin::{Meddling, list, meddle},
    settings::SocketSettings,
    state::SocketState,
};
pub(super) use self::{envelopes::deliver, open::run as open};
use crate::state::{SandboxState, lock};

/// `/slack/socket`, where the tickets lead.
pub(crate) fn router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/slack/socket", get(serve::connect))
        .with_state(state)
}

/// Tells every connection that Socket Mode was turned off.
pub(crate) fn disable(state: &SandboxState) {
    lock(&state.socket).tell_all(&state::Order::Disconnect("link_disabled"));
}
