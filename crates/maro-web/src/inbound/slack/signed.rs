//! The signature of Slack, checked over the raw body before a handler sees anything.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode};
use maro_app::App;
use maro_app::slack::Arrived;
use maro_slack::signature::{SIGNATURE_HEADER, TIMESTAMP_HEADER, verify};
use tokio::time::Instant;

use crate::body;
use crate::problem::Problem;

const LIMIT: usize = 256 * 1024;

/// A body that Slack signed.
pub(in crate::inbound) struct SignedSlack(pub(super) Arrived);

impl FromRequest<App> for SignedSlack {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let at = Instant::now();
        let (parts, body) = request.into_parts();
        let body = body::read(body, &parts.headers, LIMIT).await?;
        check(app, &parts.headers, &body)?;
        let body = String::from_utf8(body.into())
            .map_err(|_| Problem::bad_field("body", "The body is not UTF-8."))?;
        Ok(Self(Arrived { body, at }))
    }
}

fn check(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    let secret = app
        .slack_settings()
        .and_then(|slack| slack.signing_secret.clone());
    let Some(secret) = secret else {
        return Err(refuse(
            "Maro has no signing secret, so it takes no deliveries from Slack by HTTP. Set SLACK_SIGNING_SECRET.",
        ));
    };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    verify(
        &secret,
        text(TIMESTAMP_HEADER),
        text(SIGNATURE_HEADER),
        body,
        app.now(),
    )
    .map_err(|err| {
        tracing::warn!(reason = %err, "a Slack delivery was refused");
        refuse(&format!("Refused: {err}."))
    })
}

fn refuse(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "bad_signature", detail)
}
