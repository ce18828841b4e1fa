//! `GET` and `POST /issue/{issue}/transitions`.

use std::collections::BTreeMap;

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::Shared;
use super::create_issue::{comments, object};
use crate::jira::auth::Caller;
use crate::jira::change;
use crate::jira::changes::By;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{JiraPath, JsonBody, no_content, ok};
use crate::jira::model::Transition;
use crate::jira::site::RESOLUTION;
use crate::query::Params;
use crate::state::lock;

/// The transitions an issue can take now.
pub(super) async fn list(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    params: Params,
) -> Outcome {
    let jira = lock(&state.jira);
    let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
    let fields = params.has("expand", "transitions.fields");
    let wanted = params.first("transitionId");
    let transitions: Vec<Value> = jira
        .available_transitions(issue)
        .into_iter()
        .filter(|step| wanted.is_none_or(|id| step.id == id))
        .map(|step| jira.transition_view(view, step, fields))
        .collect();
    Ok(ok(
        &json!({"expand": "transitions", "transitions": transitions}),
    ))
}

/// Moves an issue. A comment is kept only when the transition has a screen.
pub(super) async fn perform(
    State(state): State<Shared>,
    Caller(view): Caller,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    change(&state, |jira, now| {
        let issue = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?;
        let (id, available) = (issue.id, jira.available_transitions(issue));
        let wanted = transition_id(&body)?;
        let step = available
            .into_iter()
            .find(|step| step.id == wanted)
            .ok_or_else(|| {
                JiraError::bad_request(format!(
                    "Transition id '{wanted}' is not valid for this issue."
                ))
            })?;
        screen(step, &object(&body, "fields")?)?;
        let comments = comments(view.version, &object(&body, "update")?)?;
        let by = By {
            actor: view.viewer,
            now,
        };
        jira.transition_issue(by, id, step);
        for comment in comments.into_iter().filter(|_| step.has_screen) {
            jira.add_comment(by, id, comment, BTreeMap::new());
        }
        Outcome::Ok(())
    })?;
    Ok(no_content())
}

fn transition_id(body: &Map<String, Value>) -> Outcome<String> {
    let missing = || JiraError::bad_request("Missing 'transition' identifier");
    let id = body
        .get("transition")
        .and_then(Value::as_object)
        .and_then(|transition| transition.get("id"))
        .ok_or_else(missing)?;
    let text = match id {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(missing()),
    };
    if text.parse::<i64>().is_ok() {
        Ok(text)
    } else {
        Err(JiraError::bad_request(
            "'transition' identifier must be an integer",
        ))
    }
}

/// Only screens take fields, and ours have the resolution alone.
fn screen(step: &Transition, fields: &Map<String, Value>) -> Outcome<()> {
    for (name, value) in fields {
        if !step.has_screen || name != "resolution" {
            return Err(JiraError::field(
                name,
                format!(
                    "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
                ),
            ));
        }
        let known = value["name"] == RESOLUTION.1 || value["id"] == RESOLUTION.0;
        if !known {
            return Err(JiraError::field(
                "resolution",
                "The resolution selected is invalid.",
            ));
        }
    }
    Ok(())
}
