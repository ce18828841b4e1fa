//! `POST /api/v1/jira/oauth/authorize`.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use maro_app::{App, oauth};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{self, IntegrationsWrite, Origin, Scoped};
use crate::problem::Problem;

/// Where to go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorizeView {
    /// The address at Atlassian to open in a browser, within ten minutes.
    auth_url: String,
}

/// Begin a consent at Atlassian
///
/// The answer counts from the browser session that began it. One that a program began is finished by
/// any administrator who is signed in to Maro in the browser.
#[utoipa::path(post, path = "/api/v1/jira/oauth/authorize", tag = "jira oauth",
    responses((status = 200, body = AuthorizeView), (status = "4XX", body = Problem)))]
pub(super) async fn authorize(
    State(app): State<App>,
    headers: HeaderMap,
    origin: Origin,
    caller: Scoped<IntegrationsWrite>,
) -> Result<Json<AuthorizeView>, Problem> {
    let caller = auth::oauth_caller(&app, &headers, caller.actor());
    let url = oauth::authorize(&app, &caller, origin.loopback_url().as_ref()).await?;
    Ok(Json(AuthorizeView {
        auth_url: url.into(),
    }))
}
