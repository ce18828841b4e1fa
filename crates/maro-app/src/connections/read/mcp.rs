//! The values of an MCP server.

use maro_core::integrations::Integration;

use super::{FieldProblem, Values, check_each, switch, url};
use crate::settings::{McpLogin, McpPlace, McpSettings};

const DEFAULT_PROFILE: &str = "sooperset";

/// Reads the settings; `None` when there is neither an address nor a command.
pub(crate) fn mcp(values: &Values) -> Result<Option<McpSettings>, Vec<FieldProblem>> {
    let mut problems = check_each(Integration::Mcp, values);
    let place = match (url(values), values.text("command")) {
        (Some(_), Some(_)) => {
            problems.push(FieldProblem::new(
                "command",
                "must not be set together with the address",
            ));
            None
        }
        (Some(url), None) => Some(McpPlace::Http(url)),
        (None, command) => command.map(|command| McpPlace::Command(command.to_owned())),
    };
    let header = values.secret("authorization");
    let login = match (values.text("auth"), header) {
        (Some("oauth"), _) => McpLogin::OAuth,
        (Some("header"), None) => {
            problems.push(FieldProblem::new("authorization", "must be set"));
            McpLogin::Anonymous
        }
        (Some("header") | None, Some(header)) => McpLogin::Header(header),
        _ => McpLogin::Anonymous,
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(place.map(|place| McpSettings {
        place,
        profile: values.text("profile").unwrap_or(DEFAULT_PROFILE).to_owned(),
        login,
        use_for_jira: switch(values, "use_for_jira", true),
        use_for_confluence: switch(values, "use_for_confluence", true),
    }))
}
