//! `/api/v1/slack/oauth/…`: installing the Slack app in a workspace. Browsers come here.

mod authorize;
mod callback;

use axum::http::HeaderMap;
use maro_app::App;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{self, AdminRole, AtLeast};

/// The page that says what came of it.
const PAGE: &str = "/settings/connections/slack";

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(authorize::slack_authorize))
        .routes(routes!(callback::slack_callback))
}

/// What stands for the browser's session in a consent; a request with an API token has none.
fn session(app: &App, headers: &HeaderMap, admin: &AtLeast<AdminRole>) -> String {
    auth::oauth_caller(app, headers, admin.actor())
        .web_session
        .unwrap_or_default()
}
