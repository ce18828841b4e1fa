//! Slash commands: stored, then acknowledged. What needs neither Jira nor the database is answered
//! in the acknowledgement; every other answer follows by `response_url`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maro_app::App;
use maro_app::model::InboxKind;
use maro_app::slack::answer_at_once;
use maro_slack::payloads::{CommandDelivery, Delivery, SlashCommand};
use serde_json::json;

use super::{SignedSlack, malformed};
use crate::problem::Problem;

const NOT_SAVED: &str =
    "Maro could not save this in time. Nothing was sent to Jira. Please try again.";

/// Takes a slash command.
pub(in crate::inbound) async fn commands(
    State(app): State<App>,
    SignedSlack(signed): SignedSlack,
) -> Result<Response, Problem> {
    let CommandDelivery::Command(command) = SlashCommand::parse(&signed.body).map_err(malformed)?
    else {
        return Ok(StatusCode::OK.into_response());
    };
    let Some(id) = Delivery::Command(&command).id() else {
        return Ok(StatusCode::OK.into_response());
    };
    let kind = InboxKind::SlackCommand;
    Ok(match answer_at_once(&app, &command) {
        Some(text) => match signed.store_answered(&app, id, kind).await {
            Ok(()) => ephemeral(&text),
            Err(_) => ephemeral(NOT_SAVED),
        },
        None => match signed.store(&app, id, kind).await {
            Ok(()) => StatusCode::OK.into_response(),
            Err(_) => ephemeral(NOT_SAVED),
        },
    })
}

fn ephemeral(text: &str) -> Response {
    Json(json!({ "response_type": "ephemeral", "text": text })).into_response()
}
