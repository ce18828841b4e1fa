//! How each integration is reached, read and checked. Where the values come from is decided in
//! [`crate::connections`].

use std::collections::BTreeMap;

use maro_core::integrations::Integration;
use secrecy::SecretString;
use url::Url;

use crate::connections::Values;

const SLACK_API: &str = "https://slack.com/api/";
const ATLASSIAN_AUTH: &str = "https://auth.atlassian.com";
const ATLASSIAN_API: &str = "https://api.atlassian.com";

/// What the environment and the file say about connections. Their addresses are trusted.
#[derive(Debug, Clone)]
pub struct StartValues {
    /// The fields of each integration.
    pub values: BTreeMap<Integration, Values>,
    /// Slack's Web API.
    pub slack_api_url: Url,
    /// Atlassian's accounts, and the OAuth app.
    pub atlassian: AtlassianSettings,
    /// Hosts, or `host:port`, that people may type though they are not public.
    pub allowed_hosts: Vec<String>,
}

/// Where Atlassian's accounts are, and the customer's own OAuth app.
#[derive(Debug, Clone)]
pub struct AtlassianSettings {
    /// Where people consent and tokens come from.
    pub auth_url: Url,
    /// Where the gateway to Jira and Confluence is.
    pub api_url: Url,
    /// The app, unless it is configured on a page.
    pub app: Option<OAuthAppSettings>,
}

/// An OAuth app that is registered at developer.atlassian.com.
#[derive(Debug, Clone)]
pub struct OAuthAppSettings {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
}

/// Atlassian itself.
impl Default for AtlassianSettings {
    fn default() -> Self {
        Self {
            auth_url: constant(ATLASSIAN_AUTH),
            api_url: constant(ATLASSIAN_API),
            app: None,
        }
    }
}

/// Nothing is set, and everybody is where they are in the real world.
impl Default for StartValues {
    fn default() -> Self {
        Self {
            values: BTreeMap::new(),
            slack_api_url: constant(SLACK_API),
            atlassian: AtlassianSettings::default(),
            allowed_hosts: Vec::new(),
        }
    }
}

fn constant(url: &str) -> Url {
    Url::parse(url).expect("the address is a constant")
}

/// How Slack is reached.
#[derive(Debug, Clone)]
pub struct SlackSettings {
    /// The Web API.
    pub api_url: Url,
    /// The bot's token; without it (and without installations) only `webhook_url` is left.
    pub bot_token: Option<SecretString>,
    /// The app's signing secret; without it no delivery by HTTP is accepted.
    pub signing_secret: Option<SecretString>,
    /// The app-level token (`xapp-…`) that Socket Mode takes.
    pub app_token: Option<SecretString>,
    /// The app's client id, for installing it to workspaces.
    pub client_id: Option<String>,
    /// The app's client secret.
    pub client_secret: Option<SecretString>,
    /// An incoming webhook; its address is a secret.
    pub webhook_url: Option<SecretString>,
    /// Where messages go that belong to no channel.
    pub alert_channel: Option<String>,
    /// Whether notifications are sent.
    pub notifications_enabled: bool,
}

/// How Jira or Confluence knows who asks.
#[derive(Debug, Clone)]
pub enum AtlassianLogin {
    /// An account of a Cloud site and its API token.
    ApiToken {
        /// The account's e-mail address.
        username: String,
        /// The token.
        api_token: SecretString,
    },
    /// A personal token of Server or Data Center.
    PersonalToken {
        /// The account's name, where it was given.
        username: Option<String>,
        /// The token.
        token: SecretString,
    },
    /// The consent of a person, by OAuth 2.0.
    OAuth,
}

/// How Jira is reached.
#[derive(Debug, Clone)]
pub struct JiraSettings {
    /// The site. With OAuth the grant names it.
    pub url: Option<Url>,
    /// Who asks.
    pub login: AtlassianLogin,
    /// The project that new drafts begin with.
    pub default_project: Option<String>,
    /// The issue type that new drafts begin with, where the project has it.
    pub default_issue_type: String,
    /// The secret of the admin webhook; without it no webhook is accepted.
    pub webhook_secret: Option<SecretString>,
}

/// How Confluence is reached.
#[derive(Debug, Clone)]
pub struct ConfluenceSettings {
    /// The site, with `/wiki` on Cloud left out or not. With OAuth the grant names it.
    pub url: Option<Url>,
    /// Who asks.
    pub login: AtlassianLogin,
}

/// How the MCP server is reached.
#[derive(Debug, Clone)]
pub struct McpSettings {
    /// Where it is.
    pub place: McpPlace,
    /// Which server it is: `sooperset`, `rovo-v1` or `rovo-v2`.
    pub profile: String,
    /// How requests over HTTP prove who they are.
    pub login: McpLogin,
    /// Whether issues go over it.
    pub use_for_jira: bool,
    /// Whether pages go over it.
    pub use_for_confluence: bool,
}

/// Where an MCP server is.
#[derive(Debug, Clone)]
pub enum McpPlace {
    /// A program on this machine and its arguments; only the operator can name one.
    Command(String),
    /// A server with streamable HTTP.
    Http(Url),
}

/// How requests to an MCP server prove who they are.
#[derive(Debug, Clone)]
pub enum McpLogin {
    /// Not at all.
    Anonymous,
    /// By this `Authorization` header.
    Header(SecretString),
    /// By the access tokens of the OAuth grant.
    OAuth,
}

impl AtlassianLogin {
    /// Under which name approvals are bound to the account, as far as it is configured.
    #[must_use]
    pub fn acting_identity(&self) -> &str {
        match self {
            Self::ApiToken { username, .. } => username,
            Self::PersonalToken { username, .. } => {
                username.as_deref().unwrap_or("the personal token")
            }
            Self::OAuth => "the OAuth grant",
        }
    }
}
