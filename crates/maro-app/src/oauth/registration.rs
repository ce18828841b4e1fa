//! The OAuth app in force: the one that somebody saved, or the operator's.

use maro_atlassian::oauth::{CALL_TIMEOUT, OAuthClient, OAuthConfig};
use maro_store::oauth::apps;
use maro_store::sealed_values::OAUTH_CLIENT_SECRET;
use secrecy::SecretString;

use super::{CURRENT, OAuthProblem};
use crate::{App, secrets};

/// An OAuth app.
#[derive(Debug, Clone)]
pub(super) struct Registration {
    pub(super) client_id: String,
    pub(super) client_secret: SecretString,
    /// The site that is to be connected.
    pub(super) site_url: Option<String>,
}

/// Finds the app in force.
pub(super) async fn find(app: &App) -> Result<Option<Registration>, OAuthProblem> {
    let Some(stored) = apps::find(app.store(), CURRENT).await? else {
        return Ok(from_start_values(app));
    };
    let kept = &stored.client_secret;
    let client_secret = secrets::open_in(app, &OAUTH_CLIENT_SECRET, CURRENT, kept).await?;
    Ok(Some(Registration {
        client_id: stored.client_id,
        client_secret,
        site_url: stored.site_url,
    }))
}

/// The secret of the app in force; Jira signs with it what it delivers to the app.
pub(crate) async fn client_secret(app: &App) -> Result<Option<SecretString>, OAuthProblem> {
    let registration = find(app).await?;
    Ok(registration.map(|registration| registration.client_secret))
}

fn from_start_values(app: &App) -> Option<Registration> {
    let registered = app.settings().start.atlassian.app.clone()?;
    Some(Registration {
        client_id: registered.client_id,
        client_secret: registered.client_secret,
        site_url: None,
    })
}

/// A client for the app.
pub(super) fn client(app: &App, registration: &Registration) -> Result<OAuthClient, OAuthProblem> {
    let atlassian = &app.settings().start.atlassian;
    let config = OAuthConfig {
        auth_url: atlassian.auth_url.clone(),
        api_url: atlassian.api_url.clone(),
        client_id: registration.client_id.clone(),
        client_secret: registration.client_secret.clone(),
        timeout: CALL_TIMEOUT,
    };
    OAuthClient::new(config).map_err(|err| OAuthProblem::Client(err.to_string()))
}
