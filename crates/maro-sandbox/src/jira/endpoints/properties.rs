//! `/issue/{issue}/properties`: invisible values that apps keep at issues.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::change;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{JiraPath, JsonValue, no_content, ok, reply};
use crate::state::lock;

const LONGEST_KEY: usize = 255;
const LONGEST_VALUE: usize = 32_768;

/// Checks a property against Jira's limits.
pub(super) fn check(key: &str, value: &Value) -> Outcome<()> {
    if key.trim().is_empty() {
        return Err(JiraError::bad_request("The property key cannot be empty."));
    }
    if key.chars().count() > LONGEST_KEY {
        return Err(JiraError::bad_request(
            "The property key cannot be longer than 255 characters.",
        ));
    }
    if value.to_string().chars().count() > LONGEST_VALUE {
        return Err(JiraError::bad_request(
            "The property value cannot be longer than 32768 characters.",
        ));
    }
    Ok(())
}

fn no_property(key: &str) -> JiraError {
    JiraError::not_found(format!("The property with key '{key}' does not exist."))
}

/// The keys.
pub(super) async fn list(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
) -> Outcome {
    let jira = lock(&state.jira);
    let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
    let base = format!("{}/issue/{}/properties", jira.api(view), issue.id);
    let keys: Vec<Value> = issue
        .properties
        .keys()
        .map(|key| json!({"self": format!("{base}/{key}"), "key": key}))
        .collect();
    Ok(ok(&json!({"keys": keys})))
}

/// One property.
pub(super) async fn show(
    State(state): State<Shared>,
    JiraPath((key, property)): JiraPath<(String, String)>,
) -> Outcome {
    let jira = lock(&state.jira);
    let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
    let value = issue
        .properties
        .get(&property)
        .ok_or_else(|| no_property(&property))?;
    Ok(ok(&json!({"key": property, "value": value})))
}

/// Sets a property: 201 when it is new, 200 when it was there.
pub(super) async fn set(
    State(state): State<Shared>,
    JiraPath((key, property)): JiraPath<(String, String)>,
    JsonValue(value): JsonValue,
) -> Outcome {
    let existed = change(&state, |jira, now| {
        let id = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?.id;
        check(&property, &value)?;
        let issue = jira.issues.get_mut(&id).ok_or_else(JiraError::no_issue)?;
        let existed = issue.properties.insert(property, value).is_some();
        jira.touch(id, now);
        Outcome::Ok(existed)
    })?;
    let status = if existed {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok(reply(status, &json!({})))
}

/// Deletes a property.
pub(super) async fn delete(
    State(state): State<Shared>,
    JiraPath((key, property)): JiraPath<(String, String)>,
) -> Outcome {
    change(&state, |jira, now| {
        let id = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?.id;
        let issue = jira.issues.get_mut(&id).ok_or_else(JiraError::no_issue)?;
        issue
            .properties
            .remove(&property)
            .ok_or_else(|| no_property(&property))?;
        jira.touch(id, now);
        Outcome::Ok(())
    })?;
    Ok(no_content())
}
