//! What clients of the OAuth endpoints send and get.

use chrono::{DateTime, Utc};
use maro_app::oauth::{Connection, GrantDetails, GrantedSite, OAuthStatus};
use serde::Serialize;
use utoipa::ToSchema;

/// What became of a change.
#[derive(Serialize, ToSchema)]
pub(super) struct DoneView {
    /// `saved` or `disconnected`.
    pub(super) status: &'static str,
}

/// How the connection does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusView {
    /// `connected`, `disconnected` or `expired`.
    status: &'static str,
    /// When the connection ends if nobody authorizes again and Maro does not renew it.
    expires_at: Option<DateTime<Utc>>,
    /// When Jira last got something from Maro.
    last_publish_at: Option<DateTime<Utc>>,
    /// Whether an OAuth app is there, saved or from the environment.
    configured: bool,
    /// The site that was named when the app was saved.
    jira_instance_url: Option<String>,
    /// The id of the app in force.
    oauth_client_id: Option<String>,
    /// The project that new drafts begin with.
    default_jira_project: Option<String>,
    /// What must be registered at the app as callback URL.
    callback_url: Option<String>,
    /// The connected site.
    site: Option<SiteView>,
    /// The sites to choose from, when a choice is open.
    sites: Vec<SiteView>,
    /// The name of the account that Maro acts as.
    account: Option<String>,
    /// What was granted.
    scopes: Vec<String>,
    /// What was asked for and not granted.
    missing_scopes: Vec<&'static str>,
    /// When somebody consented.
    connected_at: Option<DateTime<Utc>>,
    /// When the token in use ends; Maro renews it before.
    access_token_expires_at: Option<DateTime<Utc>>,
    /// Why renewing failed last, or why the connection ended.
    problem: Option<String>,
    /// What to do before the connection ends.
    warning: Option<String>,
}

/// A site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SiteView {
    cloud_id: String,
    url: String,
    name: String,
}

impl From<GrantedSite> for SiteView {
    fn from(site: GrantedSite) -> Self {
        Self {
            cloud_id: site.id,
            url: site.url,
            name: site.name,
        }
    }
}

impl StatusView {
    pub(super) fn new(status: OAuthStatus, now: DateTime<Utc>) -> Self {
        let grant = status.grant;
        let of = |read: fn(&GrantDetails) -> DateTime<Utc>| grant.as_ref().map(read);
        Self {
            status: match status.connection {
                Connection::Connected => "connected",
                Connection::Disconnected => "disconnected",
                Connection::Expired => "expired",
            },
            expires_at: of(|grant| grant.life.ends_at()),
            last_publish_at: status.last_publish_at,
            configured: status.client_id.is_some(),
            jira_instance_url: status.wanted_site,
            oauth_client_id: status.client_id,
            default_jira_project: status.default_project,
            callback_url: status.callback_url.map(String::from),
            sites: status.choices.into_iter().map(SiteView::from).collect(),
            connected_at: of(|grant| grant.granted_at),
            access_token_expires_at: of(|grant| grant.token_until),
            warning: grant.as_ref().and_then(|grant| grant.life.warning(now)),
            site: grant
                .as_ref()
                .and_then(|grant| grant.site.clone())
                .map(SiteView::from),
            account: grant.as_ref().map(|grant| grant.account.1.clone()),
            missing_scopes: grant
                .as_ref()
                .map(|grant| grant.missing.clone())
                .unwrap_or_default(),
            scopes: grant
                .as_ref()
                .map(|grant| grant.scopes.clone())
                .unwrap_or_default(),
            problem: grant.and_then(|grant| grant.problem),
        }
    }
}
