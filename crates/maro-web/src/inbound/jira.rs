//! Jira's webhooks, known by their identifier and stored before the answer. An administrator's is signed
//! with HMAC; one that Maro registered comes to an address that only Jira was told.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts as _, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use maro_app::App;
use maro_app::inbound::{
    Concern, Incoming, Signatures, accept, concern_of, dynamic_secrets, is_webhook_address,
    verify_dynamic, verify_jira,
};
use maro_app::model::InboxKind;
use maro_core::hash::sha256_hex;
use tokio::time::Instant;

use super::try_again;
use crate::body;
use crate::problem::Problem;

/// An honest answer must leave before Jira gives up.
const DEADLINE: Duration = Duration::from_millis(2500);
const LIMIT: usize = 2 * 1024 * 1024;
const SIGNATURE: &str = "x-hub-signature";
/// The same for every repetition of one event.
const IDENTIFIER: &str = "x-atlassian-webhook-identifier";
const LONGEST_IDENTIFIER: usize = 200;
const UNKNOWN: &str = "Maro has not registered a webhook with this address.";

/// A body that Jira signed, and the event's identity.
pub(super) struct SignedJira {
    body: Bytes,
    arrived: Instant,
    id: String,
}

impl FromRequest<App> for SignedJira {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let arrived = Instant::now();
        let (parts, body) = request.into_parts();
        let body = body::read(body, &parts.headers, LIMIT).await?;
        check(app, &parts.headers, &body)?;
        let id = identity(&parts.headers, &body);
        Ok(Self { body, arrived, id })
    }
}

/// Takes a webhook that an administrator set up.
pub(super) async fn webhook(
    State(app): State<App>,
    signed: SignedJira,
) -> Result<StatusCode, Problem> {
    store(&app, signed).await
}

/// Takes a webhook that Maro registered by itself.
pub(super) async fn dynamic_webhook(
    State(app): State<App>,
    addressed: AddressedJira,
) -> Result<StatusCode, Problem> {
    store(&app, addressed.0).await
}

async fn store(app: &App, signed: SignedJira) -> Result<StatusCode, Problem> {
    let deadline = signed.arrived + DEADLINE;
    let concern = tokio::time::timeout_at(deadline, concern_of(app, &signed.body))
        .await
        .map_err(|_| try_again())?;
    match concern {
        Err(reason) => return Err(Problem::bad_field("body", reason)),
        Ok(Concern::Others) => return Ok(StatusCode::OK),
        Ok(Concern::Ours) => {}
    }
    // The parser has refused what is not UTF-8.
    let payload = String::from_utf8(signed.body.into()).map_err(|_| try_again())?;
    let stored = accept(
        app,
        Incoming {
            id: signed.id,
            kind: InboxKind::JiraWebhook,
            payload,
            is_answered: false,
        },
    );
    match tokio::time::timeout_at(deadline, stored).await {
        Ok(Ok(_)) => Ok(StatusCode::OK),
        Ok(Err(err)) => {
            let error: &dyn std::error::Error = &err;
            tracing::error!(error, "a webhook was not stored");
            Err(try_again())
        }
        Err(_) => {
            tracing::error!("a webhook was not stored in time");
            Err(try_again())
        }
    }
}

/// A body that came to the address that only Jira knows.
pub(super) struct AddressedJira(SignedJira);

impl FromRequest<App> for AddressedJira {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let arrived = Instant::now();
        let (mut parts, body) = request.into_parts();
        let Path(secret) = Path::<String>::from_request_parts(&mut parts, app)
            .await
            .map_err(|_| refuse(UNKNOWN))?;
        if !is_webhook_address(app, &secret) {
            return Err(refuse(UNKNOWN));
        }
        let body = body::read(body, &parts.headers, LIMIT).await?;
        let secrets = dynamic_secrets(app).await.map_err(|_| try_again())?;
        let text = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let signatures = Signatures {
            hub: text(SIGNATURE),
            authorization: text("authorization"),
        };
        if !verify_dynamic(app, &secrets, signatures, &body) {
            tracing::warn!("a Jira webhook was refused");
            return Err(refuse("The webhook's signature does not match."));
        }
        let id = identity(&parts.headers, &body);
        Ok(Self(SignedJira { body, arrived, id }))
    }
}

fn check(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    let secret = app
        .jira_settings()
        .and_then(|jira| jira.webhook_secret.clone());
    let Some(secret) = secret else {
        return Err(refuse(
            "Maro has no webhook secret, so it takes no webhooks. Set JIRA_WEBHOOK_SECRET.",
        ));
    };
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    if signature.is_some_and(|signature| verify_jira(&secret, signature, body)) {
        return Ok(());
    }
    tracing::warn!("a Jira webhook was refused");
    Err(refuse(
        "The webhook's signature is missing or does not match.",
    ))
}

fn refuse(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "bad_signature", detail)
}

/// Jira Server sends no identifier; then equal bodies are the same event, their time included.
fn identity(headers: &HeaderMap, body: &[u8]) -> String {
    let identifier = headers
        .get(IDENTIFIER)
        .and_then(|value| value.to_str().ok());
    match identifier.filter(|id| !id.is_empty() && id.len() <= LONGEST_IDENTIFIER) {
        Some(identifier) => format!("jira:{identifier}"),
        None => format!("jira:body:{}", sha256_hex(body)),
    }
}
