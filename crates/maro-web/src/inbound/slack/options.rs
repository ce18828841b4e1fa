//! Menus that ask for their options: answered directly, from what is known, and never stored.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maro_app::App;
use maro_slack::payloads::{Interaction, Suggestion};
use serde_json::json;
use tokio::time::Instant;

use super::{SignedSlack, malformed};
use crate::problem::Problem;

/// Answers a menu.
pub(in crate::inbound) async fn options(
    State(app): State<App>,
    SignedSlack(signed): SignedSlack,
) -> Result<Response, Problem> {
    match Interaction::parse(&signed.body).map_err(malformed)? {
        Interaction::Suggestion(suggestion) => answer(&app, &suggestion, signed.deadline()).await,
        _ => Err(Problem::bad_field(
            "payload.type",
            "Only block_suggestion is answered here.",
        )),
    }
}

/// A menu without options is better than one that hangs.
pub(super) async fn answer(
    app: &App,
    suggestion: &Suggestion,
    deadline: Instant,
) -> Result<Response, Problem> {
    let options = maro_app::slack::options(app, suggestion);
    let options = tokio::time::timeout_at(deadline, options).await;
    Ok(match options {
        Ok(options) => Json(options).into_response(),
        Err(_) => Json(json!({ "options": [] })).into_response(),
    })
}
