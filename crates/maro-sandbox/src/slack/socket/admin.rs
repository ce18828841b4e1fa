//! Control of Socket Mode. Mounted at `/admin/slack/socket`.
//!
//! `GET` lists connections, what is not acknowledged, and acknowledgements;
//! `POST {do, connection?, text?}` meddles with one connection or all of them.

use serde::Deserialize;
use serde_json::{Value, json};

use super::state::Order;
use crate::state::{SandboxState, lock};

/// What is done to connections.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meddling {
    /// All of them, if absent.
    #[serde(default)]
    connection: Option<u64>,
    #[serde(rename = "do")]
    act: Act,
    /// What `say` sends.
    #[serde(default)]
    text: String,
}

/// The ways in which a connection can be meddled with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    /// Goes away without a closing handshake.
    Drop,
    /// Half open: nothing is read or written any more.
    Stall,
    /// `disconnect` with the reason `warning`; the connection stays.
    Warn,
    /// `disconnect` with `refresh_requested`, then the end.
    Refresh,
    /// `disconnect` with `link_disabled`, then the end.
    Disable,
    /// Sends any text.
    Say,
}

/// `GET /admin/slack/socket`
pub(crate) fn list(state: &SandboxState) -> Value {
    lock(&state.socket).shown()
}

/// `POST /admin/slack/socket`
pub(crate) fn meddle(state: &SandboxState, meddling: Meddling) -> Value {
    let order = match meddling.act {
        Act::Drop => Order::Drop,
        Act::Stall => Order::Stall,
        Act::Warn => Order::Warn,
        Act::Refresh => Order::Disconnect("refresh_requested"),
        Act::Disable => Order::Disconnect("link_disabled"),
        Act::Say => Order::Send(meddling.text),
    };
    let mut socket = lock(&state.socket);
    let told = match meddling.connection {
        Some(id) => usize::from(socket.tell(id, &order)),
        None => socket.tell_all(&order),
    };
    json!({ "told": told })
}
