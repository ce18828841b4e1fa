//! Clicks, shortcuts and forms. A form with mistakes is answered at once and not stored.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maro_app::App;
use maro_app::model::InboxKind;
use maro_app::slack::{SubmissionAnswer, check_submission};
use maro_slack::payloads::{Delivery, Interaction, ViewSubmission};
use serde_json::json;

use super::{SignedSlack, malformed, options};
use crate::inbound::try_again;
use crate::problem::Problem;

const NOT_SAVED: &str =
    "Maro could not save this in time. Nothing was sent to Jira. Please submit it again.";

/// Takes an interaction.
pub(in crate::inbound) async fn interactions(
    State(app): State<App>,
    SignedSlack(signed): SignedSlack,
) -> Result<Response, Problem> {
    let interaction = Interaction::parse(&signed.body).map_err(malformed)?;
    match &interaction {
        Interaction::Suggestion(suggestion) => {
            return options::answer(&app, suggestion, signed.deadline()).await;
        }
        Interaction::ViewSubmission(_) => {
            if let SubmissionAnswer::Errors(errors) = check_submission(&app, &interaction) {
                return Ok(form_errors(&errors));
            }
        }
        _ => {}
    }
    let Some(id) = Delivery::Interaction(&interaction).id() else {
        return Ok(StatusCode::OK.into_response());
    };
    match signed.store(&app, id, InboxKind::SlackInteraction).await {
        Ok(()) => Ok(StatusCode::OK.into_response()),
        Err(_) => not_saved(&interaction),
    }
}

fn form_errors(errors: &BTreeMap<String, String>) -> Response {
    Json(json!({ "response_action": "errors", "errors": errors })).into_response()
}

/// A form keeps what was typed and says so; everything else is an error that Slack shows.
fn not_saved(interaction: &Interaction) -> Result<Response, Problem> {
    let Interaction::ViewSubmission(submission) = interaction else {
        return Err(try_again());
    };
    let block = first_block(submission).ok_or_else(try_again)?;
    Ok(form_errors(&BTreeMap::from([(
        block,
        NOT_SAVED.to_owned(),
    )])))
}

fn first_block(submission: &ViewSubmission) -> Option<String> {
    let values = &submission.view.state.values;
    values
        .get_key_value("title")
        .or_else(|| values.first_key_value())
        .map(|(block, _)| block.clone())
}
