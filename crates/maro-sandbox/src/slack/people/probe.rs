//! What Slack asks of an app outside anybody's act: `url_verification` and `ssl_check`.

use serde_json::{Value, json};

use super::CannotAct;
use crate::{
    ids,
    slack::{
        Workspace,
        delivery::{self, Outgoing},
    },
    state::lock,
};

/// Verifies the events URL as Slack does when it is entered.
pub(crate) async fn verify_url(state: &Workspace) -> Result<Value, CannotAct> {
    has_urls(state)?;
    let challenge = ids::hex(40);
    let body = json!({
        "token": "sandbox-verification-token", "challenge": challenge, "type": "url_verification",
    });
    let answer = delivery::send(state, &Outgoing::json("event", "events", &body), None).await;
    let told = answer
        .json()
        .and_then(|json| json["challenge"].as_str().map(str::to_owned));
    let verified =
        answer.is_ok() && (told.as_ref() == Some(&challenge) || answer.body == challenge);
    let mut shown = json!(answer);
    shown["verified"] = verified.into();
    Ok(shown)
}

/// With Socket Mode on there are no URLs to look at.
fn has_urls(state: &Workspace) -> Result<(), CannotAct> {
    if lock(&state.settings).socket.enabled {
        return Err(CannotAct::new("Socket Mode is on, so the app has no URLs"));
    }
    Ok(())
}

/// Checks the certificate of the commands URL.
pub(crate) async fn ssl_check(state: &Workspace) -> Result<Value, CannotAct> {
    has_urls(state)?;
    let fields = [("ssl_check", "1"), ("token", "sandbox-verification-token")];
    let out = Outgoing::form("command", "commands", &fields);
    Ok(json!(delivery::send(state, &out, None).await))
}
