//! `PUT /issue/{issue}/assignee`.

use axum::extract::State;
use serde_json::Value;

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::change;
use crate::jira::changes::By;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::fields::{self, Edits};
use crate::jira::http::{ApiVersion, JiraPath, JsonBody, no_content};

/// Assigns an issue to somebody, or to nobody.
pub(super) async fn assign(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    if view.version != ApiVersion::Server && (body.contains_key("name") || body.contains_key("key"))
    {
        return Err(JiraError::bad_request(
            "'accountId' must be the only user identifying query parameter in GDPR strict mode.",
        ));
    }
    change(&state, |jira, now| {
        let id = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?.id;
        let wanted = fields::user(jira, view.version, &Value::Object(body))
            .map_err(|text| JiraError::field("assignee", text))?;
        let edits = Edits {
            assignee: Some(wanted),
            ..Edits::default()
        };
        let by = By {
            actor: view.viewer,
            now,
        };
        jira.edit_issue(by, id, edits);
        Outcome::Ok(())
    })?;
    Ok(no_content())
}
