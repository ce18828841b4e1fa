//! Sending a person to Atlassian, with a word that only they can bring back.

use chrono::TimeDelta;
use maro_atlassian::oauth::Authorization;
use maro_core::hash::sha256_hex;
use maro_store::oauth::{PendingConsent, states};
use maro_store::sealed_values::OAUTH_VERIFIER;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use url::Url;

use super::callback::CALLBACK_PATH;
use super::sealed::seal;
use super::{CURRENT, Caller, OAuthProblem, registration};
use crate::App;
use crate::audit::record;

/// How long a person may take at Atlassian.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Begins a consent, and gives the address to send the browser to. `own_address` is where people
/// reach Maro when no public URL is configured.
pub async fn authorize(
    app: &App,
    caller: &Caller,
    own_address: Option<&Url>,
) -> Result<Url, OAuthProblem> {
    let registration = registration::find(app).await?.ok_or(OAuthProblem::NoApp)?;
    let client = registration::client(app, &registration)?;
    let redirect_uri = callback_url(app, own_address).ok_or(OAuthProblem::NoAddress)?;
    let (state, verifier) = (unguessable(), unguessable());
    let id = state_id(state.expose_secret());
    let consent = PendingConsent {
        verifier: seal(app, &OAUTH_VERIFIER, &id, &verifier),
        id,
        begun_by: caller.binding(),
        redirect_uri: redirect_uri.to_string(),
        client_id: registration.client_id,
        actor: caller.actor.clone(),
        expires_at: app.now() + LIFETIME,
    };
    let tx = app.store().begin().await?;
    states::insert(&tx, &consent).await?;
    let details = json!({ "client_id": consent.client_id });
    record(app, &tx, &caller.actor, "oauth.begun", &CURRENT, details).await?;
    tx.commit().await?;
    Ok(client.authorize_url(&Authorization {
        redirect_uri: &redirect_uri,
        state: &state,
        verifier: &verifier,
    }))
}

/// Where Atlassian sends people back to; it must be registered at the app exactly so.
pub(super) fn callback_url(app: &App, own_address: Option<&Url>) -> Option<Url> {
    let path = CALLBACK_PATH.trim_start_matches('/');
    let base = app.settings().public_url.as_ref().or(own_address)?;
    base.join(path).ok()
}

/// Under which id a consent is kept: a copy of the database answers no consent.
pub(super) fn state_id(state: &str) -> String {
    sha256_hex(state.as_bytes())
}

/// 256 random bits in hexadecimal, which is also what a verifier may look like.
fn unguessable() -> SecretString {
    let (high, low) = rand::random::<(u128, u128)>();
    format!("{high:032x}{low:032x}").into()
}
