//! How the connection does, for pages, the API and the health of Jira.

use chrono::{DateTime, Utc};
use maro_atlassian::oauth::missing;
use maro_core::operations::OperationState;
use maro_store::oauth::{Grant, GrantState, GrantedSite, apps, grants};
use maro_store::operations::OperationFilter;
use maro_store::{PageRequest, StoreError, operations};
use url::Url;

use super::authorize::callback_url;
use super::{CURRENT, Life, PENDING};
use crate::App;

/// Whether there is a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Yes.
    Connected,
    /// No, or a site has yet to be chosen.
    Disconnected,
    /// There was one; somebody has to authorize again.
    Expired,
}

/// Everything that people may see of a grant.
#[derive(Debug, Clone)]
pub struct GrantDetails {
    /// The site.
    pub site: Option<GrantedSite>,
    /// Who consented: their id and name.
    pub account: (String, String),
    /// What was granted.
    pub scopes: Vec<String>,
    /// What was asked for and not granted.
    pub missing: Vec<&'static str>,
    /// When the person consented.
    pub granted_at: DateTime<Utc>,
    /// When the token in use came.
    pub renewed_at: DateTime<Utc>,
    /// When the token in use ends; it is renewed before.
    pub token_until: DateTime<Utc>,
    /// When the grant ends.
    pub life: Life,
    /// Why renewing failed last, or why the grant ended.
    pub problem: Option<String>,
}

/// How the connection does.
#[derive(Debug, Clone)]
pub struct OAuthStatus {
    /// Whether there is a connection.
    pub connection: Connection,
    /// The grant, if there is one.
    pub grant: Option<GrantDetails>,
    /// The sites to choose from, when a choice is open.
    pub choices: Vec<GrantedSite>,
    /// The id of the app in force.
    pub client_id: Option<String>,
    /// Whether the app was saved here, and is not the operator's.
    pub saved: bool,
    /// The site that was named when the app was saved.
    pub wanted_site: Option<String>,
    /// The project that new drafts begin with.
    pub default_project: Option<String>,
    /// What must be registered at the app as callback URL.
    pub callback_url: Option<Url>,
    /// When Jira last got something from us.
    pub last_publish_at: Option<DateTime<Utc>>,
}

/// Reads it. Nothing is asked of Atlassian.
pub async fn status(app: &App, own_address: Option<&Url>) -> Result<OAuthStatus, StoreError> {
    let store = app.store();
    let grant = grants::find(store, CURRENT).await?;
    let waiting = grants::find(store, PENDING).await?;
    let saved = apps::find(store, CURRENT).await?;
    let start = app.settings().start.atlassian.app.as_ref();
    let client_id = saved.as_ref().map(|saved| saved.client_id.clone());
    Ok(OAuthStatus {
        connection: match grant.as_ref().map(|grant| grant.state) {
            Some(GrantState::Connected) => Connection::Connected,
            Some(GrantState::Dead) => Connection::Expired,
            Some(GrantState::PendingSite) | None => Connection::Disconnected,
        },
        grant: grant.map(details),
        choices: waiting.map(|grant| grant.sites).unwrap_or_default(),
        client_id: client_id.or_else(|| start.map(|start| start.client_id.clone())),
        wanted_site: saved.as_ref().and_then(|saved| saved.site_url.clone()),
        default_project: saved
            .as_ref()
            .and_then(|saved| saved.default_project.clone()),
        saved: saved.is_some(),
        callback_url: callback_url(app, own_address),
        last_publish_at: last_publish(app).await?,
    })
}

fn details(grant: Grant) -> GrantDetails {
    GrantDetails {
        site: grant.site().cloned(),
        life: Life::of(&grant),
        missing: missing(&grant.scopes),
        account: (grant.account_id, grant.account_name),
        scopes: grant.scopes,
        granted_at: grant.granted_at,
        renewed_at: grant.obtained_at,
        token_until: grant.expires_at,
        problem: grant.problem,
    }
}

async fn last_publish(app: &App) -> Result<Option<DateTime<Utc>>, StoreError> {
    let confirmed = OperationFilter {
        states: vec![OperationState::Confirmed],
        ..OperationFilter::default()
    };
    let newest = operations::page(app.store(), &confirmed, &PageRequest::first(1)).await?;
    Ok(newest.items.first().map(|operation| operation.updated_at))
}
