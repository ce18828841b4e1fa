//! What is done to an issue beside its fields: comments, steps to another status, links.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{JIRA, encoded, key_in, site_of};
use crate::mcp::backend::Road;
use crate::mcp::sooperset::failure::{reading, said};
use crate::mcp::sooperset::shape;
use crate::mcp::sooperset::{Arguments, Done, rich};

/// `jira_add_comment` and `jira_edit_comment`
pub(in crate::mcp::sooperset) async fn comment(
    road: &Road,
    given: Arguments<'_>,
    edited: Option<&str>,
) -> Done {
    let key = given.must("issue_key");
    let version = if road.is_cloud { 3 } else { 2 };
    let body = json!({"body": rich(road, given.must("body"))});
    let path = format!("/rest/api/{version}/issue/{key}/comment");
    let answer = match edited {
        None => road.jira(Method::POST, &path, Some(&body)).await,
        Some(id) => {
            let path = format!("{path}/{}", encoded(id));
            road.jira(Method::PUT, &path, Some(&body)).await
        }
    };
    let verb = if edited.is_some() {
        "editing"
    } else {
        "adding"
    };
    match answer.value().filter(Value::is_object) {
        Some(value) => Ok(json!({
            "id": value["id"], "body": plain(&value["body"]),
            "created": value["created"], "author": value["author"]["displayName"],
        })),
        None if answer.status().is_some_and(|status| status.is_success()) => Err(format!(
            "Error {verb} comment: Unexpected return value type from `jira.issue_add_comment`: <class 'NoneType'>"
        )),
        None => Err(format!("Error {verb} comment: {}", said(&answer))),
    }
}

fn plain(body: &Value) -> Value {
    match body {
        Value::Object(_) => json!(crate::jira::render::plain(body)),
        text => text.clone(),
    }
}

/// `jira_get_transitions`: ids come back as numbers.
pub(in crate::mcp::sooperset) async fn transitions(road: &Road, given: Arguments<'_>) -> Done {
    let path = format!("/rest/api/2/issue/{}/transitions", given.must("issue_key"));
    let answer = road.jira(Method::GET, &path, None).await;
    let Some(value) = answer.value() else {
        return Err(match answer.status() {
            Some(StatusCode::OK) => {
                "Error getting transitions: 'str' object has no attribute 'get'".to_owned()
            }
            None => format!("Error getting transitions: {}", said(&answer)),
            _ => reading(JIRA, &answer),
        });
    };
    let steps = value["transitions"].as_array().into_iter().flatten();
    Ok(steps
        .map(|step| {
            let id = step["id"].as_str().and_then(|id| id.parse::<u64>().ok());
            json!({"id": id, "name": step["name"]})
        })
        .collect())
}

/// `jira_transition_issue`; a comment is lost where the step has no screen.
pub(in crate::mcp::sooperset) async fn transition(road: &Road, given: Arguments<'_>) -> Done {
    let (key, id) = (given.must("issue_key"), given.must("transition_id"));
    let mut body = json!({"transition": {"id": id}, "fields": given.object("fields")?});
    let comment = given.text("comment").filter(|text| !text.is_empty());
    if let Some(text) = comment {
        body["update"] = json!({"comment": [{"add": {"body": rich(road, text)}}]});
    }
    let version = if road.is_cloud && comment.is_some() {
        3
    } else {
        2
    };
    let path = format!("/rest/api/{version}/issue/{key}/transitions");
    let answer = road.jira(Method::POST, &path, Some(&body)).await;
    // Any success will do, also a page of HTML.
    if !answer.status().is_some_and(|status| status.is_success()) {
        return Err(match answer.status() {
            None => format!(
                "Error transitioning issue {key} with transition ID {id}: {}",
                said(&answer)
            ),
            _ => reading(JIRA, &answer),
        });
    }
    let answer = road
        .jira(Method::GET, &format!("/rest/api/2/issue/{key}"), None)
        .await;
    match answer.value().filter(Value::is_object) {
        Some(issue) => Ok(json!({
            "message": format!("Issue {key} transitioned successfully"),
            "issue": shape::issue(&issue, Some(&site_of(&issue))),
        })),
        None => Err(key_in(key, &answer)),
    }
}

/// `jira_create_remote_issue_link`
pub(in crate::mcp::sooperset) async fn remote_link(road: &Road, given: Arguments<'_>) -> Done {
    let key = given.must("issue_key");
    let version = if road.is_cloud { 3 } else { 2 };
    let body = json!({"object": {"url": given.must("url"), "title": given.must("title")}});
    let path = format!("/rest/api/{version}/issue/{key}/remotelink");
    let answer = road.jira(Method::POST, &path, Some(&body)).await;
    match answer.value().filter(Value::is_object) {
        Some(_) => Ok(json!({
            "success": true, "message": "Remote link created successfully", "issue_key": key,
            "link_title": given.must("title"), "link_url": given.must("url"),
        })),
        None => Err(format!(
            "Error creating remote issue link: {}",
            said(&answer)
        )),
    }
}
