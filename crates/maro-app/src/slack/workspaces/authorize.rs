//! Sending a person to Slack, with a word that only their browser can bring back.
//!
//! The word carries everything by itself, sealed, so asking changes nothing here.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{InstallProblem, oauth_client};
use crate::App;

/// Where Slack sends people back to after they installed the app.
pub const CALLBACK_PATH: &str = "/api/v1/slack/oauth/callback";

const PLACE: &str = "slack.oauth.state";
/// How long a person may take at Slack, whose code lives as long.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);
const LONGEST_STATE: usize = 2_048;

/// What a state carries.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    /// Makes each one different.
    nonce: String,
    /// The fingerprint of the browser's session.
    session: String,
    /// Where the answer goes; the exchange must name the same.
    pub(super) redirect_uri: Url,
    /// When the answer is too late.
    pub(super) expires_at: DateTime<Utc>,
}

/// Gives the address to send the browser to. `session` stands for the browser's web session.
pub fn authorize(app: &App, session: &str) -> Result<Url, InstallProblem> {
    let client = oauth_client(app).ok_or(InstallProblem::NoClient)?;
    let client = client.map_err(InstallProblem::Slack)?;
    let redirect_uri = callback_url(app).ok_or(InstallProblem::NoAddress)?;
    let asked = Asked {
        nonce: crate::clock::new_id().to_string(),
        session: session.to_owned(),
        redirect_uri: redirect_uri.clone(),
        expires_at: app.now() + LIFETIME,
    };
    let text = SecretString::from(serde_json::json!(asked).to_string());
    let state = app.sealer().seal(PLACE, &text);
    Ok(client.authorize_url(&redirect_uri, &state))
}

/// Where Slack sends people back to; it must be registered with the app exactly so.
#[must_use]
pub fn callback_url(app: &App) -> Option<Url> {
    app.settings().page_url(CALLBACK_PATH)
}

/// Reads a state that this browser asked with and that is not too old.
pub(super) fn read(app: &App, session: &str, state: &str) -> Option<Asked> {
    if state.len() > LONGEST_STATE {
        return None;
    }
    let text = app.sealer().open(PLACE, state).ok()?;
    let asked: Asked = serde_json::from_str(text.expose_secret()).ok()?;
    let same_browser = bool::from(subtle::ConstantTimeEq::ct_eq(
        asked.session.as_bytes(),
        session.as_bytes(),
    ));
    (same_browser && asked.expires_at > app.now()).then_some(asked)
}
