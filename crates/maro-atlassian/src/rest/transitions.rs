//! The steps that an issue can take now. Their ids differ per workflow and status: read them each time.

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
}

impl JiraClient {
    /// Lists the steps that the account may take with an issue.
    #[tracing::instrument(name = "jira.transitions", skip_all, fields(issue.key = key))]
    pub async fn transitions(&self, key: &str) -> Result<Vec<Transition>, JiraError> {
        if !is_issue_id_or_key(key) {
            return Err(JiraError::NotFound);
        }
        let list: ListBody = self
            .json("the transitions", self.get(&["issue", key, "transitions"]))
            .await?;
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
}

impl From<TransitionBody> for Transition {
    fn from(body: TransitionBody) -> Self {
        Self {
            id: body.id,
            name: body.name,
            to: Status::read(&body.to),
        }
    }
}
