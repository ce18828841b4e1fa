//! Webhooks: what Jira tells Maro, signed and retried as Jira does.
//!
//! A change queues its webhooks under the same lock ([`JiraState::announce`]):
//! one for the webhook that an administrator set up, one for each app whose
//! dynamic webhooks match. [`publish`] sends what is queued. Each webhook keeps
//! its identifier across retries and copies, which is what receivers recognise
//! repetitions by.

mod delivery;
pub(crate) mod dynamic;
mod signing;

use serde::Serialize;
use serde_json::{Value, json};

use super::changes::By;
use super::http::ApiVersion;
use super::model::{Change, CustomField, Issue};
use super::site::CUSTOM_FIELDS;
use super::state::JiraState;
use super::views::{FieldFilter, FieldSet, View, field_name};
use crate::ids;

pub(crate) use delivery::{publish, release};
pub(crate) use dynamic::DynamicHook;
pub(crate) use signing::Signing;

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
    /// Into another project.
    Relocated,
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
            Self::Relocated => ("jira:issue_updated", Some("issue_moved")),
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
    route: Route,
    event: &'static str,
    issue_key: String,
    body: String,
}

/// Who set a webhook up, and so where it goes and what signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// An administrator, in the settings of the site.
    Admin,
    /// An app, with the token of this account.
    Dynamic {
        url: String,
        account: &'static str,
        ids: Vec<u64>,
    },
}

/// One attempt to deliver a webhook.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Attempt {
    pub(crate) identifier: String,
    pub(crate) event: &'static str,
    pub(crate) issue_key: String,
    pub(crate) retry: usize,
    /// The dynamic webhooks that matched; none for the administrator's.
    pub(crate) webhook_ids: Vec<u64>,
    /// `None` when there was no answer.
    pub(crate) status: Option<u16>,
}

impl JiraState {
    /// Queues the webhooks about a change.
    pub(crate) fn announce(&mut self, by: By, id: u64, event: Event, changes: &[Change]) {
        if !self.settings.webhooks {
            return;
        }
        let changelog_id = self.next_id();
        let Some(issue) = self.issues.get(&id) else {
            return;
        };
        let mut body = self.webhook_body(by, issue, event, changelog_id, changes);
        let queue = |route, body: &Value| Outgoing {
            identifier: ids::uuid(),
            route,
            event: event.names().0,
            issue_key: issue.key.clone(),
            body: body.to_string(),
        };
        let mut queued = Vec::new();
        if self.settings.admin_webhook {
            queued.push(queue(Route::Admin, &body));
        }
        for route in dynamic::matching(self, by, issue, event.names().0, changes) {
            if let Route::Dynamic { ids, .. } = &route {
                body["matchedWebhookIds"] = json!(ids);
            }
            queued.push(queue(route, &body));
        }
        self.outgoing.extend(queued);
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

/// The custom field that a line of a changelog is about, if any.
fn custom_field_of(change: &Change) -> Option<&'static CustomField> {
    CUSTOM_FIELDS
        .iter()
        .find(|field| field_name(field.id) == change.field)
}

/// The id of the field that a line of a changelog is about.
fn field_id(change: &Change) -> String {
    custom_field_of(change).map_or_else(|| change.field.to_lowercase(), |field| field.id.to_owned())
}

fn change_item(change: &Change) -> Value {
    json!({
        "field": change.field,
        "fieldtype": if custom_field_of(change).is_some() { "custom" } else { "jira" },
        "fieldId": field_id(change),
        "from": change.from,
        "fromString": change.from_string,
        "to": change.to,
        "toString": change.to_string,
    })
}
