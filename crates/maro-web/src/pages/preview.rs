//! The preview: everything that is or was sent, rendered from the stored request.
//!
//! **Invariant:** every field of the request is shown; what is not known here is shown as JSON.

use maro_app::model::{Draft, Operation};
use maro_core::operations::OperationKind;
use maro_core::sync::MoveRequest;
use serde_json::Value;

use super::adf;
use super::parts::Markup;

/// A label and what stands beside it.
pub(crate) type Fact = (&'static str, Markup);

const SHOWN_ELSEWHERE: [&str; 7] = [
    "project",
    "issuetype",
    "summary",
    "description",
    "priority",
    "labels",
    "parent",
];

/// What would be sent, or was.
#[derive(Debug, Clone)]
pub(crate) struct Preview {
    /// The summary.
    pub(super) title: String,
    /// The key of the project.
    pub(super) project: String,
    /// The name of the issue type.
    pub(super) issue_type: String,
    /// Everything short.
    pub(super) facts: Vec<Fact>,
    /// The description.
    pub(super) description: Markup,
    /// The request as it is stored.
    pub(super) raw: String,
}

impl Preview {
    /// The preview of a draft.
    pub(crate) fn of_draft(draft: &Draft) -> Self {
        Self::new(
            &draft.request,
            &draft.target.site,
            &draft.target.acting_identity,
            &draft.hash,
        )
    }

    /// The preview of an operation.
    pub(crate) fn of_operation(operation: &Operation) -> Self {
        let target = &operation.target;
        Self::new(
            &operation.request,
            &target.site,
            &target.acting_identity,
            &operation.draft_hash,
        )
        .in_project(operation)
    }

    /// A move names no project and no type; its target does.
    fn in_project(self, operation: &Operation) -> Self {
        if operation.kind != OperationKind::JiraTransition {
            return self;
        }
        Self {
            project: operation.target.project.clone(),
            issue_type: "Move".to_owned(),
            ..self
        }
    }

    fn new(request: &Value, site: &str, acting: &str, hash: &str) -> Self {
        let fields = &request["fields"];
        let mut facts = field_facts(fields);
        facts.push(("Jira site", Markup::text(site)));
        facts.push(("Created as", Markup::text(acting)));
        facts.push(("Hash", Markup::code(hash)));
        Self {
            title: title_of(request),
            project: text(&fields["project"]["key"]),
            issue_type: text(&fields["issuetype"]["name"]),
            facts,
            description: adf::render(&fields["description"]),
            raw: serde_json::to_string_pretty(request).unwrap_or_default(),
        }
    }
}

/// The summary in a request; of a move, what is moved and where to.
pub(crate) fn title_of(request: &Value) -> String {
    if let Ok(request) = serde_json::from_value::<MoveRequest>(request.clone()) {
        return format!("Move {} in Jira: {}", request.key, request.wish);
    }
    match request["fields"]["summary"].as_str() {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => "(no title yet)".to_owned(),
    }
}

fn field_facts(fields: &Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(priority) = fields["priority"]["name"].as_str() {
        facts.push(("Priority", Markup::text(priority)));
    }
    if let Some(labels) = fields["labels"].as_array() {
        let labels: Vec<String> = labels.iter().map(text).collect();
        facts.push(("Labels", Markup::tags(&labels)));
    }
    if let Some(parent) = fields["parent"]["key"].as_str() {
        facts.push(("Parent", Markup::text(parent)));
    }
    for (name, value) in fields.as_object().into_iter().flatten() {
        if !SHOWN_ELSEWHERE.contains(&name.as_str()) {
            facts.push(("Other field", Markup::code(&format!("{name}: {value}"))));
        }
    }
    facts
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
impl Preview {
    /// A preview for samples.
    pub(super) fn sample() -> Self {
        let request = serde_json::json!({ "fields": {
            "project": { "key": "SCRUM" }, "issuetype": { "name": "Bug" },
            "summary": "Login fails & burns <b>Safari</b>", "labels": ["login", "<x>"],
            "customfield_10011": { "value": "<script>" },
            "description": { "type": "doc", "version": 1, "content": [
                { "type": "paragraph", "content": [{ "type": "text", "text": "1 < 2 & \"so on\"" }] },
            ]},
        }});
        Self::new(
            &request,
            "https://example.atlassian.net/",
            "bot@example.com",
            "0f3a",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_request_is_shown() {
        let preview = Preview::sample();
        let shown: String = preview
            .facts
            .iter()
            .map(|fact| fact.1.to_string())
            .collect();
        assert!(shown.contains("customfield_10011"), "{shown}");
        assert!(!shown.contains("<script>"), "{shown}");
        assert!(preview.raw.contains("customfield_10011"));
    }
}
