//! Envelopes: how a delivery travels on a socket, and how its answer comes back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    ids,
    settings::Settings,
    slack::delivery::{Answer, Outgoing},
    state::{SandboxState, lock},
};

/// Hands a delivery out and waits for its acknowledgement as long as Slack waits.
///
/// An envelope whose connection goes away is handed to another one as it was.
/// With no connection at all an event is lost: nobody sends it again.
pub(crate) async fn deliver(state: &SandboxState, out: &Outgoing, settings: &Settings) -> Answer {
    sleep(Duration::from_millis(settings.delivery.delay_ms)).await;
    let started = Instant::now();
    let id = ids::uuid();
    let envelope = envelope(&id, out);
    let copies = settings.delivery.copies.max(1);
    let handed_out = lock(&state.socket).hand_out(&id, envelope.to_string(), copies);
    let Some(acknowledged) = handed_out else {
        return Answer {
            no_retry: out.attempt == 0,
            ..Answer::failed("dispatch_failed", "connection_failed", started)
        };
    };
    let wait = Duration::from_millis(settings.ack_timeout_ms);
    if let Ok(Ok(payload)) = timeout(wait, acknowledged).await {
        return answered(out, &payload, started);
    }
    lock(&state.socket).give_up(&id);
    Answer::failed("operation_timeout", "timeout", started)
}

/// Whether an acknowledgement may carry an answer: events take none.
fn takes_answer(out: &Outgoing) -> bool {
    out.kind != "event"
}

fn envelope(id: &str, out: &Outgoing) -> Value {
    let kind = match out.kind {
        "event" => "events_api",
        "command" => "slash_commands",
        _ => "interactive",
    };
    let mut envelope = json!({
        "envelope_id": id, "type": kind, "payload": out.payload,
        "accepts_response_payload": takes_answer(out),
    });
    if out.kind == "event" {
        envelope["retry_attempt"] = out.attempt.into();
        envelope["retry_reason"] = out.retry_reason.unwrap_or_default().into();
    }
    envelope
}

/// What the same answer would have been by HTTP.
fn answered(out: &Outgoing, payload: &Value, started: Instant) -> Answer {
    let body = match payload {
        Value::Object(_) if takes_answer(out) => payload.to_string(),
        _ => String::new(),
    };
    Answer {
        status: Some(200),
        body,
        content_type: "application/json".to_owned(),
        ..Answer::in_time(started)
    }
}
