//! Webhooks: what Jira tells Maro, signed and retried as Jira does.
//!
//! A change queues its webhook under the same lock ([`JiraState::announce`]);
//! [`publish`] sends what is queued. Each webhook keeps its identifier across
//! retries and copies, which is what receivers recognise repetitions by.

use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::JiraSite;
use super::changes::By;
use super::http::ApiVersion;
use super::model::{Change, Issue};
use super::state::JiraState;
use super::views::{FieldFilter, FieldSet, View, field_name};
use crate::ids;
use crate::state::{SandboxState, lock};

/// How often Jira tries again, and how many seconds it waits before each.
const RETRY_SECONDS: [f64; 5] = [5.0, 10.0, 20.0, 40.0, 80.0];
/// What the fields of an issue are cut to in webhooks about comments.
const COMMENT_ISSUE_FIELDS: [&str; 6] = [
    "summary",
    "issuetype",
    "project",
    "assignee",
    "priority",
    "status",
];

/// What happened to an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Created,
    Updated,
    Assigned,
    Moved,
    Deleted,
    CommentCreated(u64),
    CommentUpdated(u64),
    CommentDeleted(u64),
}

impl Event {
    fn names(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Created => ("jira:issue_created", Some("issue_created")),
            Self::Updated => ("jira:issue_updated", Some("issue_updated")),
            Self::Assigned => ("jira:issue_updated", Some("issue_assigned")),
            Self::Moved => ("jira:issue_updated", Some("issue_generic")),
            Self::Deleted => ("jira:issue_deleted", Some("issue_deleted")),
            Self::CommentCreated(_) => ("comment_created", None),
            Self::CommentUpdated(_) => ("comment_updated", None),
            Self::CommentDeleted(_) => ("comment_deleted", None),
        }
    }

    fn comment(self) -> Option<u64> {
        match self {
            Self::CommentCreated(id) | Self::CommentUpdated(id) | Self::CommentDeleted(id) => {
                Some(id)
            }
            _ => None,
        }
    }
}

/// A webhook that is to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    identifier: String,
    event: &'static str,
    issue_key: String,
    body: String,
}

/// One attempt to deliver a webhook.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Attempt {
    pub(crate) identifier: String,
    pub(crate) event: &'static str,
    pub(crate) issue_key: String,
    pub(crate) retry: usize,
    /// `None` when there was no answer.
    pub(crate) status: Option<u16>,
}

impl JiraState {
    /// Queues the webhook about a change.
    pub(crate) fn announce(&mut self, by: By, id: u64, event: Event, changes: &[Change]) {
        if !self.settings.webhooks {
            return;
        }
        let changelog_id = self.next_id();
        let Some(issue) = self.issues.get(&id) else {
            return;
        };
        let body = self.webhook_body(by, issue, event, changelog_id, changes);
        let outgoing = Outgoing {
            identifier: ids::uuid(),
            event: event.names().0,
            issue_key: issue.key.clone(),
            body: body.to_string(),
        };
        self.outgoing.push(outgoing);
    }

    fn webhook_body(
        &self,
        by: By,
        issue: &Issue,
        event: Event,
        changelog_id: u64,
        changes: &[Change],
    ) -> Value {
        // Webhooks carry the version 2 shape whatever version made the change.
        let view = View {
            version: ApiVersion::V2,
            viewer: "",
        };
        let (name, type_name) = event.names();
        let mut body = json!({"timestamp": by.now.timestamp_millis(), "webhookEvent": name});
        if let Some(comment) = event
            .comment()
            .and_then(|id| issue.comments.iter().find(|comment| comment.id == id))
        {
            body["comment"] = self.comment_view(view, issue, comment);
            body["issue"] = self.webhook_issue(view, issue, &COMMENT_ISSUE_FIELDS);
            return body;
        }
        body["issue_event_type_name"] = json!(type_name);
        body["user"] = self.user_ref(view, by.actor);
        body["issue"] = self.webhook_issue(view, issue, &["*all", "-comment", "-worklog"]);
        if event != Event::Deleted {
            let items: Vec<Value> = changes.iter().map(change_item).collect();
            body["changelog"] = json!({"id": changelog_id.to_string(), "items": items});
        }
        body
    }

    fn webhook_issue(&self, view: View, issue: &Issue, fields: &[&str]) -> Value {
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        let filter = FieldFilter::parse(&fields, FieldSet::All);
        let mut value = self.issue_view(view, issue, &filter);
        if let Some(object) = value.as_object_mut() {
            object.remove("expand");
        }
        value
    }
}

fn change_item(change: &Change) -> Value {
    let custom = super::site::CUSTOM_FIELDS
        .iter()
        .find(|field| field_name(field.id) == change.field);
    json!({
        "field": change.field,
        "fieldtype": if custom.is_some() { "custom" } else { "jira" },
        "fieldId": custom.map_or_else(|| change.field.to_lowercase(), |field| field.id.to_owned()),
        "from": change.from,
        "fromString": change.from_string,
        "to": change.to,
        "toString": change.to_string,
    })
}

/// Sends everything that is queued, unless nobody listens.
pub(crate) fn publish(state: &JiraSite) {
    let queued = {
        let mut jira = lock(&state.jira);
        let queued = std::mem::take(&mut jira.outgoing);
        overtake(&mut jira, queued)
    };
    if queued.is_empty() || state.maro_url().is_none() {
        return;
    }
    let state = state.clone();
    state.tasks.clone().spawn(async move {
        for outgoing in queued {
            let (copies, in_order) = {
                let jira = lock(&state.jira);
                (
                    jira.settings.webhook_copies.max(1),
                    jira.settings.webhook_reorder,
                )
            };
            for _ in 0..copies {
                let (sending, outgoing) = (state.clone(), outgoing.clone());
                let sent = state
                    .tasks
                    .spawn(async move { deliver(&sending, &outgoing).await });
                if in_order {
                    // A failed delivery must not keep the later ones.
                    let _ = sent.await;
                }
            }
        }
    });
}

/// With `webhook_reorder`, each webhook waits for the next one and goes after it.
fn overtake(jira: &mut JiraState, queued: Vec<Outgoing>) -> Vec<Outgoing> {
    let mut result = Vec::new();
    for outgoing in queued {
        if !jira.settings.webhook_reorder {
            result.extend(jira.held.take());
            result.push(outgoing);
        } else if let Some(earlier) = jira.held.take() {
            result.push(outgoing);
            result.push(earlier);
        } else {
            jira.held = Some(outgoing);
        }
    }
    result
}

/// Lets a held webhook go, for example when reordering is switched off.
pub(crate) fn release(state: &JiraSite) {
    {
        let mut jira = lock(&state.jira);
        if !jira.settings.webhook_reorder {
            let held = jira.held.take();
            jira.outgoing.extend(held);
        }
    }
    publish(state);
}

async fn deliver(state: &JiraSite, outgoing: &Outgoing) {
    let delay = lock(&state.jira).settings.webhook_delay_ms;
    if !wait(state, Duration::from_millis(delay)).await {
        return;
    }
    for retry in 0..=RETRY_SECONDS.len() {
        let status = attempt(state, outgoing, retry).await;
        lock(&state.jira).attempts.push(Attempt {
            identifier: outgoing.identifier.clone(),
            event: outgoing.event,
            issue_key: outgoing.issue_key.clone(),
            retry,
            status,
        });
        state.changed();
        let again = status.is_none_or(|status| matches!(status, 408 | 409 | 425 | 429 | 500..));
        let Some(seconds) = RETRY_SECONDS.get(retry).filter(|_| again) else {
            return;
        };
        let scale = lock(&state.settings).retry_scale.clamp(0.0, 1_000.0);
        if !wait(state, Duration::from_secs_f64(seconds * scale)).await {
            return;
        }
    }
}

/// Waits; `false` when the sandbox stops meanwhile.
async fn wait(state: &SandboxState, duration: Duration) -> bool {
    if duration.is_zero() {
        return !state.shutdown.is_cancelled();
    }
    tokio::select! {
        () = state.shutdown.cancelled() => false,
        () = tokio::time::sleep(duration) => true,
    }
}

async fn attempt(state: &JiraSite, outgoing: &Outgoing, retry: usize) -> Option<u16> {
    let url = state.maro_url()?.join("api/v1/webhooks/jira").ok()?;
    let (timeout, wrong) = {
        let jira = lock(&state.jira);
        (
            jira.settings.webhook_timeout_ms,
            jira.settings.webhook_wrong_signature,
        )
    };
    let secret = if wrong {
        "another secret"
    } else {
        &state.options.jira_webhook_secret
    };
    let mut request = state
        .http
        .post(url)
        .timeout(Duration::from_millis(timeout))
        .header("Content-Type", "application/json; charset=UTF-8")
        .header("User-Agent", "Atlassian Webhook HTTP Client")
        .header("X-Atlassian-Webhook-Identifier", &outgoing.identifier)
        .header("X-Atlassian-Webhook-Flow", "Primary")
        .header(
            "X-Hub-Signature",
            signature(secret, outgoing.body.as_bytes()),
        )
        .body(outgoing.body.clone());
    if retry > 0 {
        request = request.header("X-Atlassian-Webhook-Retry", retry.to_string());
    }
    let response = request.send().await.ok()?;
    Some(response.status().as_u16())
}

/// `sha256=` and the hex HMAC of the raw body.
fn signature(secret: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    format!("sha256={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_is_the_documented_hmac() {
        // The example of Atlassian's "Secure admin webhooks" page.
        assert_eq!(
            signature("It's a Secret to Everybody", b"Hello World!"),
            "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
        );
    }
}
