//! `GET /api/v1/slack/oauth/authorize`: to Slack's consent page. It changes nothing here.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use maro_app::App;
use maro_app::slack::workspaces;

use super::{PAGE, session};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::{Flash, PageError, told};

/// Install the app in a Slack workspace
///
/// Open it in a browser that is signed in to Maro as an administrator. Slack asks in which workspace,
/// and leads back within ten minutes.
#[utoipa::path(get, path = "/api/v1/slack/oauth/authorize", tag = "slack oauth",
    responses((status = 303, description = "To Slack, or back to the page with what is missing"),
        (status = "4XX", description = "A page that says who may do this")))]
pub(super) async fn slack_authorize(
    State(app): State<App>,
    headers: HeaderMap,
    admin: AtLeast<AdminRole>,
) -> Result<Response, PageError> {
    let session = session(&app, &headers, &admin);
    Ok(match workspaces::authorize(&app, &session) {
        Ok(url) => Redirect::to(url.as_str()).into_response(),
        Err(problem) => told(&app, &Flash::bad(problem.to_string()), PAGE).into_response(),
    })
}
