//! `GET /api/v1/jira/oauth/callback`: where Atlassian sends the browser back to.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maro_app::App;
use maro_app::oauth::{self, Answer, OAuthProblem, Outcome};
use secrecy::SecretString;
use serde::Deserialize;

use crate::auth::{self, IntegrationsWrite, Scoped};
use crate::pages::{ATLASSIAN_PAGE, Flash};
use crate::problem::Problem;

/// What Atlassian adds to the address.
#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    #[serde(default)]
    code: Option<SecretString>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

/// Finish a consent
///
/// Leads to the page of the connection, which says what came of it.
#[utoipa::path(get, path = "/api/v1/jira/oauth/callback", tag = "jira oauth",
    params(("code" = Option<String>, Query, description = "The code"),
        ("state" = Option<String>, Query, description = "The word that Maro sent along"),
        ("error" = Option<String>, Query, description = "Why there is no code"),
        ("error_description" = Option<String>, Query, description = "The same as a sentence")),
    responses((status = 302, description = "To the page of the connection"),
        (status = "4XX", body = Problem)))]
pub(super) async fn callback(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Result<Scoped<IntegrationsWrite>, Problem>,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Problem> {
    let caller = match caller {
        Ok(caller) => auth::oauth_caller(&app, &headers, caller.actor()),
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED && is_browser(&headers) => {
            return Ok(to(&app, "/sign-in", &Flash::bad(SIGNED_OUT)));
        }
        Err(problem) => return Err(problem),
    };
    let answer = Answer {
        code: query.code,
        state: query.state,
        error: query.error,
        error_description: query.error_description,
    };
    let outcome = oauth::callback(&app, &caller, answer).await;
    let (word, flash) = told(outcome);
    Ok(to(&app, &format!("{ATLASSIAN_PAGE}?oauth={word}"), &flash))
}

const SIGNED_OUT: &str =
    "Your session ended while you were at Atlassian. Sign in, then authorize again.";

fn is_browser(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::AUTHORIZATION)
}

fn told(outcome: Result<Outcome, OAuthProblem>) -> (&'static str, Flash) {
    match outcome {
        Ok(Outcome::Connected { site, missing }) if missing.is_empty() => {
            ("success", Flash::good(format!("Connected to {site}.")))
        }
        Ok(Outcome::Connected { site, missing }) => {
            let text = format!(
                "Connected to {site}. Atlassian did not grant: {}. What needs them will not work.",
                missing.join(", ")
            );
            ("success", Flash::good(text))
        }
        Ok(Outcome::ChooseSite) => (
            "choose",
            Flash::good("Atlassian agreed. Choose the site that Maro shall use."),
        ),
        Err(OAuthProblem::Store(err)) => {
            tracing::error!(
                error = &err as &dyn std::error::Error,
                "a consent was not stored"
            );
            let text = "Maro could not reach its database. Nothing was changed. Authorize again.";
            ("error", Flash::bad(text))
        }
        Err(problem) => ("error", Flash::bad(problem.sentence())),
    }
}

fn to(app: &App, place: &str, flash: &Flash) -> Response {
    let headers = [
        (header::SET_COOKIE, auth::carry(app, flash)),
        (
            header::LOCATION,
            place
                .parse()
                .unwrap_or(header::HeaderValue::from_static("/")),
        ),
    ];
    (StatusCode::FOUND, headers).into_response()
}
