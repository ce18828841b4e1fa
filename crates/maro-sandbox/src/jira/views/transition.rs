//! Transitions in Jira's JSON.

use serde_json::{Value, json};

use super::View;
use crate::jira::model::{Issue, Transition};
use crate::jira::site::RESOLUTION;
use crate::jira::state::{JiraState, status};

impl JiraState {
    /// The transitions that an issue can take now.
    pub(crate) fn available_transitions(&self, issue: &Issue) -> Vec<&'static Transition> {
        self.project_of(issue)
            .transitions
            .iter()
            .filter(|step| step.from.is_empty() || step.from.contains(&issue.status))
            .collect()
    }

    /// A transition.
    pub(crate) fn transition_view(&self, view: View, step: &Transition, fields: bool) -> Value {
        let mut value = json!({
            "id": step.id,
            "name": step.name,
            "to": self.status_ref(view, status(step.to)),
            "hasScreen": step.has_screen,
            "isGlobal": step.from.is_empty(),
            "isInitial": false,
            "isAvailable": true,
            "isConditional": false,
            "isLooped": false,
        });
        if fields {
            value["fields"] = if step.has_screen {
                self.screen_fields(view)
            } else {
                json!({})
            };
        }
        value
    }

    fn screen_fields(&self, view: View) -> Value {
        json!({"resolution": {
            "required": true,
            "schema": {"type": "resolution", "system": "resolution"},
            "name": "Resolution",
            "key": "resolution",
            "hasDefaultValue": false,
            "operations": ["set"],
            "allowedValues": [self.resolution_ref(view)],
        }})
    }

    /// The one resolution of this site.
    pub(crate) fn resolution_ref(&self, view: View) -> Value {
        let (id, name) = RESOLUTION;
        json!({
            "self": format!("{}/resolution/{id}", self.api(view)),
            "id": id,
            "description": "Work has been completed on this issue.",
            "name": name,
        })
    }
}
