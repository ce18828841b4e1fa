//! The steps that an issue can take now. Their ids differ per workflow and status: read them each time.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{JiraClient, JiraError, Status, is_issue_id_or_key};

/// A step to another status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// Its id, as it goes into the call that takes the step.
    pub id: String,
    /// Its name, as it stands on the button.
    pub name: String,
    /// The status it leads to.
    pub to: Option<Status>,
    /// The names of the fields that must be filled in to take it, and have no value of their own.
    pub required: Vec<String>,
}

impl JiraClient {
    /// Lists the steps that the account may take with an issue.
    #[tracing::instrument(name = "jira.transitions", skip_all, fields(issue.key = key))]
    pub async fn transitions(&self, key: &str) -> Result<Vec<Transition>, JiraError> {
        if !is_issue_id_or_key(key) {
            return Err(JiraError::NotFound);
        }
        let request = self
            .get(&["issue", key, "transitions"])
            .query(&[("expand", "transitions.fields")]);
        let list: ListBody = self.json("the transitions", request).await?;
        Ok(list.transitions.into_iter().map(Transition::from).collect())
    }
}

#[derive(Deserialize)]
struct ListBody {
    #[serde(default)]
    transitions: Vec<TransitionBody>,
}

#[derive(Deserialize)]
struct TransitionBody {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    to: Value,
    #[serde(default)]
    fields: BTreeMap<String, FieldBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldBody {
    #[serde(default)]
    required: bool,
    #[serde(default)]
    has_default_value: bool,
    #[serde(default)]
    name: String,
}

impl From<TransitionBody> for Transition {
    fn from(body: TransitionBody) -> Self {
        Self {
            id: body.id,
            name: body.name,
            to: Status::read(&body.to),
            required: body
                .fields
                .into_iter()
                .filter(|(_, field)| field.required && !field.has_default_value)
                .map(|(id, field)| {
                    if field.name.is_empty() {
                        id
                    } else {
                        field.name
                    }
                })
                .collect(),
        }
    }
}
