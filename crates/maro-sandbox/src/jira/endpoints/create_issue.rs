//! `POST /issue`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::change;
use crate::jira::changes::{By, NewIssue};
use crate::jira::error::{JiraError, Outcome};
use crate::jira::fields::{self, Target};
use crate::jira::http::{ApiVersion, JsonBody, reply};
use crate::jira::state::JiraState;

const KNOWN_KEYS: [&str; 5] = [
    "fields",
    "update",
    "properties",
    "historyMetadata",
    "transition",
];

/// Creates an issue.
pub(super) async fn create(
    State(state): State<Shared>,
    Caller(view): Caller,
    JsonBody(body): JsonBody,
) -> Outcome {
    let created = change(&state, |jira, now| {
        jira.create_requests += 1;
        let by = By {
            actor: view.viewer,
            now,
        };
        let id = accept_new_issue(jira, by, view.version, &body)?;
        let key = jira.issues.get(&id).map(|issue| issue.key.clone());
        let link = format!("{}/issue/{id}", jira.api(view));
        Outcome::Ok(json!({"id": id.to_string(), "key": key, "self": link}))
    })?;
    Ok(reply_created(&created))
}

fn reply_created(body: &Value) -> Response {
    reply(StatusCode::CREATED, body)
}

/// Checks a create request completely, then creates. Nothing is created on any complaint.
pub(crate) fn accept_new_issue(
    jira: &mut JiraState,
    by: By,
    version: ApiVersion,
    body: &Map<String, Value>,
) -> Outcome<u64> {
    if body.keys().any(|key| !KNOWN_KEYS.contains(&key.as_str())) {
        return Err(JiraError::invalid_payload());
    }
    if body.get("transition").is_some_and(|value| !value.is_null()) {
        return Err(JiraError::bad_request(
            "Transitions while creating are not available on this site.",
        ));
    }
    let (fields, update) = (object(body, "fields")?, object(body, "update")?);
    let properties = read_properties(body.get("properties"))?;
    let project = fields::project(jira, &fields)?.clone();
    let kind = fields::kind(&project, &fields)?;
    let target = Target {
        jira,
        project: &project,
        kind,
        version,
        issue: None,
    };
    let edits = target.read(&fields, &update)?;
    let comments = comments(version, &update)?;
    let id = jira.create_issue(
        by,
        NewIssue {
            project: &project,
            kind,
            edits,
            properties,
        },
    );
    for comment in comments {
        jira.add_comment(by, id, comment, BTreeMap::new());
    }
    Ok(id)
}

/// A member of the body that must be an object if it is there.
pub(super) fn object(body: &Map<String, Value>, key: &str) -> Outcome<Map<String, Value>> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object.clone()),
        Some(_) => Err(JiraError::invalid_payload()),
    }
}

/// The comments in `update: {comment: [{add: {body}}]}`.
pub(super) fn comments(
    version: ApiVersion,
    update: &Map<String, Value>,
) -> Outcome<Vec<crate::jira::model::RichText>> {
    let Some(operations) = update.get("comment") else {
        return Ok(Vec::new());
    };
    let invalid = || JiraError::field("comment", "data was not an array");
    let operations = operations.as_array().ok_or_else(invalid)?;
    operations
        .iter()
        .map(|operation| match operation.get("add") {
            Some(comment) => fields::comment_body(version, comment.get("body")),
            None => Err(JiraError::field(
                "comment",
                "Field does not support this operation",
            )),
        })
        .collect()
}

/// The entity properties of a create or edit request.
pub(super) fn read_properties(value: Option<&Value>) -> Outcome<BTreeMap<String, Value>> {
    let list = match value {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(JiraError::invalid_payload()),
    };
    let mut properties = BTreeMap::new();
    for entry in list {
        let entry = entry.as_object().ok_or_else(JiraError::invalid_payload)?;
        let key = entry
            .get("key")
            .and_then(Value::as_str)
            .ok_or_else(JiraError::invalid_payload)?;
        let value = entry.get("value").cloned().unwrap_or(Value::Null);
        super::properties::check(key, &value)?;
        properties.insert(key.to_owned(), value);
    }
    Ok(properties)
}
