//! The road that a grant opens: what clients for Jira and Confluence are built from.

use maro_atlassian::credentials::AccessTokens;
use maro_atlassian::oauth::gateway;
use maro_core::integrations::Integration;
use maro_store::StoreError;
use maro_store::oauth::{GrantState, apps, grants};
use url::Url;

use super::CURRENT;
use super::tokens::access_tokens;
use crate::App;

/// Jira and Confluence of one site, behind Atlassian's gateway.
#[derive(Debug, Clone)]
pub struct Road {
    /// The site, for links that people open.
    pub site: Url,
    /// Jira's API.
    pub jira: Url,
    /// Confluence's API.
    pub confluence: Url,
    /// The site's id at Atlassian.
    pub cloud_id: String,
    /// Whether the person consented to anything in Confluence.
    pub reaches_confluence: bool,
    /// As whom Maro acts: what an approval is bound to.
    pub identity: String,
    /// The project that new drafts begin with.
    pub default_project: Option<String>,
    /// Where the tokens come from.
    pub tokens: AccessTokens,
}

/// The road in force. A dead grant still is one: requests fail with the sentence that says what to do,
/// and nothing is sent as somebody else meanwhile.
pub(crate) async fn road(app: &App) -> Result<Option<Road>, StoreError> {
    let Some(grant) = grants::find(app.store(), CURRENT).await? else {
        return Ok(None);
    };
    let Some(site) = grant
        .site()
        .filter(|_| grant.state != GrantState::PendingSite)
    else {
        return Ok(None);
    };
    let Ok(url) = Url::parse(&site.url) else {
        return Ok(None);
    };
    let api = &app.settings().start.atlassian.api_url;
    let saved = apps::find(app.store(), CURRENT).await?;
    Ok(Some(Road {
        jira: gateway(api, "jira", &site.id),
        confluence: gateway(api, "confluence", &site.id),
        site: url,
        cloud_id: site.id.clone(),
        reaches_confluence: grant
            .scopes
            .iter()
            .any(|scope| scope.contains("confluence")),
        identity: format!("{} ({})", grant.account_name, grant.account_id),
        default_project: saved
            .and_then(|saved| saved.default_project)
            .or_else(|| operators_project(app)),
        tokens: access_tokens(app, &grant),
    }))
}

fn operators_project(app: &App) -> Option<String> {
    let values = app.settings().start.values.get(&Integration::Jira)?;
    values
        .fields
        .get("default_project")
        .filter(|key| !key.is_empty())
        .cloned()
}
