//! Acting in the simulated Jira as a person, and its settings. Mounted at `/admin/jira`.
//!
//! Nobody signs in here: this is the control panel of a simulation. Bodies may
//! name the person who acts: `{"user": "amira"}`.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use super::changes::By;
use super::endpoints::accept_new_issue;
use super::error::{JiraError, Outcome};
use super::fields::{self, Target};
use super::http::{ApiVersion, JiraPath, JsonBody, no_content, ok, reply};
use super::model::Issue;
use super::site::CUSTOM_FIELDS;
use super::snapshot::snapshot;
use super::state::{JiraSettings, JiraState, issue_type, status};
use super::{JiraSite, change, webhooks};
use crate::state::lock;

type Shared = JiraSite;

/// The control panel's routes.
pub(crate) fn admin_router(state: Shared) -> Router {
    Router::new()
        .route("/issues", get(list))
        .route("/issue", post(create))
        .route("/issues/{issue}", get(show).delete(delete))
        .route("/issues/{issue}/transition", post(transition))
        .route("/issues/{issue}/edit", post(edit))
        .route("/issues/{issue}/move", post(relocate))
        .route("/issues/{issue}/comment", post(comment))
        .route("/issues/{issue}/clone", post(clone))
        .route("/settings", get(settings).post(change_settings))
        .with_state(state)
}

async fn list(State(state): State<Shared>) -> Outcome {
    Ok(ok(&snapshot(&lock(&state.jira))))
}

async fn show(State(state): State<Shared>, JiraPath(key): JiraPath<String>) -> Outcome {
    shown(&lock(&state.jira), &key).map(|issue| ok(&issue))
}

fn shown(jira: &JiraState, key: &str) -> Outcome<Value> {
    let id = jira
        .find_issue(key)
        .ok_or_else(JiraError::no_issue)?
        .id
        .to_string();
    snapshot(jira)["issues"]
        .as_array()
        .and_then(|issues| issues.iter().find(|issue| issue["id"] == id).cloned())
        .ok_or_else(JiraError::no_issue)
}

/// The person whom a body names; Amira otherwise.
fn person(jira: &JiraState, body: &Map<String, Value>) -> Outcome<&'static str> {
    let name = body.get("user").and_then(Value::as_str).unwrap_or("amira");
    jira.find_person(name)
        .map(|account| account.id)
        .ok_or_else(|| JiraError::bad_request(format!("nobody here is called '{name}'")))
}

/// Documents as objects, plain text as strings: people send either.
fn version_of(value: Option<&Value>) -> ApiVersion {
    if value.is_some_and(Value::is_object) {
        ApiVersion::V3
    } else {
        ApiVersion::V2
    }
}

async fn create(State(state): State<Shared>, JsonBody(mut body): JsonBody) -> Outcome {
    let issue = change(&state, |jira, now| {
        let by = By {
            actor: person(jira, &body)?,
            now,
        };
        body.remove("user");
        let version = version_of(
            body.get("fields")
                .and_then(|fields| fields.get("description")),
        );
        let id = accept_new_issue(jira, by, version, &body)?;
        shown(jira, &id.to_string())
    })?;
    Ok(reply(StatusCode::CREATED, &issue))
}

/// Finds the issue and the person, and changes.
fn act(
    state: &Shared,
    key: &str,
    body: &Map<String, Value>,
    apply: impl FnOnce(&mut JiraState, By, &Issue) -> Outcome<u64>,
) -> Outcome {
    let issue = change(state, |jira, now| {
        let by = By {
            actor: person(jira, body)?,
            now,
        };
        let issue = jira
            .find_issue(key)
            .ok_or_else(JiraError::no_issue)?
            .clone();
        let id = apply(jira, by, &issue)?;
        shown(jira, &id.to_string())
    })?;
    Ok(ok(&issue))
}

async fn transition(
    State(state): State<Shared>,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    let to = body
        .get("to")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_lowercase();
    act(&state, &key, &body, |jira, by, issue| {
        let step = jira
            .available_transitions(issue)
            .into_iter()
            .find(|step| {
                step.id == to
                    || status(step.to).name.to_lowercase() == to
                    || step.name.to_lowercase() == to
            })
            .ok_or_else(|| {
                JiraError::bad_request(format!("there is no transition to '{to}' from here"))
            })?;
        jira.transition_issue(by, issue.id, step);
        Ok(issue.id)
    })
}

async fn edit(
    State(state): State<Shared>,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    let object = |key: &str| {
        body.get(key)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (fields, update) = (object("fields"), object("update"));
    act(&state, &key, &body, |jira, by, issue| {
        let target = Target {
            jira,
            project: jira.project_of(issue),
            kind: issue_type(issue.kind),
            version: version_of(fields.get("description")),
            issue: Some(issue),
        };
        let edits = target.read(&fields, &update)?;
        jira.edit_issue(by, issue.id, edits);
        Ok(issue.id)
    })
}

/// `{"to": "OPS"}` moves an issue into another project.
async fn relocate(
    State(state): State<Shared>,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    let to = body.get("to").and_then(Value::as_str).unwrap_or_default();
    act(&state, &key, &body, |jira, by, issue| {
        let project = jira
            .find_project(to)
            .ok_or_else(|| JiraError::bad_request(format!("there is no project '{to}'")))?
            .clone();
        jira.relocate_issue(by, issue.id, &project);
        Ok(issue.id)
    })
}

async fn comment(
    State(state): State<Shared>,
    JiraPath(key): JiraPath<String>,
    JsonBody(body): JsonBody,
) -> Outcome {
    let text = body.get("body");
    act(&state, &key, &body, |jira, by, issue| {
        let text = fields::comment_body(version_of(text), text)?;
        jira.add_comment(by, issue.id, text, BTreeMap::new());
        Ok(issue.id)
    })
}

async fn clone(State(state): State<Shared>, JiraPath(key): JiraPath<String>) -> Outcome {
    act(&state, &key, &Map::new(), |jira, by, issue| {
        Ok(jira.clone_issue(by, issue))
    })
}

async fn delete(State(state): State<Shared>, JiraPath(key): JiraPath<String>) -> Outcome {
    change(&state, |jira, now| {
        let by = By {
            actor: person(jira, &Map::new())?,
            now,
        };
        let id = jira.find_issue(&key).ok_or_else(JiraError::no_issue)?.id;
        jira.delete_issue(by, id);
        Outcome::Ok(())
    })?;
    Ok(no_content())
}

async fn settings(State(state): State<Shared>) -> Outcome {
    Ok(ok(&json!(lock(&state.jira).settings)))
}

/// Merges settings; `required_fields` maps a project key to custom fields it requires.
async fn change_settings(State(state): State<Shared>, JsonBody(mut body): JsonBody) -> Outcome {
    {
        let mut jira = lock(&state.jira);
        let required = body.remove("required_fields");
        let mut merged = json!(jira.settings);
        if let Some(object) = merged.as_object_mut() {
            object.extend(body);
        }
        let merged: JiraSettings = serde_json::from_value(merged)
            .map_err(|error| JiraError::bad_request(error.to_string()))?;
        if let Some(required) = required {
            require(&mut jira, &required)?;
        }
        jira.settings = merged;
    }
    webhooks::release(&state);
    state.changed();
    settings(State(state)).await
}

fn require(jira: &mut JiraState, wanted: &Value) -> Outcome<()> {
    let wanted = wanted.as_object().ok_or_else(JiraError::invalid_payload)?;
    for (key, fields) in wanted {
        let fields = fields.as_array().ok_or_else(JiraError::invalid_payload)?;
        let known = fields
            .iter()
            .map(|id| {
                CUSTOM_FIELDS
                    .iter()
                    .find(|field| id == field.id)
                    .map(|field| field.id)
                    .ok_or_else(|| JiraError::bad_request(format!("there is no custom field {id}")))
            })
            .collect::<Outcome<Vec<_>>>()?;
        let project = jira
            .projects
            .iter_mut()
            .find(|project| project.key == key)
            .ok_or_else(|| JiraError::bad_request(format!("there is no project {key}")))?;
        project.required_custom = known;
    }
    Ok(())
}
