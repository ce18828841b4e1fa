//! The doors for Slack and Jira: verify, parse, store, acknowledge, in this order.
//!
//! **Invariant:** nothing is parsed before its signature is checked, and nothing is acknowledged
//! before it is durable. What a delivery means is decided later, by `maro_app`.

mod jira;
mod slack;

use axum::Router;
use axum::routing::post;
use maro_app::App;

use crate::problem::Problem;

/// The routes of all deliveries.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/webhooks/slack/commands", post(slack::commands))
        .route(
            "/api/v1/webhooks/slack/interactions",
            post(slack::interactions),
        )
        .route("/api/v1/webhooks/slack/events", post(slack::events))
        .route("/api/v1/webhooks/slack/options", post(slack::options))
        .route("/api/v1/webhooks/jira", post(jira::webhook))
        .route(
            "/api/v1/webhooks/jira/{secret}",
            post(jira::dynamic_webhook),
        )
}

/// The answer to machines, which then deliver again.
fn try_again() -> Problem {
    let detail = "Maro could not save this in time. Please deliver it again.";
    Problem::new(
        axum::http::StatusCode::SERVICE_UNAVAILABLE,
        "not_stored",
        detail,
    )
    .retry_after(1)
}
