//! Events: stored and acknowledged; Slack delivers again what is not.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maro_app::App;
use maro_app::model::InboxKind;
use maro_slack::payloads::{Delivery, EventEnvelope};
use serde_json::json;

use super::{SignedSlack, malformed};
use crate::inbound::try_again;
use crate::problem::Problem;

/// Takes an event. A repetition is taken like the first: it may be the only one that arrived.
pub(in crate::inbound) async fn events(
    State(app): State<App>,
    SignedSlack(signed): SignedSlack,
) -> Result<Response, Problem> {
    let envelope = EventEnvelope::parse(&signed.body).map_err(malformed)?;
    if let EventEnvelope::UrlVerification { challenge } = &envelope {
        return Ok(Json(json!({ "challenge": challenge })).into_response());
    }
    let Some(id) = Delivery::Event(&envelope).id() else {
        return Ok(StatusCode::OK.into_response());
    };
    let stored = signed.store(&app, id, InboxKind::SlackEvent).await;
    stored
        .map(|()| StatusCode::OK.into_response())
        .map_err(|_| try_again())
}
