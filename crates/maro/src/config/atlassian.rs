//! `ATLASSIAN_…`: where Atlassian's accounts are, and the customer's own OAuth app.

use anyhow::Context as _;
use maro_app::settings::{AtlassianSettings, OAuthAppSettings};

use super::environment::Environment;

/// Reads the settings; id and secret of the app belong together.
pub(super) fn read(env: &Environment) -> anyhow::Result<AtlassianSettings> {
    let default = AtlassianSettings::default();
    let app = match (
        env.text("ATLASSIAN_CLIENT_ID"),
        env.secret("ATLASSIAN_CLIENT_SECRET"),
    ) {
        (Some(client_id), Some(client_secret)) => Some(OAuthAppSettings {
            client_id,
            client_secret,
        }),
        (None, None) => None,
        (id, _) => {
            let missing = if id.is_some() { "SECRET" } else { "ID" };
            return Err(anyhow::anyhow!("ATLASSIAN_CLIENT_{missing} is not set")).context(
                "ATLASSIAN_CLIENT_ID and ATLASSIAN_CLIENT_SECRET belong together; both are on the \
                 app's page at developer.atlassian.com (Settings)",
            );
        }
    };
    Ok(AtlassianSettings {
        auth_url: env.url("ATLASSIAN_AUTH_URL")?.unwrap_or(default.auth_url),
        api_url: env.url("ATLASSIAN_API_URL")?.unwrap_or(default.api_url),
        app,
    })
}
