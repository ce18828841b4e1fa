//! `/issue/{issue}/remotelink`: links to things outside Jira.
//!
//! A link with a global id replaces the one that has it, which makes it safe to
//! send twice.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::change;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{JiraPath, JsonBody, no_content, ok, reply};
use crate::jira::model::{Issue, RemoteLink};
use crate::jira::state::JiraState;
use crate::jira::views::View;
use crate::query::Params;
use crate::state::lock;

const LONGEST: usize = 255;

fn no_link(id: &str) -> JiraError {
    JiraError::not_found(format!(
        "No remote issue link with the ID '{id}' exists for the issue."
    ))
}

fn show_link(jira: &JiraState, view: View, issue: &Issue, link: &RemoteLink) -> Value {
    let mut value = json!({
        "id": link.id,
        "self": format!("{}/issue/{}/remotelink/{}", jira.api(view), issue.key, link.id),
        "application": link.application,
        "object": link.object,
    });
    if let Some(id) = &link.global_id {
        value["globalId"] = json!(id);
    }
    if let Some(text) = &link.relationship {
        value["relationship"] = json!(text);
    }
    value
}

/// All links of an issue, or the one with a global id.
pub(super) async fn list(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    params: Params,
) -> Outcome {
    let jira = lock(&state.jira);
    let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
    let Some(global_id) = params.first("globalId") else {
        let links = issue.links.iter();
        let list: Vec<Value> = links
            .map(|link| show_link(&jira, view, issue, link))
            .collect();
        return Ok(ok(&json!(list)));
    };
    let link = issue
        .links
        .iter()
        .find(|link| link.global_id.as_deref() == Some(global_id))
        .ok_or_else(|| no_link(global_id))?;
    Ok(ok(&show_link(&jira, view, issue, link)))
}

/// One link.
pub(super) async fn show(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath((key, id)): JiraPath<(String, String)>,
) -> Outcome {
    let jira = lock(&state.jira);
    let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
    let link = issue
        .links
        .iter()
        .find(|link| link.id.to_string() == id)
        .ok_or_else(|| no_link(&id))?;
    Ok(ok(&show_link(&jira, view, issue, link)))
}

/// Creates a link (201), or replaces the one with its global id (200).
pub(super) async fn put(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    let (status, shown) = change(&state, |jira, now| {
        let found = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
        let (id, key) = (found.id, found.key.clone());
        let mut link = read(&body)?;
        let known = found
            .links
            .iter()
            .position(|known| known.global_id.is_some() && known.global_id == link.global_id);
        link.id = match known {
            Some(index) => found.links[index].id,
            None => jira.next_id(),
        };
        let address = format!("{}/issue/{key}/remotelink/{}", jira.api(view), link.id);
        let shown = json!({"id": link.id, "self": address});
        let issue = jira.issues.get_mut(&id).ok_or_else(JiraError::no_issue)?;
        match known {
            Some(index) => issue.links[index] = link,
            None => issue.links.push(link),
        }
        jira.touch(id, now);
        let status = known.map_or(StatusCode::CREATED, |_| StatusCode::OK);
        Outcome::Ok((status, shown))
    })?;
    Ok(reply(status, &shown))
}

/// Deletes one link.
pub(super) async fn delete(
    State(state): State<Shared>,
    JiraPath((key, id)): JiraPath<(String, String)>,
) -> Outcome {
    remove(&state, &key, &id, |link| link.id.to_string() == id)
}

/// Deletes the link with a global id.
pub(super) async fn delete_global(
    State(state): State<Shared>,
    JiraPath(key): JiraPath<String>,
    params: Params,
) -> Outcome {
    let Some(id) = params.first("globalId") else {
        return Err(JiraError::bad_request("The 'globalId' is required."));
    };
    remove(&state, &key, id, |link| {
        link.global_id.as_deref() == Some(id)
    })
}

fn remove(state: &Shared, key: &str, name: &str, is: impl Fn(&RemoteLink) -> bool) -> Outcome {
    change(state, |jira, now| {
        let id = jira.find_issue(key).ok_or_else(JiraError::no_issue)?.id;
        let issue = jira.issues.get_mut(&id).ok_or_else(JiraError::no_issue)?;
        let index = issue
            .links
            .iter()
            .position(is)
            .ok_or_else(|| no_link(name))?;
        issue.links.remove(index);
        jira.touch(id, now);
        Outcome::Ok(())
    })?;
    Ok(no_content())
}

/// A link without its id, which Jira gives.
fn read(body: &Map<String, Value>) -> Outcome<RemoteLink> {
    let object = body.get("object").and_then(Value::as_object);
    for field in ["title", "url"] {
        let text = object
            .and_then(|object| object.get(field))
            .and_then(Value::as_str);
        if text.is_none_or(|text| text.trim().is_empty()) {
            return Err(JiraError::field(field, format!("'{field}' is required.")));
        }
        if field == "title" && text.is_some_and(|text| text.chars().count() > LONGEST) {
            let complaint = format!("'{field}' cannot exceed {LONGEST} characters.");
            return Err(JiraError::field(field, complaint));
        }
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let global_id = text("globalId");
    if global_id
        .as_ref()
        .is_some_and(|id| id.chars().count() > LONGEST)
    {
        let complaint = format!("'globalId' cannot exceed {LONGEST} characters.");
        return Err(JiraError::field("globalId", complaint));
    }
    Ok(RemoteLink {
        id: 0,
        global_id,
        relationship: text("relationship"),
        application: body
            .get("application")
            .cloned()
            .unwrap_or_else(|| json!({})),
        object: Value::from(object.cloned().unwrap_or_default()),
    })
}
