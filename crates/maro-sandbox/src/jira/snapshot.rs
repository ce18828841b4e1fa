//! The whole site as one JSON value, for the page and for test oracles.

use serde_json::{Value, json};

use super::http::ApiVersion;
use super::model::{Comment, CustomKind, Issue};
use super::render;
use super::site::CUSTOM_FIELDS;
use super::state::{JiraState, issue_type, priority, status};
use super::views::{View, timestamp};
use super::webhooks::DynamicHook;

/// Every issue with what a person would see of it, newest first, and the webhooks sent.
pub(crate) fn snapshot(jira: &JiraState) -> Value {
    let issues: Vec<Value> = jira
        .issues
        .values()
        .rev()
        .map(|issue| one(jira, issue))
        .collect();
    let projects: Vec<Value> = jira
        .projects
        .iter()
        .map(|project| json!({"key": project.key, "name": project.name}))
        .collect();
    json!({
        "site": jira.site,
        "projects": projects,
        "issues": issues,
        "create_requests": jira.create_requests,
        "webhooks": jira.attempts,
        "dynamic_webhooks": jira.hooks.iter().map(DynamicHook::view).collect::<Vec<_>>(),
        "settings": jira.settings,
    })
}

fn one(jira: &JiraState, issue: &Issue) -> Value {
    let name = |id: Option<&str>| {
        id.and_then(|id| jira.find_account(id))
            .map(|account| account.name)
    };
    let transitions: Vec<Value> = jira
        .available_transitions(issue)
        .iter()
        .map(|step| json!({"id": step.id, "name": step.name, "to": status(step.to).name}))
        .collect();
    let comments: Vec<Value> = issue
        .comments
        .iter()
        .map(|comment| comment_of(jira, comment))
        .collect();
    let adf = issue.description.as_ref().map(|text| &text.adf);
    json!({
        "id": issue.id.to_string(),
        "key": issue.key,
        "project": jira.project_of(issue).key,
        "url": format!("{}/browse/{}", jira.site, issue.key),
        "summary": issue.summary,
        "type": issue_type(issue.kind).name,
        "status": status(issue.status).name,
        "status_category": format!("{:?}", status(issue.status).category),
        "priority": priority(issue.priority).name,
        "labels": issue.labels,
        "assignee": name(issue.assignee),
        "reporter": name(Some(issue.reporter)),
        "creator": name(Some(issue.creator)),
        "parent": issue.parent.and_then(|id| jira.issues.get(&id)).map(|parent| &parent.key),
        "description": adf,
        "description_text": adf.map(render::plain),
        "description_html": adf.map(render::html),
        "custom": custom(issue),
        "comments": comments,
        "transitions": transitions,
        "properties": issue.properties,
        "links": issue.links.iter().map(|link| &link.object).collect::<Vec<_>>(),
        "created": timestamp(issue.created),
        "updated": timestamp(issue.updated),
    })
}

fn comment_of(jira: &JiraState, comment: &Comment) -> Value {
    let view = View {
        version: ApiVersion::V3,
        viewer: "",
    };
    json!({
        "id": comment.id.to_string(),
        "author": jira.user_ref(view, comment.author)["displayName"],
        "body": comment.body.adf,
        "text": render::plain(&comment.body.adf),
        "html": render::html(&comment.body.adf),
        "created": timestamp(comment.created),
    })
}

/// Custom fields by the name and text that people see.
fn custom(issue: &Issue) -> Value {
    CUSTOM_FIELDS
        .iter()
        .filter_map(|field| {
            let value = issue.custom.get(field.id)?;
            let shown = match field.kind {
                CustomKind::Text => value.clone(),
                CustomKind::Select(options) => options
                    .iter()
                    .find(|(id, _)| value == *id)
                    .map(|(_, text)| Value::from(*text))?,
            };
            Some((field.name.to_owned(), shown))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}
