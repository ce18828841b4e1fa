//! The guided set-up of each integration, step by step.

use maro_app::model::Integration;
use url::Url;

/// One step.
pub(super) struct Step {
    /// What to do.
    pub(super) text: &'static str,
    /// An address to open.
    pub(super) link: Option<&'static str>,
    /// Something to copy there.
    pub(super) copy: Option<String>,
}

/// The steps for an integration; addresses of this Maro are filled in where it knows its own.
pub(super) fn steps(integration: Integration, public_url: Option<&Url>) -> Vec<Step> {
    match integration {
        Integration::Slack => slack(public_url),
        Integration::Jira => jira(public_url),
        Integration::Confluence => vec![
            step("Confluence of a Cloud site takes the same account and API token as Jira. Make a token:")
                .to("https://id.atlassian.com/manage-profile/security/api-tokens"),
            step("For Server or Data Center, make a personal token in the account's profile instead."),
            step("Fill in the form, try it out, and save it."),
        ],
        Integration::Mcp => vec![
            step("You need this only where Jira must be reached through an MCP server: mcp-atlassian, or Atlassian's hosted server."),
            step("Keep Jira's own connection, too: Maro reads metadata by it and checks what the server did."),
            step("Fill in the address and which server it is, try it out, and save it."),
        ],
    }
}

fn slack(public_url: Option<&Url>) -> Vec<Step> {
    vec![
        step("Print the app's manifest at the terminal of the server:")
            .with("maro manifest".to_owned()),
        step("Make an app from the manifest, and install it to your workspace:")
            .to("https://api.slack.com/apps?new_app=1"),
        step(
            "Without a public address, print it with --socket-mode instead, and make an app-level token with the scope connections:write under Basic Information.",
        ),
        step("With one, Slack must reach this address:")
            .with(address(public_url, "api/v1/webhooks/slack/events")),
        step(
            "Copy bot token and signing secret (or the app-level token) into the form, try it out, and save it.",
        ),
        step("In Slack, invite Maro to a channel and type its command."),
    ]
}

fn jira(public_url: Option<&Url>) -> Vec<Step> {
    vec![
        step("Decide which account creates the tickets, and make an API token for it:")
            .to("https://id.atlassian.com/manage-profile/security/api-tokens"),
        step("For Server or Data Center, make a personal token in the account's profile instead."),
        step("Fill in the form, try it out, and save it."),
        step("In Jira's administration, under System, WebHooks, add a webhook for created, updated and deleted issues with a secret, and give the same secret here. It may call:")
            .with(address(public_url, "api/v1/webhooks/jira")),
    ]
}

fn address(public_url: Option<&Url>, path: &str) -> String {
    let url = public_url.and_then(|url| url.join(path).ok());
    url.map_or_else(|| format!("https://(this Maro)/{path}"), String::from)
}

fn step(text: &'static str) -> Step {
    Step {
        text,
        link: None,
        copy: None,
    }
}

impl Step {
    fn to(self, link: &'static str) -> Self {
        Self {
            link: Some(link),
            ..self
        }
    }

    fn with(self, copy: String) -> Self {
        Self {
            copy: Some(copy),
            ..self
        }
    }
}
