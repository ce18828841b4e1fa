//! `apps.connections.open`: an address that opens one WebSocket.
//!
//! See <https://docs.slack.dev/reference/methods/apps.connections.open>.

use serde_json::{Value, json};

use crate::{
    slack::{APP, args::Args, error::SlackError},
    state::{SandboxState, lock},
};

/// Gives out an address, unless it was asked for too often.
pub(crate) fn run(state: &SandboxState, args: &Args) -> Result<Value, SlackError> {
    let now = state.clock.now();
    let per_minute = lock(&state.settings).socket.opens_per_minute;
    let ticket = {
        let mut socket = lock(&state.socket);
        if !socket.may_open(per_minute, now) {
            return Err(SlackError::limited(30));
        }
        socket.ticket(args.flag("debug_reconnects"), now)
    };
    let mut url = state.base_url();
    url.set_path("slack/socket");
    url.query_pairs_mut()
        .append_pair("ticket", &ticket)
        .append_pair("app_id", APP);
    let address = url.as_str().replacen("http", "ws", 1);
    Ok(json!({ "url": address }))
}
