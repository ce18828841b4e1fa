//! Moving an issue to a status through an MCP server. Its comment, if any, is a call of its own: here
//! it would be lost without a word when the step's screen has no field for it.
//!
//! mcp-atlassian tells the steps' names and not where they lead. There the step is taken that has the
//! name of the status, as Jira's own workflows call them, and the status is read afterwards.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::failure::CallError;
use super::profile::{Profile, Tool};
use super::{McpClient, object};
use crate::rest::{CreateError, JiraError, Status, Transition, Written};

/// At most this many statuses are named to people.
const MOST_NAMES: usize = 20;

impl McpClient {
    /// Moves an issue to the status `target`; upper and lower case are the same.
    ///
    /// An answer that got lost leaves the step taken or not: read the issue before trying again.
    #[tracing::instrument(name = "mcp.transition_to", skip_all, fields(issue.key = key))]
    pub async fn transition_to(&self, key: &str, target: &str) -> Result<Transition, JiraError> {
        let deadline = Instant::now() + self.link.config().limits.write;
        let mut steps = self.transitions(key, deadline).await?;
        let Some(at) = steps.iter().position(|step| leads_to(step, target)) else {
            return Err(no_transition(target, &steps));
        };
        let mut step = steps.swap_remove(at);
        let profile = self.profile();
        self.call(Tool::Transition, deadline, |_| {
            taking(profile, key, &step.id)
        })
        .await
        .map_err(CallError::of_read)?;
        if step.to.is_none() {
            step.to = self.status_of(key, deadline).await;
        }
        match &step.to {
            Some(status) if !same(&status.name, target) => Err(JiraError::UnexpectedAnswer {
                what: format!("the step {:?} led to {:?}", step.name, status.name),
            }),
            _ => Ok(step),
        }
    }

    /// Takes a step whose id is known, and tells the truth about its outcome.
    #[tracing::instrument(name = "mcp.take_step", skip_all, fields(issue.key = key))]
    pub async fn take_step(
        &self,
        key: &str,
        step: &str,
        deadline: Duration,
    ) -> Result<(), CreateError> {
        let profile = self.profile();
        let deadline = Instant::now() + deadline;
        let call = self.call(Tool::Transition, deadline, |_| taking(profile, key, step));
        let taken = call.await.map_err(|err| err.of_write(Written::Step));
        taken.map(drop)
    }

    async fn transitions(
        &self,
        key: &str,
        deadline: Instant,
    ) -> Result<Vec<Transition>, JiraError> {
        let name = match self.profile() {
            Profile::Sooperset => "issue_key",
            Profile::RovoV1 | Profile::RovoV2 => "issueIdOrKey",
        };
        let answer = self
            .call(Tool::Transitions, deadline, |_| {
                object([(name, json!(key))])
            })
            .await
            .map_err(CallError::of_read)?;
        let list = answer.get("transitions").unwrap_or(&answer);
        let list = list.as_array().ok_or_else(|| JiraError::UnexpectedAnswer {
            what: "the MCP server's transitions".into(),
        })?;
        Ok(list.iter().filter_map(step).collect())
    }

    async fn status_of(&self, key: &str, deadline: Instant) -> Option<Status> {
        self.read_again(key, &["status"], deadline).await?.status
    }
}

fn taking(profile: Profile, key: &str, step: &str) -> Map<String, Value> {
    match profile {
        // Listed as a number, wanted as text.
        Profile::Sooperset => object([("issue_key", json!(key)), ("transition_id", json!(step))]),
        Profile::RovoV1 | Profile::RovoV2 => object([
            ("issueIdOrKey", json!(key)),
            ("transition", json!({ "id": step })),
        ]),
    }
}

fn step(value: &Value) -> Option<Transition> {
    let id = match &value["id"] {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    Some(Transition {
        id,
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        to: Status::read(&value["to"]),
        required: Vec::new(),
    })
}

/// The status it leads to, or its own name where that is all there is.
fn place(step: &Transition) -> &str {
    step.to.as_ref().map_or(&step.name, |status| &status.name)
}

fn leads_to(step: &Transition, target: &str) -> bool {
    same(place(step), target)
}

fn same(name: &str, other: &str) -> bool {
    name.trim().to_lowercase() == other.trim().to_lowercase()
}

fn no_transition(target: &str, steps: &[Transition]) -> JiraError {
    let mut available: Vec<String> = Vec::new();
    for name in steps.iter().map(place) {
        if available.len() < MOST_NAMES && !available.iter().any(|known| known == name) {
            available.push(name.to_owned());
        }
    }
    JiraError::NoTransition {
        wanted: target.trim().to_owned(),
        available,
    }
}
