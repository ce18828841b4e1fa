//! The lists of a site: priorities, issue types, statuses, fields, labels.

use std::collections::BTreeSet;

use axum::extract::State;
use serde_json::{Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::error::Outcome;
use crate::jira::http::{ApiVersion, ok, page_bean};
use crate::jira::screens::schema;
use crate::jira::site::{
    CUSTOM_FIELDS, DEFAULT_PRIORITY, EPIC_LINK, ISSUE_TYPES, PRIORITIES, STATUSES,
};
use crate::jira::views::field_name;
use crate::query::Params;
use crate::state::lock;

const SYSTEM_FIELDS: [&str; 17] = [
    "statusCategory",
    "issuetype",
    "parent",
    "project",
    "priority",
    "status",
    "labels",
    "summary",
    "description",
    "environment",
    "assignee",
    "reporter",
    "creator",
    "created",
    "updated",
    "duedate",
    "comment",
];

/// All priorities.
pub(super) async fn priorities(State(state): State<Shared>, Caller(view): Caller) -> Outcome {
    let jira = lock(&state.jira);
    let list: Vec<Value> = PRIORITIES
        .iter()
        .map(|priority| jira.priority_view(view, priority, priority.id == DEFAULT_PRIORITY))
        .collect();
    Ok(ok(&json!(list)))
}

/// A page of priorities, by project if asked.
pub(super) async fn priority_page(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    let (start, max) = params.page(50, 50)?;
    let (ids, project_ids) = (params.list("id"), params.list("projectId"));
    let name = params
        .first("priorityName")
        .unwrap_or_default()
        .to_lowercase();
    let only_default = params.first("onlyDefault") == Some("true");
    let jira = lock(&state.jira);
    let in_projects = |id: &str| {
        project_ids.is_empty()
            || jira.projects.iter().any(|project| {
                project_ids.iter().any(|wanted| wanted == project.id)
                    && project.priorities.contains(&id)
            })
    };
    let list: Vec<Value> = PRIORITIES
        .iter()
        .filter(|priority| ids.is_empty() || ids.iter().any(|id| id == priority.id))
        .filter(|priority| in_projects(priority.id))
        .filter(|priority| priority.name.to_lowercase().contains(&name))
        .filter(|priority| !only_default || priority.id == DEFAULT_PRIORITY)
        .map(|priority| jira.priority_view(view, priority, priority.id == DEFAULT_PRIORITY))
        .collect();
    Ok(ok(&page_bean(
        &format!("{}/priority/search", jira.api(view)),
        &list,
        start,
        max,
    )))
}

/// All issue types.
pub(super) async fn issue_types(State(state): State<Shared>, Caller(view): Caller) -> Outcome {
    let jira = lock(&state.jira);
    let list: Vec<Value> = ISSUE_TYPES
        .iter()
        .map(|kind| jira.issue_type_ref(view, kind))
        .collect();
    Ok(ok(&json!(list)))
}

/// All statuses.
pub(super) async fn statuses(State(state): State<Shared>, Caller(view): Caller) -> Outcome {
    let jira = lock(&state.jira);
    let list: Vec<Value> = STATUSES
        .iter()
        .map(|status| jira.status_ref(view, status))
        .collect();
    Ok(ok(&json!(list)))
}

/// All fields.
pub(super) async fn fields(Caller(view): Caller) -> Outcome {
    let system = SYSTEM_FIELDS.iter().map(|id| {
        json!({
            "id": id, "key": id, "name": field_name(id), "custom": false, "orderable": true,
            "navigable": true, "searchable": true, "clauseNames": [id], "schema": schema(id),
        })
    });
    let epic = (view.version == ApiVersion::Server).then_some(EPIC_LINK);
    let custom = CUSTOM_FIELDS.iter();
    let custom = custom.map(|field| (field.id, field.number, field.name));
    let custom = custom.chain(epic).map(|(id, number, name)| {
        json!({
            "id": id, "key": id, "name": name,
            "custom": true, "orderable": true, "navigable": true, "searchable": true,
            "clauseNames": [format!("cf[{number}]"), name], "schema": schema(id),
        })
    });
    let list: Vec<Value> = system.chain(custom).collect();
    Ok(ok(&json!(list)))
}

/// All labels in use.
pub(super) async fn labels(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    let (start, max) = params.page(1_000, 1_000)?;
    let jira = lock(&state.jira);
    let labels: BTreeSet<&str> = jira
        .issues
        .values()
        .flat_map(|issue| issue.labels.iter().map(String::as_str))
        .collect();
    let list: Vec<Value> = labels.into_iter().map(Value::from).collect();
    Ok(ok(&page_bean(
        &format!("{}/label", jira.api(view)),
        &list,
        start,
        max,
    )))
}
