//! The settings of one integration, whichever it is: for what is the same for all of them.

use maro_core::integrations::Integration;

use super::read::{self, FieldProblem};
use super::values::Values;
use crate::settings::{ConfluenceSettings, JiraSettings, McpSettings, SlackSettings, StartValues};

/// Settings that fit together.
#[derive(Debug, Clone)]
pub(super) enum Settled {
    Slack(SlackSettings),
    Jira(JiraSettings),
    Confluence(ConfluenceSettings),
    Mcp(McpSettings),
}

/// Reads the settings of an integration; `None` when nothing is set that connects.
pub(super) fn read(
    integration: Integration,
    values: &Values,
    start: &StartValues,
) -> Result<Option<Settled>, Vec<FieldProblem>> {
    Ok(match integration {
        Integration::Slack => read::slack(values, &start.slack_api_url)?.map(Settled::Slack),
        Integration::Jira => read::jira(values)?.map(Settled::Jira),
        Integration::Confluence => read::confluence(values)?.map(Settled::Confluence),
        Integration::Mcp => read::mcp(values)?.map(Settled::Mcp),
    })
}
