//! What an operator configures, already read and checked. Reading it is the `maro` binary's work.

use std::path::PathBuf;
use std::time::Duration;

use maro_core::approvals::PolicyRules;
use maro_core::operations::Schedule;
use secrecy::SecretString;
use url::Url;

use crate::secrets::KeyRing;

/// Everything that an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach this Maro; used in links.
    pub public_url: Option<Url>,
    /// The slash commands that are ours, with their slash. The first is the one we teach.
    pub commands: Vec<String>,
    /// What the environment and the file say about connections; what is stored stands over it.
    pub start: StartValues,
    /// Who may approve what.
    pub approval: PolicyRules,
    /// When to look for evidence and when to ask a person.
    pub schedule: Schedule,
    /// Time-outs and leases.
    pub timings: Timings,
    /// A bearer token with every scope, from the environment.
    pub api_token: Option<SecretString>,
    /// The keys that seal, and the one that markers are made with.
    pub keys: KeyRing,
    /// The file that the keys stand in, when they do not come from the environment.
    pub key_file: Option<PathBuf>,
}

/// The connections of the operator's environment and file. Their addresses are trusted.
#[derive(Debug, Clone, Default)]
pub struct StartValues {
    /// The Slack workspace.
    pub slack: Option<SlackSettings>,
    /// The Jira site.
    pub jira: Option<JiraSettings>,
    /// Atlassian's accounts, and the OAuth app.
    pub atlassian: AtlassianSettings,
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
        let constant = |text| Url::parse(text).expect("a constant address is well formed");
        Self {
            auth_url: constant("https://auth.atlassian.com"),
            api_url: constant("https://api.atlassian.com"),
            app: None,
        }
    }
}

/// How Slack is reached.
#[derive(Debug, Clone)]
pub struct SlackSettings {
    /// The Web API.
    pub api_url: Url,
    /// The bot's token.
    pub bot_token: SecretString,
    /// The app's signing secret; without it no delivery by HTTP is accepted.
    pub signing_secret: Option<SecretString>,
}

/// How Jira is reached.
#[derive(Debug, Clone)]
pub struct JiraSettings {
    /// The site.
    pub url: Url,
    /// The account, an e-mail address. It is the acting identity that approvals are bound to.
    pub username: String,
    /// The account's API token.
    pub api_token: SecretString,
    /// The project that new drafts begin with.
    pub default_project: Option<String>,
    /// The issue type that new drafts begin with, where the project has it.
    pub default_issue_type: String,
    /// The secret of the admin webhook; without it no webhook is accepted.
    pub webhook_secret: Option<SecretString>,
}

/// Time-outs and leases.
#[derive(Debug, Clone)]
pub struct Timings {
    /// Total time of one create, shorter than `lease`.
    pub send_deadline: Duration,
    /// How long a claimed operation is ours.
    pub lease: Duration,
    /// How long a claimed delivery or message is ours.
    pub work_lease: Duration,
    /// How often the queues are looked at without a wake-up.
    pub poll: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            send_deadline: Duration::from_secs(20),
            lease: Duration::from_secs(40),
            work_lease: Duration::from_mins(1),
            poll: Duration::from_secs(1),
        }
    }
}

impl Settings {
    /// The command that help texts teach.
    #[must_use]
    pub fn command(&self) -> &str {
        self.commands.first().map_or("/maro", String::as_str)
    }

    /// The link to a page of this Maro, when it knows where people reach it.
    #[must_use]
    pub fn page_url(&self, path: &str) -> Option<Url> {
        self.public_url
            .as_ref()
            .and_then(|url| url.join(path.trim_start_matches('/')).ok())
    }
}
