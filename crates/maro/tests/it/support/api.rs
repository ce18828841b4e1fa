//! The API of a Maro, and drafts and operations through it, for tests where no person needs to type.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::eventually;
use super::world::{API_TOKEN, TEAM};

/// Where a Maro listens, and how it is called.
pub(crate) struct Api {
    pub(crate) url: Url,
    pub(crate) http: reqwest::Client,
}

impl Api {
    /// A request to the API, with the token that may do everything.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.url.join(path).unwrap();
        self.http.request(method, url).bearer_auth(API_TOKEN)
    }

    /// Reads from the API; it must work.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "GET {path}");
        response.json().await.unwrap()
    }

    /// Sends to the API, and tells status and answer.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.request(Method::POST, path).json(body);
        let response = request.send().await.unwrap();
        let status = response.status();
        (status, response.json().await.unwrap_or_default())
    }

    /// Makes a draft whose preview goes to a channel.
    pub(crate) async fn draft(&self, channel: &str, title: &str) -> Value {
        self.draft_with(channel, title, &[]).await
    }

    /// The same, with some fields set otherwise.
    pub(crate) async fn draft_with(
        &self,
        channel: &str,
        title: &str,
        fields: &[(&str, Value)],
    ) -> Value {
        let mut content = json!({
            "title": title, "problem": "It does not work.", "solution": "",
            "acceptance_criteria": "", "project": "SCRUM", "issue_type": "Task",
            "priority": null, "labels": [], "parent": null,
        });
        for (field, value) in fields {
            content[field] = value.clone();
        }
        let body = json!({ "team": TEAM, "channel": channel, "content": content });
        let (status, draft) = self.post("api/v1/drafts", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{draft}");
        draft
    }

    /// The newest operation of a session, if there is one.
    pub(crate) async fn operation(&self, session: &str) -> Option<Value> {
        let list = self
            .get(&format!("api/v1/operations?session={session}"))
            .await;
        list["items"].as_array()?.first().cloned()
    }

    /// Waits until the only operation is in a state.
    pub(crate) async fn until_operation(&self, state: &str) -> Value {
        eventually(&format!("the operation is {state}"), async || {
            let list = self.get("api/v1/operations").await;
            let operation = list["items"].as_array()?.first()?;
            (operation["state"] == state).then(|| operation.clone())
        })
        .await
    }

    /// A session with its draft, approvals and operations.
    pub(crate) async fn session(&self, id: &str) -> Value {
        self.get(&format!("api/v1/sessions/{id}")).await
    }

    /// Answers the question about an unknown outcome.
    pub(crate) async fn decide(&self, operation: &Value, body: &Value) -> (StatusCode, Value) {
        let id = operation["id"].as_str().unwrap();
        self.post(&format!("api/v1/operations/{id}/decision"), body)
            .await
    }

    /// Waits until every message went out.
    pub(crate) async fn until_outbox_is_empty(&self) {
        eventually("every message went out", async || {
            for state in ["pending", "sending"] {
                let list = self.get(&format!("api/v1/outbox?state={state}")).await;
                if !list["items"].as_array()?.is_empty() {
                    return None;
                }
            }
            // One that was being sent and then waits again is in neither list; it is in this one.
            let list = self.get("api/v1/outbox?limit=200").await;
            let is_open = |item: &Value| item["state"] == "pending" || item["state"] == "sending";
            (!list["items"].as_array()?.iter().any(is_open)).then_some(())
        })
        .await;
    }

    /// What the audit log says that was done, oldest first.
    pub(crate) async fn audited(&self) -> Vec<Value> {
        let list = self.get("api/v1/audit?limit=200").await;
        let mut entries = list["items"].as_array().unwrap().clone();
        entries.sort_by_key(|entry| entry["seq"].as_i64());
        entries
    }
}
