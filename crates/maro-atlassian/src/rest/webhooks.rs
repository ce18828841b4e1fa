//! Dynamic webhooks: what a connection by OAuth may register for itself. Cloud only.
//!
//! They expire after 30 days unless they are refreshed. Registering is not repeatable by itself: after
//! an answer that got lost, list first. Jira takes one address per app and few operators in the filter.
//!
//! See <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/>.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use url::Url;

use super::issue::time;
use super::{JiraClient, JiraError, Refusal};

const SEGMENT: &str = "webhook";

/// A webhook to register.
#[derive(Debug, Clone, Copy)]
pub struct NewWebhook<'a> {
    /// Where Jira delivers.
    pub url: &'a Url,
    /// What it tells, for example `jira:issue_updated`.
    pub events: &'a [&'a str],
    /// Of which issues. Only `=`, `!=`, `IN` and `NOT IN` on a few fields are taken.
    pub jql: &'a str,
}

/// A registered webhook.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DynamicWebhook {
    /// Its id.
    pub id: u64,
    /// Of which issues it tells.
    #[serde(default)]
    pub jql_filter: String,
    /// What it tells.
    #[serde(default)]
    pub events: Vec<String>,
    /// Where Jira delivers, if it says so.
    #[serde(default)]
    pub url: Option<String>,
    /// When it ends.
    #[serde(default, deserialize_with = "expiry")]
    pub expiration_date: Option<DateTime<Utc>>,
}

impl JiraClient {
    /// Registers a webhook and returns its id.
    #[tracing::instrument(name = "jira.register_webhook", skip_all)]
    pub async fn register_webhook(&self, webhook: NewWebhook<'_>) -> Result<u64, JiraError> {
        let hook = json!({ "events": webhook.events, "jqlFilter": webhook.jql });
        let body = json!({ "url": webhook.url.as_str(), "webhooks": [hook] });
        let request = self.connection.writes.post(self.endpoint(&[SEGMENT]));
        let answer: Registered = self.json("the registration", request.json(&body)).await?;
        answer.id()
    }

    /// Lists the webhooks that this connection registered.
    #[tracing::instrument(name = "jira.webhooks", skip_all)]
    pub async fn webhooks(&self) -> Result<Vec<DynamicWebhook>, JiraError> {
        self.all_pages("the webhooks", &[SEGMENT], &[], &["values"])
            .await
    }

    /// Gives webhooks another 30 days; returns when they end then.
    #[tracing::instrument(name = "jira.refresh_webhooks", skip_all)]
    pub async fn refresh_webhooks(&self, ids: &[u64]) -> Result<Option<DateTime<Utc>>, JiraError> {
        let request = self.put(&[SEGMENT, "refresh"]);
        let answer: Refreshed = self
            .json("the refresh", request.json(&json!({ "webhookIds": ids })))
            .await?;
        Ok(answer.expiration_date)
    }

    /// Deletes webhooks; those that are not there any more are no error.
    #[tracing::instrument(name = "jira.delete_webhooks", skip_all)]
    pub async fn delete_webhooks(&self, ids: &[u64]) -> Result<(), JiraError> {
        let request = self.connection.reads.delete(self.endpoint(&[SEGMENT]));
        self.done("the deletion", request.json(&json!({ "webhookIds": ids })))
            .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    webhook_registration_result: Vec<RegisteredHook>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisteredHook {
    #[serde(default)]
    created_webhook_id: Option<u64>,
    #[serde(default)]
    errors: Vec<Value>,
}

impl Registered {
    /// Jira answers 200 for a webhook that it refuses, too.
    fn id(self) -> Result<u64, JiraError> {
        let hook = self.webhook_registration_result.into_iter().next();
        let hook = hook.ok_or_else(|| JiraError::UnexpectedAnswer {
            what: "the registration is empty".to_owned(),
        })?;
        hook.created_webhook_id.ok_or_else(|| {
            let body = json!({ "errorMessages": hook.errors }).to_string();
            JiraError::Rejected(Refusal::read(200, body.as_bytes()))
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refreshed {
    #[serde(default, deserialize_with = "expiry")]
    expiration_date: Option<DateTime<Utc>>,
}

/// The schema says milliseconds, the examples beside it say a date; both are read.
fn expiry<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let milliseconds = value.as_i64().and_then(DateTime::from_timestamp_millis);
    Ok(milliseconds.or_else(|| time(&value)))
}
