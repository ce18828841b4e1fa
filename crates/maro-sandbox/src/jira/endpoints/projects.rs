//! `/project/search` and `/project/{project}`.

use axum::extract::State;
use serde_json::{Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{JiraPath, ok, page_bean};
use crate::jira::model::Project;
use crate::jira::state::{JiraState, issue_type, status};
use crate::query::Params;
use crate::state::lock;

/// A page of projects.
pub(super) async fn search(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    let (start, max) = params.page(50, 100)?;
    let (keys, ids) = (params.list("keys"), params.list("id"));
    let query = params.first("query").unwrap_or_default().to_lowercase();
    let jira = lock(&state.jira);
    let mut projects: Vec<&Project> = jira
        .projects
        .iter()
        .filter(|project| {
            keys.is_empty() || keys.iter().any(|key| key.eq_ignore_ascii_case(project.key))
        })
        .filter(|project| ids.is_empty() || ids.iter().any(|id| id == project.id))
        .filter(|project| {
            project.name.to_lowercase().contains(&query)
                || project.key.to_lowercase().contains(&query)
        })
        .collect();
    sort(&mut projects, params.first("orderBy").unwrap_or("key"))?;
    let rows: Vec<Value> = projects
        .into_iter()
        .map(|project| jira.project_row(view, project))
        .collect();
    Ok(ok(&page_bean(
        &format!("{}/project/search", jira.api(view)),
        &rows,
        start,
        max,
    )))
}

fn sort(projects: &mut [&Project], order: &str) -> Outcome<()> {
    match order.trim_start_matches(['-', '+', ' ']) {
        "name" => projects.sort_by_key(|project| project.name),
        "key" => projects.sort_by_key(|project| project.key),
        "category"
        | "owner"
        | "issueCount"
        | "lastIssueUpdatedDate"
        | "lastIssueUpdatedTime"
        | "archivedDate"
        | "deletedDate" => {}
        other => {
            return Err(JiraError::bad_request(format!(
                "The orderBy value '{other}' is not valid."
            )));
        }
    }
    if order.starts_with('-') {
        projects.reverse();
    }
    Ok(())
}

/// All projects at once; Cloud has it for old clients only.
pub(super) async fn all(State(state): State<Shared>, Caller(view): Caller) -> Outcome {
    let jira = lock(&state.jira);
    let rows: Vec<Value> = jira
        .projects
        .iter()
        .map(|project| jira.project_row(view, project))
        .collect();
    Ok(ok(&json!(rows)))
}

/// One project.
pub(super) async fn show(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
) -> Outcome {
    let jira = lock(&state.jira);
    Ok(ok(&jira.project_view(view, find(&jira, &key)?)))
}

/// The statuses of a project, by issue type.
pub(super) async fn statuses(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
) -> Outcome {
    let jira = lock(&state.jira);
    let project = find(&jira, &key)?;
    let statuses: Vec<Value> = project
        .statuses
        .iter()
        .map(|id| jira.status_ref(view, status(id)))
        .collect();
    let list: Vec<Value> = project
        .issue_types
        .iter()
        .map(|id| jira.issue_type_ref(view, issue_type(id)))
        .map(|kind| {
            json!({
                "self": kind["self"], "id": kind["id"], "name": kind["name"],
                "subtask": kind["subtask"], "statuses": statuses,
            })
        })
        .collect();
    Ok(ok(&json!(list)))
}

fn find<'a>(jira: &'a JiraState, key: &str) -> Outcome<&'a Project> {
    jira.find_project(key).ok_or_else(|| {
        let by = if key.parse::<u64>().is_ok() {
            "id"
        } else {
            "key"
        };
        JiraError::not_found(format!("No project could be found with {by} '{key}'."))
    })
}
