//! Moving an issue to a status that is given by its name.
//!
//! The steps are read each time, because their ids differ per workflow and status. A comment goes in a call of its own:
//! in this one Jira drops it silently when the step's screen has no comment field.

use serde_json::json;

use super::{JiraClient, JiraError, Transition};

/// At most this many statuses are named to people.
const MOST_NAMES: usize = 20;

impl JiraClient {
    /// Moves an issue to the status `target`; upper and lower case are the same.
    ///
    /// An answer that got lost leaves the step taken or not: read the issue before trying again.
    #[tracing::instrument(name = "jira.transition_to", skip_all, fields(issue.key = key))]
    pub async fn transition_to(&self, key: &str, target: &str) -> Result<Transition, JiraError> {
        let mut steps = self.transitions(key).await?;
        let Some(at) = steps.iter().position(|step| leads_to(step, target)) else {
            return Err(no_transition(target, &steps));
        };
        let step = steps.swap_remove(at);
        let request = self.post(&["issue", key, "transitions"]);
        let body = json!({ "transition": { "id": step.id } });
        self.done("the transition", request.json(&body)).await?;
        Ok(step)
    }
}

fn leads_to(step: &Transition, target: &str) -> bool {
    let status = step.to.as_ref().map(|status| status.name.trim());
    status.is_some_and(|name| name.to_lowercase() == target.trim().to_lowercase())
}

fn no_transition(target: &str, steps: &[Transition]) -> JiraError {
    let mut available: Vec<String> = Vec::new();
    for status in steps.iter().filter_map(|step| step.to.as_ref()) {
        if available.len() < MOST_NAMES && !available.contains(&status.name) {
            available.push(status.name.clone());
        }
    }
    JiraError::NoTransition {
        wanted: target.trim().to_owned(),
        available,
    }
}
