//! What the environment and the file say about connections.

use std::collections::BTreeMap;

use maro_app::connections::fields::{self, Field};
use maro_app::connections::{self, StartSettings, Values};
use maro_app::model::Integration;
use maro_app::settings::{AtlassianSettings, OAuthAppSettings, StartValues};

use super::SandboxPlace;
use super::atlassian;
use super::environment::Environment;
use super::file;

/// Reads the values and checks that they fit together.
pub(super) fn read(
    env: &Environment,
    jira: file::Jira,
) -> anyhow::Result<(StartValues, StartSettings)> {
    let all = Integration::ALL.into_iter();
    let mut values: BTreeMap<Integration, Values> =
        all.map(|one| (one, from_environment(env, one))).collect();
    add_file(values.entry(Integration::Jira).or_default(), jira);
    let base = StartValues::default();
    let start = StartValues {
        values,
        slack_api_url: env.url("SLACK_API_URL")?.unwrap_or(base.slack_api_url),
        atlassian: atlassian::read(env)?,
        allowed_hosts: allowed_hosts(env)?,
    };
    let settings = check(&start)?;
    Ok((start, settings))
}

/// Checks that values fit together; the error names the variables.
pub(super) fn check(start: &StartValues) -> anyhow::Result<StartSettings> {
    connections::read_start_values(start).map_err(|problems| anyhow::anyhow!(problems.join(" ")))
}

impl SandboxPlace {
    fn atlassian(&self) -> AtlassianSettings {
        AtlassianSettings {
            auth_url: self.atlassian_url.clone(),
            api_url: self.atlassian_url.clone(),
            app: Some(OAuthAppSettings {
                client_id: self.options.atlassian_client_id.clone(),
                client_secret: self.options.atlassian_client_secret.clone().into(),
            }),
        }
    }

    /// The sandbox in place of Slack and Jira.
    pub(super) fn start_values(&self) -> StartValues {
        let options = &self.options;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let secret = |(name, value): (&str, &str)| (name.to_owned(), value.into());
        let slack = Values {
            secrets: [
                ("bot_token", options.slack_bot_token.as_str()),
                ("signing_secret", &options.slack_signing_secret),
            ]
            .map(secret)
            .into(),
            ..Values::default()
        };
        let jira = Values {
            fields: [
                ("url", self.jira_url.as_str()),
                ("username", &options.jira_username),
                ("default_project", "SCRUM"),
            ]
            .map(owned)
            .into(),
            secrets: [
                ("api_token", options.jira_api_token.as_str()),
                ("webhook_secret", &options.jira_webhook_secret),
            ]
            .map(secret)
            .into(),
        };
        StartValues {
            values: [(Integration::Slack, slack), (Integration::Jira, jira)].into(),
            slack_api_url: self.slack_api_url.clone(),
            atlassian: self.atlassian(),
            ..StartValues::default()
        }
    }
}

fn from_environment(env: &Environment, integration: Integration) -> Values {
    let mut values = Values::default();
    let read = |field: &Field| Some((field.name.to_owned(), env.text(field.variable?)?));
    for field in fields::of(integration) {
        let Some((name, text)) = read(field) else {
            continue;
        };
        if field.kind.is_secret() {
            values.secrets.insert(name, text.into());
        } else {
            values.fields.insert(name, text);
        }
    }
    values
}

/// The file says what the environment leaves open; it has no secrets.
fn add_file(values: &mut Values, file: file::Jira) {
    let told = [
        ("url", file.url.map(String::from)),
        ("username", file.username),
        ("default_project", file.default_project),
        ("default_issue_type", file.default_issue_type),
    ];
    for (name, text) in told {
        if let Some(text) = text {
            values.fields.entry(name.to_owned()).or_insert(text);
        }
    }
}

/// Hosts that are no addresses: `jira.internal`, `10.0.0.5`, `localhost:8090`.
fn allowed_hosts(env: &Environment) -> anyhow::Result<Vec<String>> {
    let text = env.text("MARO_ALLOWED_HOSTS").unwrap_or_default();
    let hosts: Vec<String> = text
        .split(',')
        .map(|host| host.trim().to_ascii_lowercase())
        .filter(|host| !host.is_empty())
        .collect();
    anyhow::ensure!(
        hosts
            .iter()
            .all(|host| !host.contains(['/', '*', ' ', '@'])),
        "MARO_ALLOWED_HOSTS must list host names such as jira.internal or jira.internal:8443"
    );
    Ok(hosts)
}
