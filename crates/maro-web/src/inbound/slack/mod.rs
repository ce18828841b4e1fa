//! Deliveries from Slack by HTTP: the signature is checked, then `maro_app` takes them.
//!
//! Over a socket the same is taken by `maro_app`'s runner.

mod signed;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maro_app::App;
use maro_app::slack::{Answer, NotTaken, take_command, take_event, take_interaction, take_options};

use super::try_again;
use crate::problem::Problem;
use signed::SignedSlack;

/// Slash commands.
pub(super) async fn commands(
    State(app): State<App>,
    SignedSlack(arrived): SignedSlack,
) -> Result<Response, Problem> {
    acknowledge(take_command(&app, arrived).await)
}

/// Events; Slack delivers again what is not acknowledged.
pub(super) async fn events(
    State(app): State<App>,
    SignedSlack(arrived): SignedSlack,
) -> Result<Response, Problem> {
    acknowledge(take_event(&app, arrived).await)
}

/// Clicks, shortcuts and forms.
pub(super) async fn interactions(
    State(app): State<App>,
    SignedSlack(arrived): SignedSlack,
) -> Result<Response, Problem> {
    acknowledge(take_interaction(&app, arrived).await)
}

/// Menus that ask for their options.
pub(super) async fn options(
    State(app): State<App>,
    SignedSlack(arrived): SignedSlack,
) -> Result<Response, Problem> {
    acknowledge(take_options(&app, arrived).await)
}

fn acknowledge(taken: Result<Answer, NotTaken>) -> Result<Response, Problem> {
    match taken {
        Ok(Some(answer)) => Ok(Json(answer).into_response()),
        Ok(None) => Ok(StatusCode::OK.into_response()),
        Err(NotTaken::Malformed(err)) => Err(Problem::bad_field(err.field, err.reason)),
        Err(NotTaken::NotStored) => Err(try_again()),
    }
}
