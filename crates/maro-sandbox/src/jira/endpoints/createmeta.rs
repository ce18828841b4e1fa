//! `/issue/createmeta/{project}/issuetypes` and the fields of one of them.

use axum::extract::State;
use serde_json::{Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{ApiVersion, JiraPath, ok};
use crate::jira::screens;
use crate::jira::site::ISSUE_TYPES;
use crate::jira::views::View;
use crate::query::Params;
use crate::state::lock;

fn no_project(key: &str) -> JiraError {
    JiraError::not_found(format!("No project could be found with key '{key}'."))
}

/// The issue types that can be created in a project.
pub(super) async fn issue_types(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    params: Params,
) -> Outcome {
    let page = params.page(50, 200)?;
    let jira = lock(&state.jira);
    let project = jira.find_project(&key).ok_or_else(|| no_project(&key))?;
    let types: Vec<Value> = ISSUE_TYPES
        .iter()
        .filter(|kind| project.issue_types.contains(&kind.id))
        .map(|kind| jira.issue_type_ref(view, kind))
        .collect();
    Ok(ok(&paged(view, "issueTypes", &types, page)))
}

/// The fields of the create screen.
pub(super) async fn fields(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath((key, kind)): JiraPath<(String, String)>,
    params: Params,
) -> Outcome {
    let page = params.page(50, 200)?;
    let jira = lock(&state.jira);
    let project = jira.find_project(&key).ok_or_else(|| no_project(&key))?;
    let kind = ISSUE_TYPES
        .iter()
        .find(|known| known.id == kind && project.issue_types.contains(&known.id))
        .ok_or_else(|| {
            JiraError::not_found(format!(
                "No issue type with id '{kind}' found for project '{}'.",
                project.key
            ))
        })?;
    let fields: Vec<Value> = screens::fields(project, kind, view.version)
        .into_iter()
        .map(|field| jira.field_meta(view, project, kind, field))
        .collect();
    Ok(ok(&paged(view, "fields", &fields, page)))
}

/// Cloud names the list, Data Center calls it `values` and says whether it ends.
fn paged(view: View, name: &str, values: &[Value], (start, max): (usize, usize)) -> Value {
    let page: Vec<&Value> = values.iter().skip(start).take(max).collect();
    let mut body = json!({"maxResults": max, "startAt": start, "total": values.len()});
    if view.version == ApiVersion::Server {
        body["isLast"] = json!(start + page.len() >= values.len());
        body["values"] = json!(page);
    } else {
        body[name] = json!(page);
    }
    body
}
