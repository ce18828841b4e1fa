//! `POST` and `DELETE /api/v1/jira/oauth/config`.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use maro_app::App;
use maro_app::oauth::{self, NewApp};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::DoneView;
use crate::auth::{self, IntegrationsWrite, Scoped};
use crate::body::JsonBody;
use crate::problem::Problem;

/// The OAuth 2.0 app that was registered at developer.atlassian.com.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ConfigRequest {
    /// The site to connect; without it the person who authorizes chooses.
    #[serde(default)]
    #[schema(example = "https://acme.atlassian.net")]
    jira_instance_url: Option<String>,
    /// The app's client id.
    oauth_client_id: String,
    /// The app's secret. It is never sent back; without it the saved one stays.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    oauth_client_secret: Option<SecretString>,
    /// The project that new drafts begin with.
    #[serde(default)]
    #[schema(example = "SCRUM")]
    default_jira_project: Option<String>,
}

/// Save the OAuth app
#[utoipa::path(post, path = "/api/v1/jira/oauth/config", tag = "jira oauth",
    request_body = ConfigRequest,
    responses((status = 200, body = DoneView), (status = "4XX", body = Problem)))]
pub(super) async fn save_oauth_app(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Scoped<IntegrationsWrite>,
    JsonBody(request): JsonBody<ConfigRequest>,
) -> Result<Json<DoneView>, Problem> {
    let caller = auth::oauth_caller(&app, &headers, caller.actor());
    let new = NewApp {
        site_url: request.jira_instance_url,
        client_id: request.oauth_client_id,
        client_secret: request.oauth_client_secret,
        default_project: request.default_jira_project,
    };
    oauth::configure(&app, &caller, new).await?;
    Ok(Json(DoneView { status: "saved" }))
}

/// Disconnect
///
/// Deletes the tokens and the saved OAuth app. What waits to be sent to Jira waits on.
#[utoipa::path(delete, path = "/api/v1/jira/oauth/config", tag = "jira oauth",
    responses((status = 200, body = DoneView), (status = "4XX", body = Problem)))]
pub(super) async fn delete_oauth_app(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Scoped<IntegrationsWrite>,
) -> Result<Json<DoneView>, Problem> {
    let caller = auth::oauth_caller(&app, &headers, caller.actor());
    oauth::disconnect(&app, &caller).await?;
    let status = "disconnected";
    Ok(Json(DoneView { status }))
}
