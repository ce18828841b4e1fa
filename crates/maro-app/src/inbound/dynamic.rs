//! The door for webhooks that Maro registers by itself: an address that nobody can guess, and what
//! signatures on such a delivery say.
//!
//! Sources disagree on how Jira signs these: by a token, like an administrator's webhook, or not at
//! all. So the address lets a delivery in, a signature that is there must be right, and what the
//! delivery says is a hint in any case: the issue is read back.

use maro_atlassian::webhook;
use ring::hmac;
use secrecy::SecretString;
use url::Url;

use crate::App;
use crate::oauth::{self, OAuthProblem};

/// Where deliveries of Jira arrive; the address goes on with the secret part.
const PATH: &str = "api/v1/webhooks/jira/";
/// What the secret part is made of, with the deployment's key.
const LABEL: &[u8] = b"the address of Jira's webhooks";

/// What a delivery brings to prove where it comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signatures<'a> {
    /// `X-Hub-Signature`.
    pub hub: Option<&'a str>,
    /// `Authorization`.
    pub authorization: Option<&'a str>,
}

fn key(app: &App) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, app.deployment_key())
}

/// The address that Jira is given, if Maro can be reached from outside.
pub(crate) fn webhook_address(app: &App) -> Option<Url> {
    let public = app.settings().public_url.as_ref()?;
    // Jira calls https only; what is on this machine is a simulation.
    let is_local = matches!(public.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if public.scheme() != "https" && !is_local {
        return None;
    }
    let tag = hmac::sign(&key(app), LABEL);
    let secret = data_encoding::HEXLOWER.encode(tag.as_ref());
    app.settings().page_url(&format!("{PATH}{secret}"))
}

/// Whether this is the secret part of our address, in constant time.
#[must_use]
pub fn is_webhook_address(app: &App, secret: &str) -> bool {
    data_encoding::HEXLOWER
        .decode(secret.as_bytes())
        .is_ok_and(|tag| hmac::verify(&key(app), LABEL, &tag).is_ok())
}

/// The secrets that Jira may sign with: that of the OAuth app, and that of the administrator's webhook.
pub async fn dynamic_secrets(app: &App) -> Result<Vec<SecretString>, OAuthProblem> {
    let of_admin = app
        .jira_settings()
        .and_then(|jira| jira.webhook_secret.clone());
    let of_app = oauth::client_secret(app).await?;
    Ok(of_app.into_iter().chain(of_admin).collect())
}

/// Whether what signatures there are were made with one of these secrets.
#[must_use]
pub fn verify_dynamic(
    app: &App,
    secrets: &[SecretString],
    signatures: Signatures<'_>,
    raw_body: &[u8],
) -> bool {
    let any = |is: &dyn Fn(&SecretString) -> bool| secrets.iter().any(is);
    let hub = |header| any(&|secret| webhook::verify(secret, header, raw_body));
    let token = |header| any(&|secret| webhook::verify_jwt(secret, header, app.now()));
    signatures.hub.is_none_or(hub) && signatures.authorization.is_none_or(token)
}
