//! What a sandbox is started with.

use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

/// How a sandbox is started. `Default` gives constants that work together.
#[derive(Clone)]
pub struct SandboxOptions {
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Where signed deliveries go. It can be set later with `Sandbox::point_at`.
    pub maro_url: Option<Url>,
    /// The secret that signs deliveries from Slack.
    pub slack_signing_secret: String,
    /// The bot token that the Web API accepts.
    pub slack_bot_token: String,
    /// The app-level token that opens connections of Socket Mode.
    pub slack_app_token: String,
    /// The client id of the Slack app.
    pub slack_client_id: String,
    /// The client secret of the Slack app.
    pub slack_client_secret: String,
    /// The e-mail address of the Jira account that the API token belongs to.
    pub jira_username: String,
    /// The API token that Jira accepts.
    pub jira_api_token: String,
    /// The personal token that the Data Center product accepts.
    pub jira_personal_token: String,
    /// The secret that signs Jira's webhooks.
    pub jira_webhook_secret: String,
    /// The client id of the OAuth 2.0 app at Atlassian.
    pub atlassian_client_id: String,
    /// The secret of that app; it also signs the webhooks that the app registers.
    pub atlassian_client_secret: String,
    /// What is in the workspace and on the site at the start.
    pub seed: Seed,
}

/// What a sandbox holds at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seed {
    /// People, channels with a little talk, projects and a dozen issues.
    #[default]
    Demo,
    /// People, channels and projects, but no messages and no issues.
    Empty,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            maro_url: None,
            slack_signing_secret: "sandbox-signing-secret-0123456789".into(),
            slack_bot_token: "xoxb-sandbox-bot-token".into(),
            slack_app_token: "xapp-1-sandbox-app-token".into(),
            slack_client_id: "1111111111.2222222222".into(),
            slack_client_secret: "sandbox-slack-client-secret".into(),
            jira_username: "maro@example.com".into(),
            jira_api_token: "sandbox-jira-api-token".into(),
            jira_personal_token: "sandbox-jira-personal-token".into(),
            jira_webhook_secret: "sandbox-jira-webhook-secret".into(),
            atlassian_client_id: "sandbox-atlassian-client-id".into(),
            atlassian_client_secret: "sandbox-atlassian-client-secret".into(),
            seed: Seed::Demo,
        }
    }
}
