//! What the operator's values mean, checked at the start: a typing error must not wait until
//! somebody needs the connection.

use maro_core::integrations::Integration;

use super::read::{self, FieldProblem};
use super::{Values, fields};
use crate::settings::{ConfluenceSettings, JiraSettings, McpSettings, SlackSettings, StartValues};

/// The operator's settings, before anything stored stands over them.
#[derive(Debug, Clone, Default)]
pub struct StartSettings {
    /// Slack.
    pub slack: Option<SlackSettings>,
    /// Jira.
    pub jira: Option<JiraSettings>,
    /// Confluence.
    pub confluence: Option<ConfluenceSettings>,
    /// The MCP server.
    pub mcp: Option<McpSettings>,
}

/// Reads the operator's values. The error has a sentence per problem, with the variable's name.
pub fn read_start_values(start: &StartValues) -> Result<StartSettings, Vec<String>> {
    let mut sentences = Vec::new();
    let settings = StartSettings {
        slack: one(start, Integration::Slack, &mut sentences, |values| {
            read::slack(values, &start.slack_api_url)
        }),
        jira: one(start, Integration::Jira, &mut sentences, read::jira),
        confluence: one(
            start,
            Integration::Confluence,
            &mut sentences,
            read::confluence,
        ),
        mcp: one(start, Integration::Mcp, &mut sentences, read::mcp),
    };
    if sentences.is_empty() {
        Ok(settings)
    } else {
        Err(sentences)
    }
}

fn one<T>(
    start: &StartValues,
    integration: Integration,
    sentences: &mut Vec<String>,
    read: impl Fn(&Values) -> Result<Option<T>, Vec<FieldProblem>>,
) -> Option<T> {
    match read(start.values.get(&integration)?) {
        Ok(settings) => settings,
        Err(problems) => {
            sentences.extend(problems.iter().map(|problem| {
                let field = fields::find(integration, problem.field);
                let variable = field.and_then(|field| field.variable);
                problem.sentence(variable.unwrap_or(problem.field))
            }));
            None
        }
    }
}
