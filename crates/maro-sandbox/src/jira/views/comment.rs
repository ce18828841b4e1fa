//! Comments in Jira's JSON.

use serde_json::{Value, json};

use super::{View, timestamp};
use crate::jira::http::ApiVersion;
use crate::jira::model::{Comment, Issue, RichText};
use crate::jira::render;
use crate::jira::state::JiraState;

/// Rich text as the version shows it: wiki text or a document.
pub(super) fn rich(view: View, text: &RichText) -> Value {
    match view.version {
        ApiVersion::V2 | ApiVersion::Server => json!(text.wiki),
        ApiVersion::V3 => text.adf.clone(),
    }
}

impl JiraState {
    /// A comment.
    pub(crate) fn comment_view(&self, view: View, issue: &Issue, comment: &Comment) -> Value {
        let mut value = json!({
            "self": format!("{}/issue/{}/comment/{}", self.api(view), issue.id, comment.id),
            "id": comment.id.to_string(),
            "author": self.user_ref(view, comment.author),
            "body": rich(view, &comment.body),
            "updateAuthor": self.user_ref(view, comment.update_author),
            "created": timestamp(comment.created),
            "updated": timestamp(comment.updated),
        });
        if view.version != ApiVersion::Server {
            value["jsdPublic"] = json!(true);
        }
        value
    }

    /// A comment with what `expand` asks for.
    pub(crate) fn comment_expanded(
        &self,
        view: View,
        issue: &Issue,
        comment: &Comment,
        expand: &[String],
    ) -> Value {
        let mut value = self.comment_view(view, issue, comment);
        if expand.iter().any(|item| item == "renderedBody") {
            value["renderedBody"] = json!(render::html(&comment.body.adf));
        }
        if expand.iter().any(|item| item == "properties") {
            value["properties"] = comment
                .properties
                .iter()
                .map(|(key, value)| json!({"key": key, "value": value}))
                .collect();
        }
        value
    }
}
