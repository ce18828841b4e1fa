//! `GET`, `PUT` and `DELETE /issue/{issue}`.

use axum::extract::State;

use super::Shared;
use super::create_issue::{comments, object, read_properties};
use crate::jira::auth::Caller;
use crate::jira::change;
use crate::jira::changes::By;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::fields::Target;
use crate::jira::http::{JiraPath, JsonBody, no_content, ok};
use crate::jira::site::ISSUE_TYPES;
use crate::jira::state::{JiraState, issue_type};
use crate::jira::views::{FieldFilter, FieldSet, View};
use crate::query::Params;
use crate::state::lock;

/// Shows an issue; the index lag does not apply.
pub(super) async fn show(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    params: Params,
) -> Outcome {
    let jira = lock(&state.jira);
    let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
    let filter = FieldFilter::parse(&params.list("fields"), FieldSet::All);
    let mut value = jira.issue_view(view, issue, &filter);
    jira.expand_issue(view, issue, &params.list("expand"), &mut value);
    let properties = params.list("properties");
    if !properties.is_empty() {
        value["properties"] = JiraState::issue_properties(issue, &properties);
    }
    Ok(ok(&value))
}

/// Edits an issue.
pub(super) async fn edit(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    params: Params,
    JsonBody(body): JsonBody,
) -> Outcome {
    let returned = change(&state, |jira, now| {
        let by = By {
            actor: view.viewer,
            now,
        };
        let id = apply(jira, by, view, &key, &body)?;
        let issue = jira.issues.get(&id).ok_or_else(JiraError::no_issue)?;
        let all = FieldFilter::parse(&[], FieldSet::All);
        Outcome::Ok(jira.issue_view(view, issue, &all))
    })?;
    let wanted = params.first("returnIssue") == Some("true");
    Ok(if wanted { ok(&returned) } else { no_content() })
}

fn apply(
    jira: &mut JiraState,
    by: By,
    view: View,
    key: &str,
    body: &serde_json::Map<String, serde_json::Value>,
) -> Outcome<u64> {
    let issue = jira
        .find_issue(key)
        .ok_or_else(JiraError::no_issue)?
        .clone();
    let (fields, update) = (object(body, "fields")?, object(body, "update")?);
    let properties = read_properties(body.get("properties"))?;
    if fields.is_empty() && update.is_empty() && properties.is_empty() {
        return Err(JiraError::bad_request(
            "one of 'fields' or 'update' required",
        ));
    }
    let target = Target {
        jira,
        project: jira.project_of(&issue),
        kind: issue_type(issue.kind),
        version: view.version,
        issue: Some(&issue),
    };
    let edits = target.read(&fields, &update)?;
    let comments = comments(view.version, &update)?;
    if let Some(kind) = edits.issue_type {
        stays_in_hierarchy(issue.kind, kind)?;
    }
    jira.edit_issue(by, issue.id, edits);
    if let Some(issue) = jira.issues.get_mut(&issue.id) {
        issue.properties.extend(properties);
    }
    jira.touch(issue.id, by.now);
    for comment in comments {
        jira.add_comment(by, issue.id, comment, std::collections::BTreeMap::new());
    }
    Ok(issue.id)
}

/// Editing cannot turn a task into a sub-task; the real site asks for a conversion.
fn stays_in_hierarchy(before: &str, after: &str) -> Outcome<()> {
    let level = |id: &str| {
        ISSUE_TYPES
            .iter()
            .find(|kind| kind.id == id)
            .map(|kind| kind.level)
    };
    if level(before) == level(after) {
        Ok(())
    } else {
        Err(JiraError::field(
            "issuetype",
            "The issue type selected is invalid.",
        ))
    }
}

/// Deletes an issue.
pub(super) async fn delete(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    params: Params,
) -> Outcome {
    let with_subtasks = params.first("deleteSubtasks") == Some("true");
    change(&state, |jira, now| {
        let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
        let (id, key) = (issue.id, issue.key.clone());
        let has_subtasks = jira
            .children_of(id)
            .iter()
            .any(|child| issue_type(child.kind).level < 0);
        if has_subtasks && !with_subtasks {
            return Err(JiraError::bad_request(format!(
                "The issue '{key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
            )));
        }
        jira.delete_issue(
            By {
                actor: view.viewer,
                now,
            },
            id,
        );
        Ok(())
    })?;
    Ok(no_content())
}
