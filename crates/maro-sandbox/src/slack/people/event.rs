//! Events, and Slack's rules for sending them again: at once, after a minute, after five.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use url::Url;

use crate::{
    ids,
    slack::{
        APP, Answer, Workspace,
        delivery::{self, Outgoing},
    },
    state::lock,
};

/// Seconds before the first, second and third repetition.
const RETRIES: [f64; 3] = [0.0, 60.0, 300.0];

/// Whether the app is subscribed to an event.
pub(super) fn subscribed(state: &Workspace, event: &str) -> bool {
    lock(&state.settings)
        .events
        .iter()
        .any(|subscribed| subscribed == event)
}

/// Delivers an event once, and again in the background if that fails.
pub(super) async fn deliver(state: &Workspace, event: &Value, to: Option<Url>) -> Answer {
    let out = Outgoing::json("event", "events", &callback(state, event));
    send(state, out, to).await
}

/// Delivers an event to an app that is not installed any more.
pub(super) async fn say_farewell(state: &Workspace, event: &Value) -> Answer {
    let mut body = callback(state, event);
    body["authorizations"] = json!([]);
    let out = Outgoing {
        farewell: true,
        ..Outgoing::json("event", "events", &body)
    };
    send(state, out, None).await
}

async fn send(state: &Workspace, out: Outgoing, to: Option<Url>) -> Answer {
    let answer = delivery::send(state, &out, to.as_ref()).await;
    if !answer.is_ok() && !answer.no_retry {
        let (again, first) = (state.clone(), answer.clone());
        state
            .tasks
            .spawn(async move { retry(&again, out, to, first).await });
    }
    answer
}

async fn retry(state: &Workspace, mut out: Outgoing, to: Option<Url>, mut last: Answer) {
    for (number, seconds) in (1..).zip(RETRIES) {
        let scale = lock(&state.settings).retry_scale;
        let wait = Duration::try_from_secs_f64(seconds * scale).unwrap_or(Duration::MAX);
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            () = sleep(wait) => {}
        }
        out.attempt = number;
        out.retry_reason = Some(last.retry_reason);
        last = delivery::send(state, &out, to.as_ref()).await;
        if last.is_ok() || last.no_retry {
            return;
        }
    }
}

/// The envelope; its `event_id` is the same in all repetitions.
fn callback(state: &Workspace, event: &Value) -> Value {
    json!({
        "token": "sandbox-verification-token",
        "team_id": state.team.id,
        "context_team_id": state.team.id,
        "context_enterprise_id": null,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": format!("Ev{}", ids::upper(9)),
        "event_time": state.clock.now().timestamp(),
        "authorizations": [{
            "enterprise_id": null, "team_id": state.team.id, "user_id": state.team.bot_user,
            "is_bot": true, "is_enterprise_install": false,
        }],
        "is_ext_shared_channel": false,
        "event_context": format!("4-{}", ids::hex(32)),
    })
}
