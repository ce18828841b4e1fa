//! `GET /api/v1/slack/oauth/callback`: where Slack sends the browser back to.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use maro_app::App;
use maro_app::slack::workspaces::{self, ConsentAnswer, InstallProblem, Installed};
use secrecy::SecretString;
use serde::Deserialize;

use super::{PAGE, session};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::{Flash, PageError, Told, told};

/// What Slack adds to the address.
#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    #[serde(default)]
    code: Option<SecretString>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: Option<String>,
}

/// Finish an installation
///
/// Leads to the page of the connection, which says what came of it.
#[utoipa::path(get, path = "/api/v1/slack/oauth/callback", tag = "slack oauth",
    params(("code" = Option<String>, Query, description = "The code"),
        ("state" = Option<String>, Query, description = "The word that Maro sent along"),
        ("error" = Option<String>, Query, description = "Why there is no code")),
    responses((status = 303, description = "To the page of the connection"),
        (status = "4XX", description = "A page that says who may do this")))]
pub(super) async fn slack_callback(
    State(app): State<App>,
    headers: HeaderMap,
    admin: AtLeast<AdminRole>,
    Query(query): Query<CallbackQuery>,
) -> Result<Told, PageError> {
    let session = session(&app, &headers, &admin);
    let answer = ConsentAnswer {
        code: query.code,
        state: query.state,
        error: query.error,
    };
    let installed = workspaces::callback(&app, &admin.actor(), &session, answer).await;
    Ok(told(&app, &flash(installed)?, PAGE))
}

fn flash(installed: Result<Installed, InstallProblem>) -> Result<Flash, PageError> {
    let installed = match installed {
        Ok(installed) => installed,
        Err(InstallProblem::Store(err)) => return Err(err.into()),
        Err(problem) => return Ok(Flash::bad(problem.to_string())),
    };
    let mut text = format!("Maro is installed in {}.", installed.team_name);
    if !installed.missing.is_empty() {
        let missing = installed.missing.join(", ");
        text = format!("{text} Slack did not grant {missing}; what needs it will not work.");
    }
    if installed.unparked > 0 {
        let messages = installed.unparked;
        text = format!("{text} Messages that waited go out now: {messages}.");
    }
    Ok(Flash::good(text))
}
