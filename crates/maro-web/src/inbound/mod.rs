//! The doors for Slack and Jira: verify, parse, store, acknowledge, in this order.
//!
//! **Invariant:** nothing is parsed before its signature is checked, and nothing is acknowledged
//! before it is durable. What a delivery means is decided later, by `maro_app`.

mod jira;
mod slack;

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use maro_app::App;
use maro_app::inbound::{Incoming, accept};
use maro_app::model::InboxKind;
use tokio::time::Instant;

use crate::problem::Problem;

/// Slack and Jira wait three seconds and more; an honest answer must leave before.
const DEADLINE: Duration = Duration::from_millis(2500);

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
}

/// A body whose sender was verified, and when it arrived.
struct Verified {
    body: Bytes,
    arrived: Instant,
}

/// The delivery is not durable in time, so it must not be acknowledged.
#[derive(Debug)]
struct NotInTime;

impl Verified {
    /// When the answer must be on its way.
    fn deadline(&self) -> Instant {
        self.arrived + DEADLINE
    }

    /// Makes the delivery durable under its own id.
    async fn store(self, app: &App, id: String, kind: InboxKind) -> Result<(), NotInTime> {
        self.keep(app, id, kind, false).await
    }

    /// Makes a delivery durable whose acknowledgement is the whole answer.
    async fn store_answered(self, app: &App, id: String, kind: InboxKind) -> Result<(), NotInTime> {
        self.keep(app, id, kind, true).await
    }

    async fn keep(
        self,
        app: &App,
        id: String,
        kind: InboxKind,
        is_answered: bool,
    ) -> Result<(), NotInTime> {
        let deadline = self.deadline();
        // Every parser of these bodies has refused what is not UTF-8.
        let payload = String::from_utf8(self.body.into()).map_err(|_| NotInTime)?;
        let stored = accept(
            app,
            Incoming {
                id,
                kind,
                payload,
                is_answered,
            },
        );
        match tokio::time::timeout_at(deadline, stored).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(err)) => {
                tracing::error!(
                    error = &err as &dyn std::error::Error,
                    kind = kind.as_str(),
                    "a delivery was not stored"
                );
                Err(NotInTime)
            }
            Err(_) => {
                tracing::error!(kind = kind.as_str(), "a delivery was not stored in time");
                Err(NotInTime)
            }
        }
    }
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
