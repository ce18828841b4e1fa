//! From settings to clients. Nothing is sent here.

use std::sync::Arc;

use maro_atlassian::{JiraClient, JiraConfig};
use maro_slack::{SlackClient, SlackConfig};

use super::Jira;
use super::snapshot::{Built, Effective, Snapshot};
use crate::settings::{JiraSettings, SlackSettings, StartValues};

/// The connections as the operator's environment and file describe them.
pub(crate) fn from_start_values(start: &StartValues) -> Snapshot {
    build(Effective {
        slack: start.slack.clone().map(Arc::new),
        jira: start.jira.clone().map(Arc::new),
    })
}

fn build(settings: Effective) -> Snapshot {
    Snapshot {
        jira: settings.jira.as_deref().map(jira),
        slack: settings.slack.as_deref().map(slack),
        settings,
    }
}

fn jira(settings: &JiraSettings) -> Built<Jira> {
    let config = JiraConfig::basic(
        settings.url.clone(),
        settings.username.clone(),
        settings.api_token.clone(),
    );
    let client = JiraClient::new(config).map_err(|err| err.to_string())?;
    Ok(Jira::by_rest(client))
}

fn slack(settings: &SlackSettings) -> Built<SlackClient> {
    let config = SlackConfig {
        api_url: settings.api_url.clone(),
        bot_token: settings.bot_token.clone(),
    };
    SlackClient::new(config).map_err(|err| err.sentence())
}
