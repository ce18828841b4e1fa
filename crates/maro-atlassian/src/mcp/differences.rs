//! What Jira holds otherwise than it was sent, in sentences for people.
//!
//! mcp-atlassian leaves out fields that it does not know, and says success. Fields are compared
//! exactly, the description loosely: its words must be there in their order, whatever markup the
//! server made of them.

use maro_core::operations::MARKER_PREFIX;
use maro_core::text::{clip, make_visible};
use serde_json::{Map, Value};

use crate::adf::to_text;
use crate::markdown::to_adf;
use crate::rest::Issue;

/// The fields that are read back.
pub(super) const FIELDS: &[&str] = &[
    "summary",
    "issuetype",
    "priority",
    "labels",
    "parent",
    "description",
    "project",
];

/// Compares what was sent with what Jira holds.
pub(super) fn differences(sent: &Map<String, Value>, issue: &Issue) -> Vec<String> {
    let text = |name: &str, inner: &str| match sent.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(value) => value[inner].as_str().map(str::to_owned),
        None => None,
    };
    let parent = issue.parent.as_ref().map(ToString::to_string);
    let mut all = Vec::new();
    all.extend(other("title", text("summary", ""), Some(&issue.summary)));
    all.extend(other(
        "issue type",
        text("issuetype", "name"),
        issue.issue_type.as_ref(),
    ));
    all.extend(other(
        "priority",
        text("priority", "name"),
        issue.priority.as_ref(),
    ));
    all.extend(other("parent", text("parent", "key"), parent.as_ref()));
    all.extend(labels(sent, issue));
    all.extend(description(sent, issue));
    all
}

fn other(field: &str, sent: Option<String>, found: Option<&String>) -> Option<String> {
    let sent = sent?;
    let show = |text: &str| make_visible(&clip(text, 100));
    match found {
        Some(found) if *found == sent => None,
        Some(found) => Some(format!(
            "The {field} in Jira is {:?}, not {:?}.",
            show(found),
            show(&sent)
        )),
        None => Some(format!(
            "The {field} {:?} did not arrive in Jira.",
            show(&sent)
        )),
    }
}

fn labels(sent: &Map<String, Value>, issue: &Issue) -> Option<String> {
    let sent = sent.get("labels").and_then(Value::as_array)?;
    let missing: Vec<&str> = sent
        .iter()
        .filter_map(Value::as_str)
        .filter(|label| !issue.labels.iter().any(|found| found == label))
        .collect();
    match missing.as_slice() {
        [] => None,
        [only] if only.starts_with(MARKER_PREFIX) => {
            Some("The label by which Maro finds the issue again did not arrive in Jira.".into())
        }
        missing => Some(format!(
            "These labels did not arrive in Jira: {}.",
            missing.join(", ")
        )),
    }
}

fn description(sent: &Map<String, Value>, issue: &Issue) -> Option<String> {
    let sent = sent.get("description")?.as_str()?;
    let found = issue
        .fields
        .get("description")
        .filter(|found| !found.is_null());
    let Some(found) = found else {
        return Some("The description did not arrive in Jira.".into());
    };
    let (sent, found) = (words(&to_text(&to_adf(sent))), words(&to_text(found)));
    let mut rest = found.iter();
    let complete = sent.iter().all(|word| rest.any(|found| found == word));
    (!complete).then(|| "The description in Jira is not quite the approved one.".into())
}

/// The words of a text, without markup.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent() -> Map<String, Value> {
        let fields = json!({"summary": "S", "issuetype": {"name": "Bug"}, "priority": {"name": "High"},
            "labels": ["a", "maro-x"], "description": "## Problem\n\n* one **two** [three](https://x.example)"});
        fields.as_object().cloned().unwrap()
    }

    fn issue(change: &[(&str, Value)]) -> Issue {
        let mut fields = json!({"summary": "S", "issuetype": {"name": "Bug"}, "priority": {"name": "High"},
            "labels": ["maro-x", "a"], "description": "h2. Problem\n\n* one *two* [three|https://x.example]"});
        for (name, value) in change {
            fields[*name] = value.clone();
        }
        serde_json::from_value(json!({"id": "1", "key": "A1-1", "fields": fields})).unwrap()
    }

    #[test]
    fn an_issue_as_sent_has_no_differences() {
        assert_eq!(differences(&sent(), &issue(&[])), Vec::<String>::new());
        let adf = to_adf("## Problem\n\n- one **two** [three](https://x.example)");
        assert_eq!(
            differences(&sent(), &issue(&[("description", adf)])),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_was_dropped_or_changed_is_told() {
        let cases = [
            (
                "priority",
                json!(null),
                "The priority \"High\" did not arrive in Jira.",
            ),
            (
                "priority",
                json!({"name": "Low"}),
                "The priority in Jira is \"Low\", not \"High\".",
            ),
            (
                "labels",
                json!(["maro-x"]),
                "These labels did not arrive in Jira: a.",
            ),
            (
                "labels",
                json!(["a"]),
                "The label by which Maro finds the issue again did not arrive in Jira.",
            ),
            (
                "description",
                json!(null),
                "The description did not arrive in Jira.",
            ),
            (
                "description",
                json!("h2. Problem\n\n* one"),
                "The description in Jira is not quite the approved one.",
            ),
        ];
        for (field, value, sentence) in cases {
            assert_eq!(differences(&sent(), &issue(&[(field, value)])), [sentence]);
        }
    }
}
