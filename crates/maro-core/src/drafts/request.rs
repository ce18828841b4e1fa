//! From a draft to the exact Jira body, and the hash that an approval is bound to.
//!
//! The description arrives here as ADF; converting Markdown is the Atlassian client's trade.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::DraftContent;
use crate::hash::{canonical, sha256_hex};
use crate::operations::{MARKER_PREFIX, PROPERTY_KEY};

const VERSION_TAG: &str = "maro-draft-v1\n";

/// Where a request goes, and as whom: part of what is approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The base URL of the Jira site.
    pub site: String,
    /// The key of the project.
    pub project: String,
    /// The Jira account that will be the creator.
    pub acting_identity: String,
}

/// The sections of the description that are filled: heading and Markdown text.
///
/// Each is converted on its own, so that an unclosed fence in one cannot swallow the next.
#[must_use]
pub fn description_sections(content: &DraftContent) -> Vec<(&'static str, String)> {
    [
        ("Problem", content.problem.clone()),
        ("Solution", content.solution.clone()),
        ("Acceptance criteria", as_list(&content.acceptance_criteria)),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .collect()
}

/// Plain lines become list items; text that has Markdown structure of its own stays.
fn as_list(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let structured = |line: &&str| {
        line.starts_with(['-', '*', '+', '#', '>', '|', '`'])
            || line.starts_with(|c: char| c.is_ascii_digit())
    };
    if lines.iter().any(structured) {
        return text.to_owned();
    }
    lines
        .iter()
        .map(|line| format!("- {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Builds the body of the POST, without the marker. `description` is in the form that this Jira takes,
/// absent when empty; `epic_link` is the field that takes the key of the parent where `parent` does not.
#[must_use]
pub fn create_body(
    content: &DraftContent,
    description: Option<Value>,
    epic_link: Option<&str>,
) -> Value {
    let mut fields = Map::new();
    fields.insert("project".into(), json!({ "key": content.project }));
    fields.insert("issuetype".into(), json!({ "name": content.issue_type }));
    fields.insert("summary".into(), json!(content.title));
    if let Some(description) = description {
        fields.insert("description".into(), description);
    }
    if let Some(priority) = &content.priority {
        fields.insert("priority".into(), json!({ "name": priority }));
    }
    if !content.labels.is_empty() {
        fields.insert("labels".into(), json!(content.labels));
    }
    match (&content.parent, epic_link) {
        (Some(parent), Some(field)) => drop(fields.insert(field.into(), json!(parent))),
        (Some(parent), None) => drop(fields.insert("parent".into(), json!({ "key": parent }))),
        (None, _) => {}
    }
    json!({ "fields": fields })
}

/// The hash that an approval is bound to: SHA-256 over a version tag and the canonical JSON of
/// the exact body, the site, the project and the acting identity.
#[must_use]
pub fn draft_hash(target: &Target, body: &Value) -> String {
    let approved = json!({
        "site": target.site,
        "project": target.project,
        "actor": target.acting_identity,
        "body": body,
    });
    sha256_hex(format!("{VERSION_TAG}{}", canonical(&approved)).as_bytes())
}

/// Computes the hash again from the bytes that are about to be sent, marker taken away.
///
/// Returns `None` when the bytes are not JSON or carry no marker; such bytes must not be sent.
#[must_use]
pub fn hash_of_sent_body(target: &Target, bytes: &[u8]) -> Option<String> {
    let mut body: Value = serde_json::from_slice(bytes).ok()?;
    let carried = strip_property(&mut body);
    strip_label(&mut body);
    carried.then(|| draft_hash(target, &body))
}

fn strip_property(body: &mut Value) -> bool {
    let properties = body
        .as_object_mut()
        .and_then(|body| body.remove("properties"));
    match properties
        .as_ref()
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([only]) => only["key"] == PROPERTY_KEY,
        _ => false,
    }
}

fn strip_label(body: &mut Value) {
    let Some(fields) = body.get_mut("fields").and_then(Value::as_object_mut) else {
        return;
    };
    let Some(labels) = fields.get_mut("labels").and_then(Value::as_array_mut) else {
        return;
    };
    labels.retain(|label| {
        !label
            .as_str()
            .is_some_and(|text| text.starts_with(MARKER_PREFIX))
    });
    if labels.is_empty() {
        fields.remove("labels");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            site: "https://acme.atlassian.net".into(),
            project: "SCRUM".into(),
            acting_identity: "5b10".into(),
        }
    }

    fn content() -> DraftContent {
        DraftContent {
            title: "Login fails".into(),
            problem: "It fails.".into(),
            acceptance_criteria: "works on Safari\nworks on Firefox".into(),
            project: "SCRUM".into(),
            issue_type: "Bug".into(),
            ..DraftContent::default()
        }
    }

    #[test]
    fn description_has_the_sections_that_are_filled() {
        let criteria = "- works on Safari\n- works on Firefox".to_owned();
        let expected = [
            ("Problem", "It fails.".to_owned()),
            ("Acceptance criteria", criteria),
        ];
        assert_eq!(description_sections(&content()), expected);
    }

    #[test]
    fn every_part_of_the_target_and_body_changes_the_hash() {
        let body = create_body(&content(), None, None);
        let hash = draft_hash(&target(), &body);
        let others = [
            draft_hash(
                &Target {
                    site: "https://other".into(),
                    ..target()
                },
                &body,
            ),
            draft_hash(
                &Target {
                    project: "OPS".into(),
                    ..target()
                },
                &body,
            ),
            draft_hash(
                &Target {
                    acting_identity: "someone".into(),
                    ..target()
                },
                &body,
            ),
            draft_hash(
                &target(),
                &create_body(
                    &DraftContent {
                        title: "x".into(),
                        ..content()
                    },
                    None,
                    None,
                ),
            ),
        ];
        assert!(others.iter().all(|other| *other != hash));
    }

    #[test]
    fn order_of_keys_does_not_change_the_hash() {
        let a = json!({"fields": {"a": 1, "b": 2}});
        let b: Value = serde_json::from_str(r#"{"fields": {"b": 2, "a": 1}}"#).unwrap();
        assert_eq!(draft_hash(&target(), &a), draft_hash(&target(), &b));
    }

    #[test]
    fn bytes_without_a_marker_have_no_hash() {
        let body = create_body(&content(), None, None);
        assert_eq!(
            hash_of_sent_body(&target(), body.to_string().as_bytes()),
            None
        );
        assert_eq!(hash_of_sent_body(&target(), b"not json"), None);
    }
}
