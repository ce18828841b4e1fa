//! What Slack asks of an app outside anybody's act: `url_verification` and `ssl_check`.

use serde_json::{Value, json};

use crate::{
    ids,
    slack::delivery::{self, Outgoing},
    state::SandboxState,
};

/// Verifies the events URL as Slack does when it is entered.
pub(crate) async fn verify_url(state: &SandboxState) -> Value {
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
    shown
}

/// Checks the certificate of the commands URL.
pub(crate) async fn ssl_check(state: &SandboxState) -> Value {
    let body = "ssl_check=1&token=sandbox-verification-token".to_owned();
    json!(delivery::send(state, &Outgoing::form("command", "commands", body), None).await)
}
