//! Signatures as Slack and Jira make them, written here a second time so that they can disagree.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{RequestBuilder, Response};
use sha2::Sha256;

use super::World;
use super::maro::Maro;

fn hmac_hex(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// Slack's signature of a body at a moment.
pub(crate) fn slack_signature(secret: &str, timestamp: i64, body: &str) -> String {
    format!("v0={}", hmac_hex(secret, &format!("v0:{timestamp}:{body}")))
}

fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Delivers a body as Slack would: signed, and now.
pub(crate) async fn signed_slack(
    world: &World,
    maro: &Maro,
    path: &str,
    content_type: &str,
    body: &str,
) -> Response {
    let timestamp = now();
    let signature = slack_signature(&world.options.slack_signing_secret, timestamp, body);
    slack_request(world, maro, path, content_type, body)
        .header("x-slack-request-timestamp", timestamp)
        .header("x-slack-signature", signature)
        .send()
        .await
        .unwrap()
}

fn slack_request(
    world: &World,
    maro: &Maro,
    path: &str,
    content_type: &str,
    body: &str,
) -> RequestBuilder {
    let url = maro
        .url
        .join(&format!("api/v1/webhooks/slack/{path}"))
        .unwrap();
    world
        .http
        .post(url)
        .header("content-type", content_type)
        .body(body.to_owned())
}

/// Delivers a body as Jira's webhook would.
pub(crate) async fn signed_jira(
    world: &World,
    maro: &Maro,
    identifier: &str,
    body: &str,
) -> Response {
    let signature = hmac_hex(&world.options.jira_webhook_secret, body);
    let url = maro.url.join("api/v1/webhooks/jira").unwrap();
    world
        .http
        .post(url)
        .header("content-type", "application/json")
        .header("x-hub-signature", format!("sha256={signature}"))
        .header("x-atlassian-webhook-identifier", identifier)
        .body(body.to_owned())
        .send()
        .await
        .unwrap()
}

/// Says something as a runner of suites would: signed, and now.
pub(crate) async fn signed_runner(
    world: &World,
    maro: &Maro,
    secret: &str,
    body: &str,
) -> Response {
    let timestamp = now();
    let url = maro.url.join("api/v1/runners/callback").unwrap();
    world
        .http
        .post(url)
        .header("content-type", "application/json")
        .header("x-maro-timestamp", timestamp)
        .header("x-maro-signature", slack_signature(secret, timestamp, body))
        .body(body.to_owned())
        .send()
        .await
        .unwrap()
}
