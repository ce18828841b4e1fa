//! `/issue/{issue}/comment` and single comments.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Shared;
use super::create_issue::read_properties;
use crate::jira::auth::Caller;
use crate::jira::change;
use crate::jira::changes::By;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::fields;
use crate::jira::http::{JiraPath, JsonBody, no_content, ok, reply};
use crate::jira::model::{Comment, Issue};
use crate::jira::state::JiraState;
use crate::jira::views::View;
use crate::query::Params;
use crate::state::lock;

/// The comments of an issue, oldest first.
pub(super) async fn list(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    params: Params,
) -> Outcome {
    let (start, max) = params.page(100, 5_000)?;
    let descending = match params.first("orderBy") {
        None | Some("created" | "+created") => false,
        Some("-created") => true,
        Some(other) => {
            return Err(JiraError::bad_request(format!(
                "Invalid order by value: '{other}'. Only 'created' is allowed."
            )));
        }
    };
    let jira = lock(&state.jira);
    let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
    let mut comments: Vec<&Comment> = issue.comments.iter().collect();
    if descending {
        comments.reverse();
    }
    let expand = params.list("expand");
    let page: Vec<Value> = comments
        .into_iter()
        .skip(start)
        .take(max)
        .map(|comment| jira.comment_expanded(view, issue, comment, &expand))
        .collect();
    Ok(ok(
        &json!({"startAt": start, "maxResults": max, "total": issue.comments.len(), "comments": page}),
    ))
}

/// One comment.
pub(super) async fn show(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath((key, id)): JiraPath<(String, String)>,
    params: Params,
) -> Outcome {
    let jira = lock(&state.jira);
    let (issue, comment) = find(&jira, &key, &id)?;
    Ok(ok(&jira.comment_expanded(
        view,
        issue,
        comment,
        &params.list("expand"),
    )))
}

/// Adds a comment.
pub(super) async fn add(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    let shown = change(&state, |jira, now| {
        let id = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?.id;
        let text = read(view, &body)?;
        let properties: BTreeMap<String, Value> = read_properties(body.get("properties"))?;
        let comment = jira.add_comment(
            By {
                actor: view.viewer,
                now,
            },
            id,
            text,
            properties,
        );
        present(jira, view, &key, comment)
    })?;
    Ok(reply(StatusCode::CREATED, &shown))
}

/// Replaces a comment's body.
pub(super) async fn edit(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath((key, id)): JiraPath<(String, String)>,
    JsonBody(body): JsonBody,
) -> Outcome {
    let shown = change(&state, |jira, now| {
        let (issue, comment) = find(jira, &key, &id)?;
        let (issue, comment) = (issue.id, comment.id);
        let text = read(view, &body)?;
        jira.edit_comment(
            By {
                actor: view.viewer,
                now,
            },
            issue,
            comment,
            text,
        );
        present(jira, view, &key, comment)
    })?;
    Ok(ok(&shown))
}

/// Deletes a comment.
pub(super) async fn delete(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath((key, id)): JiraPath<(String, String)>,
) -> Outcome {
    change(&state, |jira, now| {
        let (issue, comment) = find(jira, &key, &id)?;
        let (issue, comment) = (issue.id, comment.id);
        jira.delete_comment(
            By {
                actor: view.viewer,
                now,
            },
            issue,
            comment,
        );
        Outcome::Ok(())
    })?;
    Ok(no_content())
}

fn read(view: View, body: &Map<String, Value>) -> Outcome<crate::jira::model::RichText> {
    if body.get("visibility").is_some_and(|value| !value.is_null()) {
        return Err(JiraError::field(
            "commentLevel",
            "Comments on this site cannot be restricted.",
        ));
    }
    fields::comment_body(view.version, body.get("body"))
}

fn find<'a>(jira: &'a JiraState, key: &str, id: &str) -> Outcome<(&'a Issue, &'a Comment)> {
    let issue = jira.find_issue(key).ok_or_else(JiraError::no_issue)?;
    let comment = issue
        .comments
        .iter()
        .find(|comment| comment.id.to_string() == id)
        .ok_or_else(|| JiraError::not_found(format!("Can not find a comment for the id: {id}.")))?;
    Ok((issue, comment))
}

fn present(jira: &JiraState, view: View, key: &str, id: u64) -> Outcome<Value> {
    let (issue, comment) = find(jira, key, &id.to_string())?;
    Ok(jira.comment_view(view, issue, comment))
}
